using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>The activations that a T5 <c>config.json</c> may name, under Hugging Face's names.</summary>
internal static class T5Activation
{
    /// <summary>How the name of a gated layer begins.</summary>
    public const string GatedPrefix = "gated-";

    private static readonly Dictionary<string, Func<float, float>> ByName = new(StringComparer.Ordinal)
    {
        ["relu"] = x => Math.Max(x, 0),
        ["relu6"] = x => Math.Clamp(x, 0, 6),
        ["relu2"] = x => x > 0 ? x * x : 0,
        ["gelu"] = Gelu,
        ["gelu_python"] = Gelu,
        ["gelu_new"] = GeluTanh,
        ["gelu_pytorch_tanh"] = GeluTanh,
        ["silu"] = x => x * Sigmoid(x),
        ["swish"] = x => x * Sigmoid(x),
        ["mish"] = x => x * MathF.Tanh(x > 20 ? x : MathF.Log(1 + MathF.Exp(x))),
        ["sigmoid"] = Sigmoid,
        ["tanh"] = MathF.Tanh,
        ["leaky_relu"] = x => x > 0 ? x : 0.01f * x,
        ["linear"] = x => x,
    };

    /// <summary>The activation's name in a projection such as <c>gated-gelu</c>.</summary>
    /// <remarks>Hugging Face reads <c>gated-gelu</c> as the tanh approximation, because the v1.1 checkpoints were trained with it.</remarks>
    public static string NameOf(string projection) => projection switch
    {
        "gated-gelu" => "gelu_new",
        _ when projection.StartsWith(GatedPrefix, StringComparison.Ordinal) => projection[GatedPrefix.Length..],
        _ => projection,
    };

    /// <summary>The activation of a projection, for one number.</summary>
    /// <exception cref="ArgumentException">The activation is not known.</exception>
    public static Func<float, float> FunctionOf(string projection) =>
        ByName.TryGetValue(NameOf(projection), out var activation)
            ? activation
            : throw new ArgumentException($"feed_forward_proj '{projection}' is not known; expected an activation or 'gated-' and an activation, one of {string.Join(", ", ByName.Keys)}.");

    /// <summary>The activation of a projection, where there is a kernel for it.</summary>
    public static Activation? KernelOf(string projection) => NameOf(projection) switch
    {
        "relu" => Activation.Relu,
        "gelu_new" or "gelu_pytorch_tanh" => Activation.GeluTanh,
        "silu" or "swish" => Activation.Silu,
        _ => null,
    };

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    private static float GeluTanh(float x) => 0.5f * x * (1 + MathF.Tanh(0.7978845608f * (x + (0.044715f * x * x * x))));

    private static float Gelu(float x) => (float)(0.5 * x * Erfc(-x * Math.Sqrt(0.5)));

    /// <summary>The complementary error function to 1.2e-7 of its value (Press et al., Numerical Recipes, section 6.2).</summary>
    private static double Erfc(double x)
    {
        double z = Math.Abs(x), t = 1 / (1 + (0.5 * z));
        double value = t * Math.Exp((-z * z) - 1.26551223 + (t * (1.00002368 + (t * (0.37409196 + (t * (0.09678418 + (t * (-0.18628806
            + (t * (0.27886807 + (t * (-1.13520398 + (t * (1.48851587 + (t * (-0.82215223 + (t * 0.17087277))))))))))))))))));
        return x >= 0 ? value : 2 - value;
    }
}
