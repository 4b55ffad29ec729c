using SciCoT.Models;
using SciCoT.Models.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Generation;

/// <summary>A batch of inputs after the encoder, checked on the way.</summary>
/// <param name="Memory">The encoder's output, <c>[batch, source, model]</c>.</param>
/// <param name="AttentionMask"><c>[batch, source]</c>, 1 for a token, 0 for padding.</param>
internal sealed record EncodedSource(Tensor Memory, Tensor AttentionMask)
{
    /// <summary>Checks a batch and runs the encoder.</summary>
    public static EncodedSource Encode(T5Model model, Tensor inputIds, Tensor attentionMask)
    {
        Check(model, inputIds, attentionMask);
        var mask = attentionMask.to(model.Device);
        return new EncodedSource(T5Inference.Encode(model, inputIds.to(model.Device), mask), mask);
    }

    /// <exception cref="ArgumentException">The tensors do not fit together or hold unknown tokens.</exception>
    /// <exception cref="InvalidOperationException">The model would drop out activations.</exception>
    public static void Check(T5Model model, Tensor inputIds, Tensor attentionMask)
    {
        ArgumentNullException.ThrowIfNull(inputIds);
        ArgumentNullException.ThrowIfNull(attentionMask);
        if (model.training && model.Config.DropoutRate > 0)
            throw new InvalidOperationException("The model is in training mode, where dropout changes what it writes; call its eval() first.");
        if (inputIds.dtype != ScalarType.Int64 || inputIds.dim() != 2 || inputIds.numel() == 0)
            throw new ArgumentException($"Input ids must be int64 of shape [batch, source], not empty; got {inputIds.dtype} [{string.Join(", ", inputIds.shape)}].", nameof(inputIds));
        if (!attentionMask.shape.SequenceEqual(inputIds.shape))
            throw new ArgumentException($"The attention mask must have the input ids' shape [{string.Join(", ", inputIds.shape)}]; got [{string.Join(", ", attentionMask.shape)}].", nameof(attentionMask));

        using var scope = NewDisposeScope();
        long lowest = inputIds.min().item<long>(), highest = inputIds.max().item<long>();
        if (lowest < 0 || highest >= model.Config.VocabularySize)
            throw new ArgumentException($"Input ids must be from 0 to {model.Config.VocabularySize - 1}, the model's vocabulary; got {(lowest < 0 ? lowest : highest)}.", nameof(inputIds));
    }

    /// <exception cref="ArgumentException">A token is outside the vocabulary.</exception>
    public static IReadOnlyList<int> CheckTokens(T5Model model, IReadOnlyList<int> tokens, string what)
    {
        foreach (int token in tokens)
        {
            if (token < 0 || token >= model.Config.VocabularySize)
                throw new ArgumentException($"{what} must hold tokens from 0 to {model.Config.VocabularySize - 1}, the model's vocabulary; got {token}.");
        }

        return tokens;
    }
}
