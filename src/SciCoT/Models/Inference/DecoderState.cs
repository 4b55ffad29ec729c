using static TorchSharp.torch;

namespace SciCoT.Models.Inference;

/// <summary>
/// A decoder in the middle of its sequences: what it keeps of the tokens so far and of the sources, so that each step
/// costs one position. Several rows may belong to one source; they share the source's keys and values.
/// </summary>
/// <remarks>Call it without gradients. It owns native memory and is used by one thread.</remarks>
internal abstract class DecoderState : IDisposable
{
    private T5Model? _model;
    private int _moves;

    /// <summary>Number of rows.</summary>
    public abstract int Rows { get; }

    /// <summary>Tokens that each row was given so far.</summary>
    public int Length { get; protected set; }

    /// <summary>Begins sequences.</summary>
    /// <param name="model">The model.</param>
    /// <param name="memory">The encoder's output, <c>[sources, source, model]</c>.</param>
    /// <param name="attentionMask"><c>[sources, source]</c>, 1 for a token, 0 for padding.</param>
    /// <param name="rowsPerSource">Rows that attend to each source; they lie side by side.</param>
    /// <param name="maxLength">Upper bound of the tokens that each row will be given.</param>
    /// <exception cref="ObjectDisposedException">The model is disposed of.</exception>
    public static DecoderState Create(T5Model model, Tensor memory, Tensor attentionMask, int rowsPerSource, int maxLength)
    {
        using var use = model.Use();
        DecoderState state = T5Weights.TryRead(model) is { } weights && SourceLengths.TryRead(attentionMask) is { } lengths
            ? new KernelDecoderState(weights, memory, lengths, rowsPerSource, maxLength, get_num_threads())
            : new TorchDecoderState(model, memory, attentionMask, rowsPerSource, maxLength);
        (state._model, state._moves) = (model, model.Moves);
        return state;
    }

    /// <summary>Gives each row its next tokens.</summary>
    /// <param name="tokens"><c>[rows, new]</c>, int64.</param>
    /// <returns>The decoder's output at the new positions, <c>[rows, new, model]</c>; <see cref="T5Inference.Head"/> makes logits of it.</returns>
    /// <exception cref="ObjectDisposedException">The model is disposed of.</exception>
    /// <exception cref="InvalidOperationException">The model's weights were moved to another place since the sequences began.</exception>
    public Tensor Advance(Tensor tokens)
    {
        using var use = _model!.Use();
        if (_model.Moves != _moves)
            throw new InvalidOperationException("The model was moved to another device or precision while a call computed with it; wait for the calls before you move it.");
        return AdvanceOnce(tokens);
    }

    /// <summary>Goes on with a choice of the rows, in a new order; rows may be repeated or left out.</summary>
    /// <param name="rows">Present rows, those of one source side by side as they were.</param>
    public abstract void Select(IReadOnlyList<int> rows);

    public abstract void Dispose();

    /// <inheritdoc cref="Advance"/>
    protected abstract Tensor AdvanceOnce(Tensor tokens);
}
