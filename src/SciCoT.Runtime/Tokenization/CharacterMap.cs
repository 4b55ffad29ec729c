using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace SciCoT.Tokenization;

/// <summary>
/// SentencePiece's precompiled character map: a Darts-clone double array from strings to places among NUL-terminated
/// replacements. Everything a look-up relies on is checked once, when it is read.
/// </summary>
/// <remarks>
/// Layout: the trie's size in bytes (uint32, little endian), the trie's units (uint32 each), the replacements. A unit holds
/// label (bits 0 to 7), "has a leaf" (bit 8), offset (bits 10 to 30, times 256 if bit 9 is set); a leaf has bit 31 set and
/// holds the value in the others.
/// </remarks>
internal sealed class CharacterMap
{
    /// <summary>NFKC's longest replacement has 33 bytes; the bound keeps a damaged map from making texts explode.</summary>
    private const int MaxReplacementLength = 256;

    /// <summary>Far above the keys of NFKC; bounds the walk through a damaged trie, which may have cycles.</summary>
    private const int MaxKeyLength = 1024;

    private const uint LeafFlag = 1u << 31;
    private const uint HasLeafFlag = 1u << 8;

    private readonly uint[] _units;
    private readonly byte[] _replacements;

    private CharacterMap(uint[] units, byte[] replacements)
    {
        _units = units;
        _replacements = replacements;
    }

    /// <exception cref="InvalidFileException">The map is damaged; the message says where, the caller adds the file.</exception>
    public static CharacterMap Parse(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < sizeof(uint))
            throw new InvalidFileException($"the character map has {blob.Length} bytes, which is too few for its header.");

        uint trieSize = BinaryPrimitives.ReadUInt32LittleEndian(blob);
        if (trieSize == 0 || trieSize % sizeof(uint) != 0 || trieSize >= blob.Length - sizeof(uint))
            throw new InvalidFileException($"the character map says that its trie has {trieSize} bytes, but it has {blob.Length} bytes in all.");

        var units = MemoryMarshal.Cast<byte, uint>(blob.Slice(sizeof(uint), (int)trieSize)).ToArray();
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(units, units);

        var replacements = blob[(sizeof(uint) + (int)trieSize)..].ToArray();
        if (!Utf8.IsValid(replacements))
            throw new InvalidFileException("the replacements of the character map are not UTF-8.");

        var map = new CharacterMap(units, replacements);
        map.Check();
        return map;
    }

    /// <summary>The replacement for the longest key that <paramref name="text"/> starts with.</summary>
    /// <returns>The key's length in bytes, or 0 where no key matches.</returns>
    public int Match(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        int longest = 0;
        uint value = 0;
        uint node = Offset(_units[0]);
        int end = Math.Min(text.Length, MaxKeyLength);
        for (int i = 0; i < end; i++)
        {
            node ^= text[i];
            if (node >= (uint)_units.Length)
                break;
            uint unit = _units[node];
            if ((unit & (LeafFlag | 0xFF)) != text[i])
                break;
            node ^= Offset(unit);
            if ((unit & HasLeafFlag) != 0)
            {
                value = _units[node] & ~LeafFlag;
                longest = i + 1;
            }
        }

        replacement = default;
        if (longest > 0)
        {
            var rest = _replacements.AsSpan((int)value);
            replacement = rest[..rest.IndexOf((byte)0)];
        }

        return longest;
    }

    /// <summary>The replacement for the shortest key that <paramref name="text"/> starts with, as the Rust library looks it up.</summary>
    public bool TryMatchShortest(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        for (int length = 1; length <= text.Length && text[length - 1] != 0; length++)
        {
            if (Match(text[..length], out replacement) > 0)
                return true;
        }

        replacement = default;
        return false;
    }

    /// <summary>Whether a text that starts with ASCII <paramref name="first"/> and goes on in ASCII, or ends, is never touched.</summary>
    public bool LeavesAlone(byte first)
    {
        uint node = Offset(_units[0]) ^ first;
        if (node >= (uint)_units.Length || (_units[node] & (LeafFlag | 0xFF)) != first)
            return true;
        if ((_units[node] & HasLeafFlag) != 0)
            return false;

        uint children = node ^ Offset(_units[node]);
        for (uint second = 0; second < 0x80; second++)
        {
            uint child = children ^ second;
            if (child < (uint)_units.Length && (_units[child] & (LeafFlag | 0xFF)) == second)
                return false;
        }

        return true;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);

    private void Check()
    {
        for (uint i = 0; i < _units.Length; i++)
        {
            uint unit = _units[i];
            if ((unit & LeafFlag) != 0)
                CheckValue(i, unit & ~LeafFlag);
            else if ((unit & HasLeafFlag) != 0)
                CheckLeaf(i, i ^ Offset(unit));
        }
    }

    private void CheckLeaf(uint index, uint leaf)
    {
        if (leaf >= (uint)_units.Length || (_units[leaf] & LeafFlag) == 0)
            throw new InvalidFileException($"unit {index} of the character map's trie points to a leaf at {leaf} that does not exist.");
    }

    private void CheckValue(uint index, uint value)
    {
        if (value >= (uint)_replacements.Length || (_replacements[value] & 0xC0) == 0x80)
            throw new InvalidFileException($"leaf {index} of the character map's trie points to a replacement at {value} that does not exist.");

        var rest = _replacements.AsSpan((int)value);
        if (rest[..Math.Min(rest.Length, MaxReplacementLength)].IndexOf((byte)0) < 0)
            throw new InvalidFileException($"the replacement at {value} of the character map does not end within {MaxReplacementLength} bytes.");
    }
}
