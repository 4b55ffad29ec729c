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

    /// <summary>What each output of int8 weights is multiplied by.</summary>
    public Tensor? scale; // [output]

    public T5Linear(long output, long input)
        : base(nameof(T5Linear))
    {
        weight = new Parameter(empty(output, input, dtype: ScalarType.Float32));
        RegisterComponents();
    }

    /// <summary>The precision to compute in, where it is not the weight's; the weight's gradient keeps the weight's precision.</summary>
    public ScalarType? Compute { get; set; }

    /// <summary>The matrix as it is computed with.</summary>
    public Tensor Values => IsNarrow ? Wide(weight, scale) : weight;

    /// <summary>Whether the weights were rounded to fewer bits for good.</summary>
    public bool IsNarrow { get; private set; }

    /// <summary>What is added to the layer's output while an adapter is attached.</summary>
    public LoraLayer? Adapter { get; set; }

    public override Tensor forward(Tensor x)
    {
        var input = Compute is { } precision ? x.to_type(precision) : x;
        var result = nn.functional.linear(input, Compute is { } narrow ? Values.to_type(narrow) : Values);
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
    public Tensor Embed(Tensor ids)
    {
        var rows = weight.index_select(0, ids.flatten());
        return (IsNarrow ? Wide(rows, scale?.index_select(0, ids.flatten())) : rows).view([.. ids.shape, weight.shape[1]]);
    }

    /// <summary>Rounds the weights to fewer bits for good; what is computed with them stays float32.</summary>
    public unsafe void Narrow(WeightFormat format)
    {
        using var scope = NewDisposeScope();
        var values = weight.cpu().contiguous();
        var narrow = empty(values.shape, dtype: format == WeightFormat.Int8 ? ScalarType.Int8 : ScalarType.BFloat16);
        float* from = (float*)TensorMemory.Address(values);
        Tensor? scales = null;
        if (format == WeightFormat.Int8)
        {
            scales = empty(values.shape[0]);
            Rounding.ToInt8(get_num_threads(), from, values.shape[0], checked((int)values.shape[1]), (sbyte*)TensorMemory.Address(narrow), (float*)TensorMemory.Address(scales));
        }
        else
        {
            Rounding.ToBFloat16(get_num_threads(), from, values.numel(), (ushort*)TensorMemory.Address(narrow));
        }

        Replace(narrow.to(weight.device), scales?.to(weight.device));
    }

    /// <summary>Takes weights that were rounded before in the place of its own.</summary>
    /// <param name="narrow">int8 or bfloat16, <c>[output, input]</c>.</param>
    /// <param name="scales">What each output of int8 weights is multiplied by, <c>[output]</c>.</param>
    public void Replace(Tensor narrow, Tensor? scales)
    {
        if (scales is not null)
        {
            scale = scales.DetachFromDisposeScope();
            register_buffer(nameof(scale), scale);
        }

        weight.Dispose();
        weight = new Parameter(narrow.DetachFromDisposeScope(), requires_grad: false);
        weight.DetachFromDisposeScope();
        IsNarrow = true;
        ConditionallyRegisterParameter(nameof(weight), weight);
    }

    private static Tensor Wide(Tensor weight, Tensor? scale)
    {
        var wide = weight.to_type(ScalarType.Float32);
        return scale is null ? wide : wide * scale.unsqueeze(1);
    }
}
