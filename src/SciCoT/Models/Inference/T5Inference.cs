using SciCoT.Compute;
using SciCoT.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models.Inference;

/// <summary>What a search needs of a model, in kernels where they can compute it, otherwise in torch.</summary>
/// <remarks>Without gradients, in evaluation mode. <see cref="DecoderState"/> is the third of the family.</remarks>
internal static unsafe class T5Inference
{
    /// <summary>Outputs taken at a time of a large vocabulary, so that members end together.</summary>
    private const int LargestHeadPart = 256;

    /// <summary>Runs the encoder.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputIds"><c>[sources, source]</c>, int64, on the model's device.</param>
    /// <param name="attentionMask"><c>[sources, source]</c>, 1 for a token, 0 for padding.</param>
    /// <returns><c>[sources, source, model]</c>; what it holds where there is padding is not to be looked at.</returns>
    public static Tensor Encode(T5Model model, Tensor inputIds, Tensor attentionMask)
    {
        using var use = model.Use();
        return T5Weights.TryRead(model) is { } weights && SourceLengths.TryRead(attentionMask) is { } lengths
            ? SourceEncoder.Encode(weights, inputIds, lengths, get_num_threads())
            : model.Encode(inputIds, attentionMask);
    }

    /// <summary>The logits of decoder outputs.</summary>
    /// <param name="model">The model.</param>
    /// <param name="hidden"><c>[rows, model]</c>.</param>
    /// <returns><c>[rows, vocabulary]</c>, float32.</returns>
    public static Tensor Head(T5Model model, Tensor hidden)
    {
        using var use = model.Use();
        if (!T5Weights.CanRead(model))
            return model.Head(hidden).to_type(ScalarType.Float32);

        var kernels = model.Kernels!;
        var head = T5Weights.Of(model.lm_head ?? model.shared);
        using var scaled = model.Config.ScalesHead ? hidden * KeptScalar.Of(model.HeadScale) : hidden.contiguous();
        var logits = empty([hidden.shape[0], head.Outputs]);
        int rows = checked((int)hidden.shape[0]);
        float* x = (float*)TensorMemory.Address(scaled);
        float* y = (float*)TensorMemory.Address(logits);
        long cost = (long)rows * head.Inputs;
        using var crew = ThreadTeam.Shared.Rent(get_num_threads(), cost * head.Outputs);
        using var scratches = new NativeBuffer((long)crew.Size * kernels.ScratchSize(head.Inputs));
        float* scratch = scratches.Pointer;
        crew.For(head.Outputs, Math.Min(LargestHeadPart, crew.Grain(head.Outputs, cost, 4)), (member, from, to) =>
            kernels.Multiply(head, from, to, x, head.Inputs, rows, y, head.Outputs, false, scratch + ((long)member * kernels.ScratchSize(head.Inputs))));
        return logits;
    }
}
