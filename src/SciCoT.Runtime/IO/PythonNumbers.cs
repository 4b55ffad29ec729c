using System.Buffers;

namespace SciCoT.IO;

/// <summary>The numbers that Python's <c>json</c> module writes and JSON does not have: NaN, Infinity, -Infinity.</summary>
internal static class PythonNumbers
{
    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"NI"u8);

    /// <summary>The text with <c>null</c> in place of such numbers; <see langword="null"/> where it has none.</summary>
    public static byte[]? Replace(ReadOnlySpan<byte> json)
    {
        var mended = new ArrayBufferWriter<byte>(json.Length + 16);
        bool isMended = false;
        while (json.IndexOfAny(Marks) is >= 0 and var at)
        {
            if (json[at] == (byte)'"')
            {
                int end = EndOfString(json, at);
                mended.Write(json[..end]);
                json = json[end..];
                continue;
            }

            int length = json[at..].StartsWith("NaN"u8) ? 3 : json[at..].StartsWith("Infinity"u8) ? 8 : 0;
            int begin = length > 0 && at > 0 && json[at - 1] == (byte)'-' ? at - 1 : at;
            mended.Write(json[..(length > 0 ? begin : at + 1)]);
            if (length > 0)
                mended.Write("null"u8);
            isMended |= length > 0;
            json = json[(at + Math.Max(1, length))..];
        }

        if (!isMended)
            return null;
        mended.Write(json);
        return mended.WrittenSpan.ToArray();
    }

    private static int EndOfString(ReadOnlySpan<byte> json, int begin)
    {
        for (int i = begin + 1; i < json.Length; i++)
        {
            if (json[i] == (byte)'\\')
                i++;
            else if (json[i] == (byte)'"')
                return i + 1;
        }

        return json.Length;
    }
}
