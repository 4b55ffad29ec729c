using System.Globalization;

namespace SciCoT.Questions;

/// <summary>Where a CSV file keeps the parts of a question.</summary>
internal sealed class CsvColumns
{
    private readonly Dictionary<string, int> _columns;

    private CsvColumns(Dictionary<string, int> columns) => _columns = columns;

    /// <summary>Reads a header.</summary>
    /// <exception cref="BadRowException">It lacks id or stem, has a column twice, or a label without a choice.</exception>
    public static CsvColumns Of(CsvRow header)
    {
        var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < header.Cells.Length; i++)
        {
            var name = header.Cells[i].Trim();
            if (name.Length > 0 && !columns.TryAdd(name, i))
                throw header.Bad(name, "is in the header twice; columns must differ.");
        }

        foreach (var needed in new[] { "id", "stem" })
        {
            if (!columns.ContainsKey(needed))
                throw header.Bad(needed, $"is not in the header ({string.Join(", ", header.Cells.Take(20))}); check the delimiter too.");
        }

        return new CsvColumns(columns);
    }

    public static IEnumerable<string> Names(int choices, bool hasLabels)
    {
        var numbers = Enumerable.Range(1, choices);
        return ["id", "stem", "context", .. numbers.Select(Choice), .. numbers.Where(_ => hasLabels).Select(LabelOf), "answer"];
    }

    public static IEnumerable<string> Cells(ScienceQuestion question, int choices, bool hasLabels)
    {
        var padding = Enumerable.Repeat("", choices - question.Choices.Count);
        return
        [
            question.Id,
            question.Stem,
            question.Context ?? "",
            .. question.Choices.Select(choice => choice.Text).Concat(padding),
            .. question.Choices.Select(choice => choice.Label).Concat(padding).Where(_ => hasLabels),
            question.AnswerLabel ?? "",
        ];
    }

    /// <summary>The label of a choice that has none of its own: A to Z, then numbers.</summary>
    public static string Label(int index) => index < 26 ? QuestionFields.Letter(index) : (index + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads a row.</summary>
    /// <exception cref="BadRowException">It is no question.</exception>
    public ScienceQuestion Question(CsvRow row)
    {
        var choices = Choices(row);
        var answer = Text(row, "answer");
        if (answer is not null && choices.Count > 0 && !choices.Any(choice => choice.Label == answer))
            throw row.Bad("answer", $"is '{answer}'; expected one of the choices' labels ({string.Join(", ", choices.Select(choice => choice.Label))}).");
        return new ScienceQuestion(Needed(row, "id"), Needed(row, "stem"), choices) { Context = Text(row, "context"), AnswerLabel = answer };
    }

    private IReadOnlyList<Choice> Choices(CsvRow row)
    {
        var choices = new List<Choice>();
        var labels = new HashSet<string>(StringComparer.Ordinal);
        int? gap = null;
        for (int number = 1; _columns.ContainsKey(Choice(number)); number++)
        {
            var label = Text(row, LabelOf(number));
            if (Text(row, Choice(number)) is not { } text)
            {
                if (label is not null)
                    throw row.Bad(Choice(number), $"is empty but has the label '{label}'.");
                gap ??= number;
                continue;
            }

            if (gap is not null)
                throw row.Bad(Choice(gap.Value), "is empty, but a later choice is not.");
            label ??= Label(number - 1);
            if (!labels.Add(label))
                throw row.Bad(LabelOf(number), $"is '{label}' for a second time; labels must differ.");
            choices.Add(new Choice(label, text));
        }

        return choices;
    }

    private string Needed(CsvRow row, string name) => Text(row, name) ?? throw row.Bad(name, "is empty; expected text.");

    private string? Text(CsvRow row, string name) =>
        _columns.TryGetValue(name, out int column) && !string.IsNullOrWhiteSpace(row.Cells[column]) ? row.Cells[column] : null;

    private static string Choice(int number) => $"choice{number}";

    private static string LabelOf(int number) => $"label{number}";
}
