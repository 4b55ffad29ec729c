using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>
/// A matrix under Hugging Face's name <c>…​.weight</c>, used as a bias-free linear layer or as an embedding table.
/// </summary>
/// <remarks>
/// Unlike TorchSharp's Linear and Embedding it does not initialise its weight: values come from a checkpoint or from
/// <see cref="T5Initializer"/>, and drawing random numbers first would be most of the loading time.
/// </remarks>
internal sealed class T5Linear : nn.Module<Tensor, Tensor>
{
    public readonly Parameter weight; // [output, input]

    public T5Linear(long output, long input)
        : base(nameof(T5Linear))
    {
        weight = new Parameter(empty(output, input, dtype: ScalarType.Float32));
        RegisterComponents();
    }

    /// <summary>The precision to compute in, where it is not the weight's; the weight's gradient keeps the weight's precision.</summary>
    public ScalarType? Compute { get; set; }

    public override Tensor forward(Tensor x) =>
        Compute is { } precision
            ? nn.functional.linear(x.to_type(precision), weight.to_type(precision))
            : nn.functional.linear(x, weight);

    /// <summary>Rows of the matrix: <c>[…]</c> to <c>[…, input]</c>.</summary>
    public Tensor Embed(Tensor ids) => weight.index_select(0, ids.flatten()).view([.. ids.shape, weight.shape[1]]);
}
