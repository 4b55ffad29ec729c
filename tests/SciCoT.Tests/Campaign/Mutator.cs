using System.Text;

namespace SciCoT.Tests.Campaign;

/// <summary>Damages files as transfers, editors and other programs do: bytes, ranges, and values of text formats.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> seeds)
{
    /// <summary>Texts that readers of numbers, JSON, CSV and prose have failed on.</summary>
    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "null", "true", "-1", "0", "1e400", "-1e-400", "NaN", "Infinity", "9223372036854775808", "2147483648", "0.1", "\"\"", "\"\\ud800\"", "\"\\u0000\"",
            "[]", "{}", "[[[[[[[[", "}}}}", "{\"a\":", ",", ",,", "\"", "\\", "\n", "\r", "\r\n", "\t", "\0", "\u001b[2J", "\u2028", "\uFEFF", "(A)", "\\boxed{", "<think>", "</think>",
            "../../x", "//", "/* */", "%s%n", "\u202E", "e\u0301\u0301\u0301", "😀",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x80, 0x04], [0x1F, 0x8B],
    ];

    public byte[] Next()
    {
        var bytes = new List<byte>(Pick(seeds));
        for (int changes = random.Next(1, 4); changes > 0; changes--)
            Change(bytes);
        return [.. bytes];
    }

    private void Change(List<byte> bytes)
    {
        if (bytes.Count == 0)
        {
            bytes.AddRange(Pick(Tokens));
            return;
        }

        int at = random.Next(bytes.Count);
        int length = Math.Min(random.Next(1, 1 << random.Next(1, 8)), bytes.Count - at);
        switch (random.Next(9))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.RemoveRange(at, bytes.Count - at); // cut off
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length)); // written twice
                break;
            case 5:
                bytes.InsertRange(at, Pick(Tokens));
                break;
            case 6:
                var other = Pick(seeds);
                bytes.InsertRange(at, other.Take(random.Next(other.Length + 1)));
                break;
            case 7:
                ReplaceWord(bytes, at);
                break;
            default:
                bytes.InsertRange(at, Enumerable.Repeat(bytes[at], random.Next(1, 300)));
                break;
        }
    }

    /// <summary>Replaces the number, word or quoted text around a place, which keeps JSON and CSV otherwise whole.</summary>
    private void ReplaceWord(List<byte> bytes, int at)
    {
        int start = at, end = at;
        while (start > 0 && !IsBoundary(bytes[start - 1]))
            start--;
        while (end < bytes.Count && !IsBoundary(bytes[end]))
            end++;
        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, Pick(Tokens));
    }

    private static bool IsBoundary(byte value) => value is (byte)',' or (byte)':' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}' or (byte)'\n' or (byte)';';

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
