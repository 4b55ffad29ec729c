using SciCoT.Compute;
using SciCoT.Models.T5;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models.Layers;

/// <summary>The activations of <see cref="T5Activation"/> in torch.</summary>
internal static class TorchActivation
{
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

    /// <exception cref="ArgumentException">The activation is not known.</exception>
    public static Func<Tensor, Tensor> FromProjection(string projection)
    {
        _ = T5Activation.FunctionOf(projection);
        return ByName[T5Activation.NameOf(projection)];
    }
}
