using System.Text;
using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>Tables in which a model writes its answer: <c>| Answer | B |</c>, or a row below the heading "Answer".</summary>
internal static partial class MarkdownTables
{
    /// <summary>The text with each table that holds one answer as lines such as <c>Answer: B</c>; other tables stay as they are.</summary>
    public static string Unfold(string text)
    {
        if (!text.Contains('|', StringComparison.Ordinal))
            return text;

        var unfolded = new StringBuilder(text.Length);
        var table = new List<string>();
        foreach (var line in text.Split('\n'))
        {
            if (IsRow(line))
            {
                table.Add(line);
                continue;
            }

            AppendTable(unfolded, table);
            unfolded.Append(line).Append('\n');
        }

        AppendTable(unfolded, table);
        return unfolded.ToString(0, unfolded.Length - 1);
    }

    private static bool IsRow(string line) => line.AsSpan().Trim() is ['|', .., '|'] and { Length: < 4000 };

    private static void AppendTable(StringBuilder text, List<string> table)
    {
        foreach (var line in Lines(table) ?? table)
            text.Append(line).Append('\n');
        table.Clear();
    }

    /// <summary>The lines of a table with an answer; <see langword="null"/> for another table.</summary>
    private static IReadOnlyList<string>? Lines(List<string> table)
    {
        if (table.Count == 0)
            return null;
        string[][] rows = [.. table.Where(line => !Rule().IsMatch(line)).Select(Cells)];
        if (rows.Length == 0 || rows.Any(row => row.Length != rows[0].Length))
            return null;

        bool isByRow = rows[0].Length == 2 && rows.Count(row => Answer().IsMatch(row[0]) && !Heading().IsMatch(row[1])) == 1;
        if (isByRow)
            return [.. rows.Where(row => !Asked().IsMatch(row[0])).Select(row => $"{row[0]}: {row[1]}")];
        return rows.Length == 2 && table.Count == 3 && rows[0].Count(Answer().IsMatch) == 1
            ? [.. rows[0].Zip(rows[1]).Where(cell => !Asked().IsMatch(cell.First)).Select(cell => $"{cell.First}: {cell.Second}")]
            : null;
    }

    private static string[] Cells(string line) => [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim(' ', '\t', '*', '_'))];

    private const RegexOptions AnyCase = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    /// <summary>The line between a table's head and its rows.</summary>
    [GeneratedRegex(@"^[\s|:-]{3,4000}$")]
    private static partial Regex Rule();

    [GeneratedRegex(@"^(?:the )?(?:(?:final|correct|best|chosen|right) )?(?:answer(?: (?:letter|label|key|choice))?|(?<=(?:final|correct|best|chosen|right) )(?:choice|option))\s?:?$|^答案$", AnyCase)]
    private static partial Regex Answer();

    /// <summary>What stands beside "Answer" in a head whose rows come below.</summary>
    [GeneratedRegex(@"^(?:(?:brief|short|the|my)\s)?(?:rationale|reasoning|explanation|justification|analysis|reasons?|why|notes?|comments?|correct\??|question|confidence|evidence|description|details?|value|evaluation|verdict|status)$", AnyCase)]
    private static partial Regex Heading();

    /// <summary>A row that repeats the question.</summary>
    [GeneratedRegex(@"^(?:question|choices|options|field|item|key|aspect)$", AnyCase)]
    private static partial Regex Asked();
}
