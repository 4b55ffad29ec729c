using SciCoT.Compute;
using SciCoT.Fused;
using static TorchSharp.torch;

namespace SciCoT.Tests.Fused;

public sealed unsafe class ProductsTests
{
    public ProductsTests() => Assert.SkipUnless(Gemm.IsSupported, "This processor has neither AVX-512 nor AVX2.");

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(8, 32, 16)]
    [InlineData(9, 33, 5)]
    [InlineData(7, 31, 300)]
    [InlineData(70, 600, 257)]
    [InlineData(200, 64, 1024)]
    [InlineData(3, 1500, 64)]
    public void Product_IsTorchs_HoweverTheInputsLie(int m, int n, int k)
    {
        using var scope = NewDisposeScope();
        foreach (var (turnedA, turnedB) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            var a = turnedA ? randn(k, m) : randn(m, k);
            var b = turnedB ? randn(n, k) : randn(k, n);
            var c = randn(m, n);
            var expected = (turnedA ? a.t() : a).to_type(ScalarType.Float64).mm((turnedB ? b.t() : b).to_type(ScalarType.Float64));
            double tolerance = 1e-6 * Math.Sqrt(k) * 10;

            var product = zeros(m, n);
            TeamProducts.Multiply(2, m, n, k, turnedA ? Fusion.View(a).Transposed : Fusion.View(a), turnedB ? Fusion.View(b).Transposed : Fusion.View(b), Fusion.View(product));
            Assert.True((product - expected).abs().max().item<double>() < tolerance);

            var sum = c.clone();
            TeamProducts.Multiply(2, m, n, k, turnedA ? Fusion.View(a).Transposed : Fusion.View(a), turnedB ? Fusion.View(b).Transposed : Fusion.View(b), Fusion.View(sum), add: true);
            Assert.True((sum - c - expected).abs().max().item<double>() < tolerance);
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(8, 32, 16)]
    [InlineData(9, 33, 5)]
    [InlineData(7, 31, 300)]
    [InlineData(70, 600, 257)]
    [InlineData(33, 40, 1500)]
    [InlineData(1040, 24, 64)]
    public void Product_InHalves_IsThatOfTheRoundedNumbers_WithAnyThreads(int m, int n, int k)
    {
        Assert.SkipUnless(HalfGemm.IsSupported, "This processor has no AVX512_BF16.");
        using var scope = NewDisposeScope();
        foreach (var (turnedA, turnedB) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            var a = turnedA ? randn(k, m) : randn(m, k);
            var b = turnedB ? randn(n, k) : randn(k, n);
            var c = randn(m, n);
            var expected = Rounded(turnedA ? a.t() : a).mm(Rounded(turnedB ? b.t() : b));
            var (left, right) = (turnedA ? Fusion.View(a).Transposed : Fusion.View(a), turnedB ? Fusion.View(b).Transposed : Fusion.View(b));

            var product = full([m, n], float.NaN);
            TeamProducts.Multiply(2, m, n, k, left, right, Fusion.View(product), inHalves: true);
            Assert.True((product - expected).abs().max().item<double>() < 1e-5 * Math.Sqrt(k));

            var alone = full([m, n], float.NaN);
            TeamProducts.Multiply(1, m, n, k, left, right, Fusion.View(alone), inHalves: true);
            Assert.Equal(product.data<float>().ToArray(), alone.data<float>().ToArray());

            var sum = c.clone();
            TeamProducts.Multiply(2, m, n, k, left, right, Fusion.View(sum), add: true, inHalves: true);
            Assert.True((sum - c - expected).abs().max().item<double>() < 1e-5 * Math.Sqrt(k));
        }

        static Tensor Rounded(Tensor numbers) => numbers.to_type(ScalarType.BFloat16).to_type(ScalarType.Float64);
    }

    [Fact]
    public void Product_InHalvesOfNaN_IsNaNInItsRowsAndColumns()
    {
        Assert.SkipUnless(HalfGemm.IsSupported, "This processor has no AVX512_BF16.");
        using var scope = NewDisposeScope();
        foreach (bool turned in new[] { false, true })
        {
            var (a, b, product) = (ones(20, 6), ones(6, 40), zeros(20, 40));
            a[3, 5] = float.NaN;
            b[2, 35] = float.NaN;
            if (turned)
                (a, b) = (a.t().contiguous(), b.t().contiguous());
            TeamProducts.Multiply(1, 20, 40, 6, turned ? Fusion.View(a).Transposed : Fusion.View(a), turned ? Fusion.View(b).Transposed : Fusion.View(b), Fusion.View(product), inHalves: true);
            float[] numbers = product.data<float>().ToArray();
            for (int i = 0; i < numbers.Length; i++)
                Assert.Equal(i / 40 == 3 || i % 40 == 35 ? float.NaN : 6f, numbers[i]);
        }
    }

    [Fact]
    public void Product_WritesNothingBesideItsColumns()
    {
        using var scope = NewDisposeScope();
        var (a, b, wide) = (randn(20, 16), randn(16, 10), full([20, 12], 7f));

        TeamProducts.Multiply(2, 20, 10, 16, Fusion.View(a), Fusion.View(b), new Gemm.View(Fusion.Numbers(wide), 12));

        Assert.All(wide.narrow(1, 10, 2).contiguous().data<float>().ToArray(), number => Assert.Equal(7f, number));
    }
}
