using System.Buffers;

namespace SciCoT.Tokenization;

public sealed partial class T5Tokenizer
{
    /// <summary>The text of ids, as the reference writes it: pad, eos and sentinels leave no trace, unknown pieces print as " ⁇ ".</summary>
    /// <remarks>The text of a longer sequence starts with the text of a shorter one, unless a character is spelt in bytes.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public override string Decode(IEnumerable<int> ids) => Decode(ids, includeSpecialTokens: false);

    /// <summary>The text of ids, on request with the names of pad, eos and sentinels in their places.</summary>
    /// <param name="ids">Ids below <see cref="VocabularySize"/>.</param>
    /// <param name="includeSpecialTokens">Whether special tokens are written by name; unknown pieces print as " ⁇ " in any case.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public string Decode(IEnumerable<int> ids, bool includeSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var decoder = NewDecoder();
        foreach (int id in ids)
            Append(decoder, id, includeSpecialTokens);
        decoder.Flush();
        return Denormalize(decoder.ToString());
    }

    /// <summary>Writes the text of ids, as <see cref="Decode(IEnumerable{int})"/> gives it, into a span.</summary>
    /// <param name="ids">Ids below <see cref="VocabularySize"/>.</param>
    /// <param name="destination">Gets the text of the first <paramref name="idsConsumed"/> ids.</param>
    /// <param name="idsConsumed">How many ids found room, all or none of those that spell a character.</param>
    /// <param name="charsWritten">How much of <paramref name="destination"/> is filled.</param>
    /// <returns><see cref="OperationStatus.Done"/> or <see cref="OperationStatus.DestinationTooSmall"/>.</returns>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (_denormalizer is not null)
            return DecodeWhole([.. ids], destination, out idsConsumed, out charsWritten);

        var decoder = NewDecoder();
        idsConsumed = charsWritten = 0;
        int seen = 0;
        foreach (int id in ids)
        {
            if (decoder.IsPending && !IsByte(id))
            {
                decoder.Flush();
                if (decoder.Length > destination.Length)
                    break;
                (idsConsumed, charsWritten) = (seen, decoder.Length);
            }

            Append(decoder, id, includeSpecialTokens: false);
            seen++;
            if (decoder.Length > destination.Length)
                break;
            if (!decoder.IsPending)
                (idsConsumed, charsWritten) = (seen, decoder.Length);
        }

        decoder.Flush();
        if (decoder.Length <= destination.Length)
            (idsConsumed, charsWritten) = (seen, decoder.Length);
        decoder.CopyTo(destination, charsWritten);
        return decoder.Length <= destination.Length ? OperationStatus.Done : OperationStatus.DestinationTooSmall;
    }

    private PieceDecoder NewDecoder() => _encoder is null
        ? new(_vocabulary.Normalizer, _vocabulary.UnknownSurface)
        : new(new NormalizerSpec { AddDummyPrefix = _encoder.DropsPrefix }, _vocabulary.UnknownSurface, firstTokenOnly: true);

    private bool IsByte(int id) => (uint)id < (uint)_vocabulary.Pieces.Count && _vocabulary.Pieces[id].Kind == PieceKind.Byte;

    private void Append(PieceDecoder decoder, int id, bool includeSpecialTokens)
    {
        if ((uint)id >= (uint)VocabularySize)
            throw new ArgumentOutOfRangeException("ids", id, $"The vocabulary has the ids 0 to {VocabularySize - 1}; a model may have more rows, but they stand for nothing.");

        // Rows between added tokens that no file names stand for nothing either, but a model has them and may write them.
        if (NameOf(id) is not { } name)
            return;
        var added = _encoder?.Find(id);
        var text = added is null ? name : _encoder!.TextOf(added);
        bool isPiece = id < _vocabulary.Pieces.Count;
        var kind = added is not null ? _encoder!.IsSpecial(text) ? PieceKind.Control : PieceKind.Normal
            : isPiece ? _vocabulary.Pieces[id].Kind
            : _added.TryGetStated(id, out var stated) && !stated.Special ? PieceKind.Normal
            : PieceKind.Control;
        if (kind == PieceKind.Control && includeSpecialTokens)
        {
            if (_encoder is null)
            {
                decoder.AppendVerbatim(text);
                return;
            }

            kind = PieceKind.Normal; // the Rust library writes every token by one rule
        }

        decoder.Append(isPiece && kind == _vocabulary.Pieces[id].Kind && added is null ? _vocabulary.Pieces[id] : new Piece(text, 0, kind));
    }

    private string Denormalize(string text)
    {
        if (_denormalizer is null)
            return text;
        using var raw = new ByteBuffer(16);
        raw.AppendUtf8(text);
        using var result = _denormalizer.Normalize(raw.Written);
        return System.Text.Encoding.UTF8.GetString(result.Written);
    }

    /// <summary>With rules that rewrite the decoded text, a place in it cannot be traced back to an id.</summary>
    private OperationStatus DecodeWhole(int[] ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        string text = Decode(ids);
        bool fits = text.TryCopyTo(destination);
        (idsConsumed, charsWritten) = fits ? (ids.Length, text.Length) : (0, 0);
        return fits ? OperationStatus.Done : OperationStatus.DestinationTooSmall;
    }
}
