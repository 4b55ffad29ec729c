using System.Buffers;
using System.Text;

namespace SciCoT.Prompting;

/// <summary>What a model wrote for its reader: a reply without thoughts, marks of a chat template, role names and invisible characters.</summary>
internal static class ReplyText
{
    /// <summary>The part of a reply that may become a rationale; empty where the reply holds only thoughts or marks.</summary>
    public static string Clean(string reply) =>
        CodeFences.WithoutEmptyOnes(ReplyTurns.First(Thoughts.Remove(CodeFences.WithoutThoughts(HarmonyReply.Final(Visible(reply)))))).Trim();

    /// <summary>Whether a text still holds a mark that <see cref="Clean"/> removes.</summary>
    public static bool HasMarks(string text) => FindMark(text) is not null;

    /// <summary>The first mark of thoughts, of a chat template or of a channel.</summary>
    public static string? FindMark(string text) => Thoughts.FindMark(text) ?? ReplyTurns.FindMark(text) ?? HarmonyReply.FindMark(text);

    /// <summary>Characters that <see cref="Visible"/> may change, besides halves of surrogate pairs.</summary>
    private static readonly SearchValues<char> Odd = SearchValues.Create(
        "\r\u0085\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff" + "\ue000\ue001");

    /// <summary>One form of line break, and no character that nobody sees.</summary>
    private static string Visible(string reply)
    {
        if (!reply.AsSpan().ContainsAny(Odd) && !reply.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            return reply;
        var kept = new StringBuilder(reply.Length);
        for (int i = 0; i < reply.Length; i++)
        {
            char c = reply[i];
            if (c == '\r')
            {
                if (i + 1 == reply.Length || reply[i + 1] != '\n')
                    kept.Append('\n');
            }
            else if (!IsInvisible(reply, i))
            {
                kept.Append(c is '\u2028' or '\u2029' or '\u0085' ? '\n' : IsHalf(reply, i) ? '\ufffd' : c);
            }
        }

        return kept.ToString();
    }

    /// <summary>Half a surrogate pair, which no file can hold.</summary>
    private static bool IsHalf(string text, int index) =>
        char.IsHighSurrogate(text[index]) ? index + 1 == text.Length || !char.IsLowSurrogate(text[index + 1])
        : char.IsLowSurrogate(text[index]) && (index == 0 || !char.IsHighSurrogate(text[index - 1]));

    /// <summary>Joiners belong to the spelling of some scripts and to emoji; beside ASCII they are leftovers.</summary>
    private static bool IsInvisible(string text, int index) => text[index] switch
    {
        '\u00ad' or '\u180e' or '\u200b' or '\u200e' or '\u200f' or '\u2060' or '\ufeff' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') => true,
        AnswerBoxes.Open or AnswerBoxes.Close => true,
        '\u200c' or '\u200d' => index == 0 || index + 1 == text.Length || text[index - 1] < '\u0080' || text[index + 1] < '\u0080',
        _ => false,
    };
}
