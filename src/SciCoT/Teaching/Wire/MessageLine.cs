using System.Text;

namespace SciCoT.Teaching.Wire;

/// <summary>Text from outside as part of a message on one line.</summary>
internal static class MessageLine
{
    private const int MaxLength = 1000;

    /// <summary>Line breaks, other white space and control characters become single spaces; a very long text is cut.</summary>
    public static string Of(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, MaxLength));
        bool isSpace = false;
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                isSpace = line.Length > 0;
                continue;
            }

            if (line.Length >= MaxLength)
                return line.Append('…').ToString();
            if (isSpace)
                line.Append(' ');
            line.Append(c);
            isSpace = false;
        }

        return line.ToString();
    }
}
