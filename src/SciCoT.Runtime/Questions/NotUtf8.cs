using System.Buffers;
using System.Globalization;
using System.Text;

namespace SciCoT.Questions;

/// <summary>What a message says of text that is not UTF-8: where it ceases to be, what it may be, and the remedy.</summary>
internal static class NotUtf8
{
    private const string Remedy = "Save the file as UTF-8 (in Excel as \"CSV UTF-8\"), or convert it: iconv -f windows-1252 -t utf-8 old > new, with the encoding that it has.";

    /// <param name="text">Bytes that are not UTF-8.</param>
    /// <param name="of">Whose bytes are counted: the row's or the field's.</param>
    public static string Describe(ReadOnlySpan<byte> text, string of)
    {
        int place = 0;
        while (Rune.DecodeFromUtf8(text[place..], out _, out int length) == OperationStatus.Done)
            place += length;
        if (place == text.Length)
            return $"is not valid UTF-8. {Remedy}";
        byte bad = text[place];
        var meant = bad >= 0xA0 ? $", which is '{(char)bad}' in Windows-1252 and Latin-1" : "";
        return string.Create(CultureInfo.InvariantCulture, $"is not valid UTF-8: byte {place + 1} of the {of} is 0x{bad:X2}{meant}. {Remedy}");
    }
}
