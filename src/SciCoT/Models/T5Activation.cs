using SciCoT.Compute;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>The activations that a T5 <c>config.json</c> may name, under Hugging Face's names.</summary>
internal static class T5Activation
{
    /// <summary>How the name of a gated layer begins.</summary>
    public const string GatedPrefix = "gated-";

    private static readonly Dictionary<string, Func<Tensor, Tensor>> ByName = new(StringComparer.Ordinal)
    {
        ["relu"] = x => x.relu(),
        ["relu6"] = x => x.relu6(),
        ["relu2"] = x => x.relu().Squared(),
        ["gelu"] = x => x.gelu(),
        ["gelu_python"] = x => x.gelu(),
        ["gelu_new"] = x => x.gelu(TorchSharp.Modules.GELU.Approximate.tanh),
        ["gelu_pytorch_tanh"] = x => x.gelu(TorchSharp.Modules.GELU.Approximate.tanh),
        ["silu"] = x => x.silu(),
        ["swish"] = x => x.silu(),
        ["mish"] = x => x * nn.functional.logsigmoid(x.neg()).neg().tanh(),
        ["sigmoid"] = x => x.sigmoid(),
        ["tanh"] = x => x.tanh(),
        ["leaky_relu"] = x => x.leaky_relu(KeptScalar.Of(0.01)),
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

    /// <exception cref="ArgumentException">The activation is not known.</exception>
    public static Func<Tensor, Tensor> FromProjection(string projection) =>
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
}
