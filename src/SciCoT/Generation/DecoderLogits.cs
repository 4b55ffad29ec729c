using SciCoT.Compute;
using SciCoT.Models;
using SciCoT.Models.Inference;
using SciCoT.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Generation;

/// <summary>Logits for a search, in float32 on the CPU whatever the model's precision and device.</summary>
internal static class DecoderLogits
{
    /// <param name="model">The model.</param>
    /// <param name="hidden">The decoder's output, <c>[rows, length, model]</c>.</param>
    /// <returns>Logits of the token after the last position, <c>[rows, vocabulary]</c>, contiguous.</returns>
    /// <exception cref="NonFiniteScoresException">One is NaN or infinite; what searches compare is finite, but for what they forbid themselves.</exception>
    public static unsafe Tensor AtLast(T5Model model, Tensor hidden)
    {
        var logits = T5Inference.Head(model, hidden.select(1, hidden.shape[1] - 1)).cpu().contiguous();
        float* memory = (float*)TensorMemory.Address(logits);
        for (long row = 0, vocabulary = logits.shape[1]; row < logits.shape[0]; row++)
        {
            if (FiniteNumbers.FirstNotFinite(new ReadOnlySpan<float>(memory + (row * vocabulary), (int)vocabulary)) >= 0)
                throw new NonFiniteScoresException(model.Origin);
        }

        GC.KeepAlive(logits);
        return logits;
    }
}
