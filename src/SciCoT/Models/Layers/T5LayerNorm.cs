using SciCoT.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SciCoT.Models.Layers;

/// <summary>RMS norm (arXiv 1910.07467): scaled by the root mean square, neither centred nor shifted.</summary>
internal sealed class T5LayerNorm : nn.Module<Tensor, Tensor>
{
    public readonly Parameter weight; // [model]
    private readonly TorchSharp.Scalar _epsilon;

    public T5LayerNorm(long size, double epsilon)
        : base(nameof(T5LayerNorm))
    {
        weight = new Parameter(empty(size, dtype: ScalarType.Float32));
        _epsilon = KeptScalar.Of(epsilon);
        RegisterComponents();
    }

    /// <summary>The precision of the result, where it is not the input's.</summary>
    public ScalarType? Compute { get; set; }

    public override Tensor forward(Tensor x)
    {
        // The variance is taken in float32 whatever the precision of the model.
        var wide = x.to_type(ScalarType.Float32);
        var scale = wide.Squared().mean([-1], keepdim: true).Plus(_epsilon).rsqrt();
        return Compute is { } precision
            ? (weight * (wide * scale)).to_type(precision)
            : weight * (wide * scale).to_type(x.dtype);
    }
}
