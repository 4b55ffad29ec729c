using System.Runtime.Intrinsics;
using SciCoT.Compute;

namespace SciCoT.Tests.Compute;

/// <summary>Tiles of every width that this processor has, against sums in double precision.</summary>
public sealed unsafe class GemmTests
{
    private delegate void Product(int m, int n, int k, Gemm.View a, Gemm.View b, Gemm.View c, bool add);

    private delegate void WeightProduct(int rows, Gemm.View x, in Matrix matrix, Gemm.View y, bool add);

    public GemmTests() => Assert.SkipUnless(Gemm.IsSupported, "This processor has neither AVX-512 nor AVX2.");

    public static TheoryData<string, int, int, int> Shapes { get; } = new(
        from width in Widths
        from shape in new[] { (1, 1, 1), (6, 16, 16), (8, 32, 16), (5, 15, 3), (7, 17, 5), (9, 33, 300), (13, 8, 257), (70, 600, 257), (12, 520, 1024), (3, 1500, 64) }
        select (width, shape.Item1, shape.Item2, shape.Item3));

    private static string[] Widths => Simd512.IsSupported ? ["512", "256"] : ["256"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Product_IsTheSumOfProducts_HoweverTheInputsLie(string width, int m, int n, int k)
    {
        var multiply = Of(width);
        var random = new Random(m + n + k);
        float[] a = Numbers(random, m * k), b = Numbers(random, k * n), before = Numbers(random, m * (n + 3));
        var (turnedA, turnedB) = (Turned(a, m, k), Turned(b, k, n));
        double tolerance = 2e-6 * Math.Sqrt(k);
        fixed (float* pa = a, pta = turnedA, pb = b, ptb = turnedB)
        {
            foreach (var left in new[] { new Gemm.View(pa, k), new Gemm.View(pta, m).Transposed })
            {
                foreach (var right in new[] { new Gemm.View(pb, n), new Gemm.View(ptb, k).Transposed })
                {
                    foreach (bool add in new[] { false, true })
                    {
                        float[] c = [.. before];
                        fixed (float* pc = c)
                            multiply(m, n, k, left, right, new Gemm.View(pc, n + 3), add);
                        for (int i = 0; i < m; i++)
                        {
                            for (int j = 0; j < n; j++)
                            {
                                double expected = add ? before[(i * (n + 3)) + j] : 0;
                                for (int depth = 0; depth < k; depth++)
                                    expected += (double)a[(i * k) + depth] * b[(depth * n) + j];
                                Assert.InRange(c[(i * (n + 3)) + j] - expected, -tolerance, tolerance);
                            }

                            for (int j = n; j < n + 3; j++) // beside its columns nothing is written
                                Assert.Equal(before[(i * (n + 3)) + j], c[(i * (n + 3)) + j]);
                        }
                    }
                }
            }
        }
    }

    /// <summary>A row's product has the same bits among many rows as alone.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Row_IsTheSame_AmongManyAndAlone(string width, int m, int n, int k)
    {
        var multiply = Of(width);
        var random = new Random(m * n * k);
        float[] a = Numbers(random, m * k), b = Numbers(random, k * n), all = new float[m * n], one = new float[n];
        fixed (float* pa = a, pb = b, pAll = all, pOne = one)
        {
            multiply(m, n, k, new Gemm.View(pa, k), new Gemm.View(pb, n), new Gemm.View(pAll, n), false);
            for (int row = 0; row < m; row++)
            {
                multiply(1, n, k, new Gemm.View(pa + (row * k), k), new Gemm.View(pb, n), new Gemm.View(pOne, n), false);
                Assert.Equal(all[(row * n)..((row + 1) * n)], one);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Product_WithHalfWeights_IsThatOfTheirValues(string width, int rows, int outputs, int inputs)
    {
        WeightProduct multiply = width switch
        {
            "512" => GemmLoop<Simd512, Vector512<float>>.Multiply,
            _ => GemmLoop<Simd256, Vector256<float>>.Multiply,
        };
        var random = new Random(rows + outputs + inputs);
        float[] x = Numbers(random, rows * inputs), y = new float[rows * outputs];
        ushort[] weights = [.. Numbers(random, outputs * inputs).Select(number => (ushort)(BitConverter.SingleToUInt32Bits(number) >> 16))];
        fixed (float* px = x, py = y)
        fixed (ushort* pw = weights)
        {
            multiply(rows, new Gemm.View(px, inputs), new Matrix(pw, NumberFormat.BFloat16, null, outputs, inputs, inputs), new Gemm.View(py, outputs), false);
        }

        for (int row = 0; row < rows; row++)
        {
            for (int output = 0; output < outputs; output++)
            {
                double expected = 0;
                for (int i = 0; i < inputs; i++)
                    expected += (double)x[(row * inputs) + i] * BitConverter.UInt32BitsToSingle((uint)weights[(output * inputs) + i] << 16);
                Assert.InRange(y[(row * outputs) + output] - expected, -2e-6 * Math.Sqrt(inputs), 2e-6 * Math.Sqrt(inputs));
            }
        }
    }

    private static Product Of(string width) => width switch
    {
        "512" => GemmLoop<Simd512, Vector512<float>>.Multiply,
        _ => GemmLoop<Simd256, Vector256<float>>.Multiply,
    };

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];

    private static float[] Turned(float[] matrix, int rows, int columns) =>
        [.. from column in Enumerable.Range(0, columns) from row in Enumerable.Range(0, rows) select matrix[(row * columns) + column]];
}
