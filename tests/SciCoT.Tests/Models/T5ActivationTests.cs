using SciCoT.Models;
using SciCoT.Models.Layers;
using SciCoT.Models.T5;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

public class T5ActivationTests
{
    private static readonly double[] Points = [-7, -3, -1, -0.5, 0, 0.25, 1, 2.5, 6.5, 8];

    private static readonly Dictionary<string, Func<double, double>> Formulas = new()
    {
        ["relu"] = x => Math.Max(0, x),
        ["relu6"] = x => Math.Clamp(x, 0, 6),
        ["relu2"] = x => Math.Max(0, x) * Math.Max(0, x),
        ["gelu"] = x => x * NormalDistribution(x),
        ["gelu_new"] = TanhGelu,
        ["gelu_pytorch_tanh"] = TanhGelu,
        ["silu"] = x => x * Sigmoid(x),
        ["swish"] = x => x * Sigmoid(x),
        ["mish"] = x => x * Math.Tanh(Math.Log(1 + Math.Exp(x))),
        ["sigmoid"] = Sigmoid,
        ["tanh"] = Math.Tanh,
        ["leaky_relu"] = x => x < 0 ? 0.01 * x : x,
        ["linear"] = x => x,
    };

    public static TheoryData<string> Names { get; } = [.. Formulas.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Activation_ComputesItsFormula(string name)
    {
        using var scope = NewDisposeScope();
        var plain = Golden.Numbers(TorchActivation.FromProjection(name)(tensor(Points)));
        for (int i = 0; i < Points.Length; i++)
            Assert.Equal(Formulas[name](Points[i]), plain[i], 1e-9);
        if (name != "gelu")
            Assert.Equal(plain, Golden.Numbers(TorchActivation.FromProjection("gated-" + name)(tensor(Points))));
    }

    [Fact]
    public void GatedGelu_IsTheTanhApproximation()
    {
        Assert.Equal("gelu_new", T5Activation.NameOf("gated-gelu"));
        Assert.Equal("gelu", T5Activation.NameOf("gelu"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ReLU")]
    [InlineData("gated-")]
    [InlineData("gated-gated-gelu")]
    public void UnknownActivation_IsRefusedWithTheKnownOnes(string projection)
    {
        var error = Assert.Throws<ArgumentException>(() => TorchActivation.FromProjection(projection));
        Assert.Contains($"'{projection}'", error.Message);
        Assert.All(Formulas.Keys, known => Assert.Contains(known, error.Message));
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double TanhGelu(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    /// <summary>Φ(x) by Simpson's rule from 0.</summary>
    private static double NormalDistribution(double x)
    {
        const int Steps = 2000;
        double width = x / Steps;
        double sum = Enumerable.Range(0, Steps + 1).Sum(i => (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-0.5 * i * width * i * width));
        return 0.5 + sum * width / 3 / Math.Sqrt(2 * Math.PI);
    }
}
