using System.Text;

namespace SciCoT.Tokenization;

/// <summary>SentencePiece's normaliser: character map, white-space rules and the U+2581 that stands for a space.</summary>
internal sealed class TextNormalizer
{
    private readonly CharacterMap? _map;
    private readonly DoubleArrayTrie? _userDefined;
    private readonly NormalizerSpec _spec;
    private readonly bool _spaceAsSuffix;

    /// <summary>ASCII bytes which are copied as they are wherever an ASCII byte, or nothing, follows them.</summary>
    private readonly bool[] _plain = new bool[256];

    /// <param name="spec">The rules of the model file.</param>
    /// <param name="spaceAsSuffix">Whether the dummy space goes behind the text and not before it.</param>
    /// <param name="userDefined">The pieces that must stay as they are in the text, if there are any.</param>
    public TextNormalizer(NormalizerSpec spec, bool spaceAsSuffix, DoubleArrayTrie? userDefined)
    {
        _spec = spec;
        _map = spec.CharacterMap;
        _spaceAsSuffix = spaceAsSuffix;
        _userDefined = userDefined;
        for (byte b = 0; b < 0x80; b++)
            _plain[b] = _map?.LeavesAlone(b) != false && userDefined?.HasKeyStartingWith(b) != true;
    }

    /// <summary>U+2581, which stands for a space in pieces.</summary>
    private static ReadOnlySpan<byte> EscapedSpace => "\u2581"u8;

    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    private ReadOnlySpan<byte> Space => _spec.EscapeSpaces ? EscapedSpace : " "u8;

    /// <summary>The normalised text; the caller disposes of it.</summary>
    public ByteBuffer Normalize(ReadOnlySpan<byte> text)
    {
        var output = new ByteBuffer(text.Length + (text.Length / 2) + 16);
        if (_spec.RemoveExtraSpaces)
            text = TrimStart(text);
        if (text.IsEmpty)
            return output;

        if (_spec.AddDummyPrefix && !_spaceAsSuffix)
            output.Append(Space);
        Copy(text, ref output);
        if (_spec.RemoveExtraSpaces)
            output.TrimEnd(Space);
        if (_spec.AddDummyPrefix && _spaceAsSuffix)
            output.Append(Space);
        return output;
    }

    private ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && Prefix(text, out int consumed) is [(byte)' '])
            text = text[consumed..];
        return text;
    }

    private void Copy(ReadOnlySpan<byte> text, ref ByteBuffer output)
    {
        var space = Space;
        bool afterSpace = _spec.RemoveExtraSpaces;
        for (int i = 0; i < text.Length;)
        {
            byte b = text[i];
            if (_plain[b] && (i + 1 == text.Length || text[i + 1] < 0x80))
            {
                i++;
                if (b != (byte)' ')
                {
                    output.Append(b);
                    afterSpace = false;
                }
                else if (!afterSpace)
                {
                    output.Append(space);
                    afterSpace = _spec.RemoveExtraSpaces;
                }

                continue;
            }

            var prefix = Prefix(text[i..], out int consumed);
            i += consumed;
            if (afterSpace)
                prefix = prefix.TrimStart((byte)' ');
            if (prefix.IsEmpty)
                continue;

            foreach (byte p in prefix)
            {
                if (p == (byte)' ')
                    output.Append(space);
                else
                    output.Append(p);
            }

            afterSpace = _spec.RemoveExtraSpaces && prefix[^1] == (byte)' ';
        }
    }

    /// <summary>What stands for the next few bytes, and how many they are. User-defined pieces win over the character map.</summary>
    private ReadOnlySpan<byte> Prefix(ReadOnlySpan<byte> text, out int consumed)
    {
        if (_userDefined is not null && (consumed = _userDefined.LongestPrefix(text)) > 0)
            return text[..consumed];
        if (_map is not null && (consumed = _map.Match(text, out var replacement)) > 0)
            return replacement;

        // The text is UTF-8, but a map may have matched a part of a character.
        if (Rune.DecodeFromUtf8(text, out _, out consumed) == System.Buffers.OperationStatus.Done)
            return text[..consumed];
        consumed = 1;
        return Replacement;
    }
}
