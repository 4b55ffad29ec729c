using System.Globalization;
using System.Text;

namespace SciCoT.Tokenization;

/// <summary>Writes pieces back as text, one after another, as the reference does.</summary>
/// <param name="spec">The rules that the text was prepared with.</param>
/// <param name="unknownSurface">What unknown pieces print as.</param>
/// <param name="firstTokenOnly">Whether the first token alone loses its spaces, as in the Rust library.</param>
internal sealed class PieceDecoder(NormalizerSpec spec, string unknownSurface, bool firstTokenOnly = false)
{
    private const char EscapedSpace = '\u2581';

    private readonly StringBuilder _text = new();
    private readonly List<byte> _bytes = [];
    private bool _atStart = true;
    private bool _consumedSpace;

    public int Length => _text.Length;

    /// <summary>Whether byte pieces wait for the rest of their character.</summary>
    public bool IsPending => _bytes.Count > 0;

    /// <summary>The byte that a piece such as <c>&lt;0x0A&gt;</c> names.</summary>
    public static bool TryGetByte(string piece, out byte value)
    {
        value = 0;
        return piece is ['<', '0', 'x', _, _, '>'] && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    public void Append(Piece piece)
    {
        if (piece.Kind == PieceKind.Byte)
        {
            TryGetByte(piece.Text, out byte value);
            _bytes.Add(value);
            return;
        }

        Flush();
        _atStart &= !_consumedSpace && _text.Length == 0;
        _consumedSpace = false;
        if (piece.Kind == PieceKind.Unknown)
            _text.Append(unknownSurface);
        else if (piece.Kind != PieceKind.Control)
            AppendText(piece.Text);
    }

    /// <summary>Text that is not a piece, such as a special token that is to be seen.</summary>
    public void AppendVerbatim(string text)
    {
        Flush();
        _text.Append(text);
    }

    /// <summary>Ends a run of bytes; those that are not UTF-8 become U+FFFD.</summary>
    public void Flush()
    {
        for (var rest = _bytes.ToArray().AsSpan(); !rest.IsEmpty;)
        {
            bool valid = Rune.DecodeFromUtf8(rest, out var rune, out int consumed) == System.Buffers.OperationStatus.Done;
            _text.Append(rune.ToString());
            rest = rest[(valid ? consumed : 1)..];
        }

        _bytes.Clear();
    }

    public override string ToString() => _text.ToString();

    public void CopyTo(Span<char> destination, int length) => _text.CopyTo(0, destination, length);

    /// <summary>The space before the first word is the dummy prefix, or one that the normaliser would have removed.</summary>
    private void AppendText(string piece)
    {
        int skip = 0;
        if (firstTokenOnly)
        {
            piece = _atStart && spec.AddDummyPrefix ? piece.Replace("\u2581", "", StringComparison.Ordinal) : piece;
            _consumedSpace = true;
        }
        else if (_atStart && (spec.AddDummyPrefix || spec.RemoveExtraSpaces) && piece[0] == EscapedSpace)
        {
            skip = 1;
            _consumedSpace = !spec.RemoveExtraSpaces;
        }

        int start = _text.Length;
        _text.Append(piece, skip, piece.Length - skip);
        _text.Replace(EscapedSpace, ' ', start, _text.Length - start);
    }
}
