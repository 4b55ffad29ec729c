namespace SciCoT.Models;

/// <summary>A decoder in the middle of its sequences: it keeps what the tokens so far left, so that a step costs one position.</summary>
/// <remarks>Used by one thread.</remarks>
public interface IDecoder : IDisposable
{
    /// <summary>Number of rows.</summary>
    int Rows { get; }

    /// <summary>Tokens that each row was given so far.</summary>
    int Length { get; }

    /// <summary>Gives each row its next tokens, equally many.</summary>
    /// <param name="tokens">The tokens of the first row, then those of the second, and so on.</param>
    /// <exception cref="ArgumentException">The tokens cannot be shared evenly, or are more than the decoder was begun for.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed of.</exception>
    void Advance(ReadOnlySpan<int> tokens);

    /// <summary>The logits after tokens of the last <see cref="Advance"/>.</summary>
    /// <param name="positions">Places among these tokens, in any order.</param>
    /// <param name="logits">Filled with <c>[positions, vocabulary]</c>, as many numbers as positions times <see cref="ISequenceModel.VocabularySize"/>.</param>
    /// <exception cref="ObjectDisposedException">The model is disposed of.</exception>
    void GetLogits(ReadOnlySpan<int> positions, Span<float> logits);

    /// <summary>Continues with some of the rows in a new order; rows may be repeated or left out.</summary>
    /// <param name="rows">Present rows. Those of one source stay side by side and as many for each source as before, except that a decoder with one row a source may repeat it.</param>
    void Select(ReadOnlySpan<int> rows);
}
