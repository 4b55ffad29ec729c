using SciCoT.Models;
using SciCoT.Models.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Generation;

/// <summary>Logits for a search, in float32 on the CPU whatever the model's precision and device.</summary>
internal static class DecoderLogits
{
    /// <param name="model">The model.</param>
    /// <param name="hidden">The decoder's output, <c>[rows, length, model]</c>.</param>
    /// <returns>Logits of the token after the last position, <c>[rows, vocabulary]</c>, contiguous.</returns>
    public static Tensor AtLast(T5Model model, Tensor hidden) =>
        T5Inference.Head(model, hidden.select(1, hidden.shape[1] - 1)).cpu().contiguous();
}
