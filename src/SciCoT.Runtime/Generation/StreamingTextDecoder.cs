using System.Globalization;

namespace SciCoT.Generation;

/// <summary>
/// Turns a growing list of tokens into pieces of text, for showing a sequence while it is written. The pieces, joined, are
/// the text of the whole list; none ends within a character, and none holds text that the next token could still change.
/// </summary>
/// <remarks>
/// A piece is held back until one more token has left it as it was: what a token adds comes out with the token after it, the
/// rest with <see cref="Complete"/>. One instance serves one sequence and one thread.
/// </remarks>
/// <param name="decode">The text of a list of tokens; special tokens should yield none.</param>
internal sealed class StreamingTextDecoder(Func<IReadOnlyList<int>, string> decode)
{
    /// <summary>What decoders print for the bytes of a character that is not complete yet.</summary>
    private const char Incomplete = '\uFFFD';

    private readonly Func<IReadOnlyList<int>, string> _decode = decode ?? throw new ArgumentNullException(nameof(decode));
    private readonly List<int> _tokens = [];
    private string _text = "";
    private int _emitted;

    /// <summary>Adds the next token.</summary>
    /// <returns>The text that is certain now and was not before; often empty.</returns>
    public string Append(int tokenId)
    {
        _tokens.Add(tokenId);
        var before = _text;
        _text = _decode(_tokens);
        return Emit(CertainLength(before, _text));
    }

    /// <summary>Ends the sequence.</summary>
    /// <returns>The text that was held back.</returns>
    public string Complete() => Emit(_text.Length);

    private int CertainLength(string before, string text)
    {
        var readable = text.AsSpan().TrimEnd(Incomplete);
        int unchanged = before.AsSpan().CommonPrefixLength(readable);
        int end = _emitted;
        while (end < unchanged)
        {
            // A character at the very end may still get an accent.
            int next = end + StringInfo.GetNextTextElementLength(readable[end..]);
            if (next > unchanged || next == readable.Length)
                break;
            end = next;
        }

        return end;
    }

    private string Emit(int end)
    {
        if (end <= _emitted)
            return "";
        var piece = _text[_emitted..end];
        _emitted = end;
        return piece;
    }
}
