using SciCoT.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SciCoT.Models.Layers;

/// <summary>
/// A matrix under Hugging Face's name <c>…​.weight</c>, used as a bias-free linear layer or as an embedding table.
/// </summary>
/// <remarks>
/// Unlike TorchSharp's Linear and Embedding it does not initialise its weight: values come from a checkpoint or from
/// <see cref="T5Initializer"/>, and drawing random numbers first would be most of the loading time.
/// </remarks>
internal sealed class T5Linear : nn.Module<Tensor, Tensor>
{
    public Parameter weight; // [output, input]

    public T5Linear(long output, long input)
        : base(nameof(T5Linear))
    {
        weight = new Parameter(empty(output, input, dtype: ScalarType.Float32));
        RegisterComponents();
    }

    /// <summary>The precision to compute in, where it is not the weight's; the weight's gradient keeps the weight's precision.</summary>
    public ScalarType? Compute { get; set; }

    /// <summary>What is added to the layer's output while an adapter is attached.</summary>
    public LoraLayer? Adapter { get; set; }

    public override Tensor forward(Tensor x)
    {
        var input = Compute is { } precision ? x.to_type(precision) : x;
        var result = nn.functional.linear(input, Compute is { } narrow ? weight.to_type(narrow) : weight);
        return Adapter is null ? result : result.Plus(Adapter.forward(input, training));
    }

    /// <summary>Whether layers multiply by their float32 weights and do nothing else.</summary>
    public static bool ArePlain(params ReadOnlySpan<T5Linear?> layers)
    {
        foreach (var layer in layers)
        {
            if (layer is not null && (layer.Compute is not null || layer.Adapter is not null || layer.weight.dtype != ScalarType.Float32))
                return false;
        }

        return true;
    }

    /// <summary>Rows of the matrix: <c>[…]</c> to <c>[…, input]</c>.</summary>
    public Tensor Embed(Tensor ids) => weight.index_select(0, ids.flatten()).view([.. ids.shape, weight.shape[1]]);
}
