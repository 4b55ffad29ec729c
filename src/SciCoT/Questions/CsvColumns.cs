using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SciCoT.IO;

namespace SciCoT.Questions;

/// <summary>Where a CSV file keeps the parts of a question.</summary>
internal sealed class CsvColumns
{
    /// <summary>The delimiters that spreadsheets write, the usual one first.</summary>
    public const string Delimiters = ",;\t|";

    /// <summary>Other names of columns, as people and data sets have them, without case, spaces and underscores.</summary>
    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.Ordinal)
    {
        ["questionid"] = "id",
        ["qid"] = "id",
        ["question"] = "stem",
        ["questionstem"] = "stem",
        ["questiontext"] = "stem",
        ["prompt"] = "stem",
        ["query"] = "stem",
        ["problem"] = "stem",
        ["goal"] = "stem",
        ["ctx"] = "stem",
        ["sentence"] = "stem",
        ["startphrase"] = "stem",
        ["passage"] = "context",
        ["article"] = "context",
        ["paragraph"] = "context",
        ["rightanswer"] = "answer",
        ["bestanswer"] = "answer",
        ["hint"] = "context",
        ["support"] = "context",
        ["answerkey"] = "answer",
        ["correct"] = "answer",
        ["ans"] = "answer",
        ["cop"] = "answer",
        ["correctanswer"] = "answer",
        ["correctchoice"] = "answer",
        ["correctoption"] = "answer",
        ["gold"] = "answer",
        ["answerlabel"] = "answer",
        ["goldlabel"] = "answer",
        ["label"] = "answer",
        ["key"] = "answer",
        ["answeridx"] = "answer",
        ["answerindex"] = "answer",
        ["options"] = "choices",
        ["answerchoices"] = "choices",
        ["answeroptions"] = "choices",
        ["endings"] = "choices",
    };

    /// <summary>TruthfulQA's column of wrong answers, with semicolons between them.</summary>
    private const string WrongAnswers = "incorrectanswers";

    private readonly Dictionary<string, int> _columns;

    private CsvColumns(Dictionary<string, int> columns) => _columns = columns;

    /// <summary>Whether the file has no header, so that its first row is a question.</summary>
    public bool IsFirstRowAQuestion { get; private init; }

    /// <summary>Whether the choices' columns are called 1, 2, 3…, which are then their labels.</summary>
    private bool AreNumbered { get; init; }

    /// <summary>Whether the answers are the right choice's text beside wrong ones, as in SciQ.</summary>
    private bool HasDistractors => (_columns.ContainsKey("distractor1") || _columns.ContainsKey(WrongAnswers)) && _columns.ContainsKey("answer") && !_columns.ContainsKey("choice1");

    /// <summary>Whether a line is a header of questions, whatever its delimiter.</summary>
    public static bool IsHeader(string line) => line.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) || DelimiterOf(line) is { } delimiter && line.Split(delimiter).Length > 1;

    /// <summary>The delimiter with which a line is a header of questions; <see langword="null"/> where none makes it one.</summary>
    public static char? DelimiterOf(string line)
    {
        foreach (var delimiter in Delimiters.OrderByDescending(delimiter => line.Count(c => c == delimiter)))
        {
            if (line.Split(delimiter).Select(cell => NameOf(cell.Trim().Trim('"'))).Contains("stem"))
                return delimiter;
        }

        return null;
    }

    /// <summary>Reads a header.</summary>
    /// <exception cref="BadRowException">It lacks the stem, has a column twice, or a label without a choice.</exception>
    public static CsvColumns From(CsvRow header)
    {
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < header.Cells.Length; i++)
        {
            var written = header.Cells[i].Trim();
            var name = NameOf(written);
            // A name of ours counts before a synonym of it, as where a file has both answer and label.
            bool isSynonym = Synonyms.ContainsKey(Bare(written));
            if (name.Length == 0 || columns.TryAdd(name, i))
                continue;
            if (!isSynonym && Synonyms.ContainsKey(Bare(header.Cells[columns[name]])))
                columns[name] = i;
            else if (!isSynonym)
                throw header.Bad(written, "is in the header twice; columns must differ.");
        }

        if (!columns.ContainsKey("stem") && WithoutHeader(header) is { } plain)
            return plain;
        if (!columns.ContainsKey("stem"))
            throw header.Bad("stem", $"is not in the header ({string.Join(", ", header.Cells.Take(20))}); expected columns such as id, stem, choice1, choice2, answer. Check the delimiter too (--delimiter).");
        string[] unread = columns.Keys.Any(name => name is "choices" or "distractor1" or WrongAnswers || name.StartsWith(Choice(0)[..^1], StringComparison.Ordinal) && char.IsAsciiDigit(name[^1]))
            ? []
            : [.. header.Cells.Where(FieldNames.SeemsAChoice).Take(8)];
        if (unread.Length > 0)
            throw header.Bad(unread[0], $"seems to hold choices, but no column of choices could be read from the header ({string.Join(", ", header.Cells.Take(20))}); expected choice1, choice2… or A, B…, or one column choices. Rename the columns.");
        bool areNumbered = !columns.ContainsKey(Choice(1)) && columns.ContainsKey("1") && columns.ContainsKey("2");
        for (int number = 1; areNumbered && columns.TryGetValue(number.ToString(CultureInfo.InvariantCulture), out int column); number++)
            columns[Choice(number)] = column;
        return new CsvColumns(columns.ContainsKey(Choice(0)) ? FromOne(columns) : columns) { AreNumbered = areNumbered };
    }

    /// <summary>Columns choice0, choice1… as choice1, choice2….</summary>
    private static Dictionary<string, int> FromOne(Dictionary<string, int> columns)
    {
        var counted = columns.Where(column => !column.Key.StartsWith("choice", StringComparison.Ordinal) || column.Key == "choices").ToDictionary(StringComparer.Ordinal);
        for (int number = 0; columns.TryGetValue(Choice(number), out int column); number++)
            counted[Choice(number + 1)] = column;
        return counted;
    }

    /// <summary>MMLU's files have no header: a question, its choices, the right one's letter.</summary>
    private static CsvColumns? WithoutHeader(CsvRow first)
    {
        int choices = first.Cells.Length - 2;
        if (choices is < 2 or > 10 || first.Cells[^1].Trim() is not [>= 'A' and <= 'J' and var letter] || letter - 'A' >= choices || first.Cells.Any(string.IsNullOrWhiteSpace) || first.Cells[0].Trim().Length < 8)
            return null;
        var columns = new Dictionary<string, int>(StringComparer.Ordinal) { ["stem"] = 0, ["answer"] = choices + 1 };
        for (int number = 1; number <= choices; number++)
            columns[Choice(number)] = number;
        return new CsvColumns(columns) { IsFirstRowAQuestion = true };
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

    /// <summary>Reads a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="countsFrom">From what the file's answers count where they are places.</param>
    /// <exception cref="BadRowException">It is no question.</exception>
    public ScienceQuestion Question(CsvRow row, Func<int?> countsFrom)
    {
        var stem = Text(row, "stem") ?? throw row.Bad("stem", "is empty; expected text.");
        if (PythonLiteral.NestedQuestion(stem) is { } nested)
            throw row.Bad("stem", nested);
        var context = Text(row, "context");
        if (HasDistractors)
            return WithDistractors(row, stem, context);

        var choices = Choices(row);
        if (choices.Count == 0 && QuestionParser.TryParse(stem) is { } typed)
            (stem, choices) = (typed.Stem, typed.Choices);
        var answer = Text(row, "answer");
        if (answer == AnswerFields.Unlabelled && choices.Count > 0)
            answer = null;
        if (answer is not null && choices.Count > 0)
            answer = AnswerFields.Label(answer, choices, countsFrom, problem => row.Bad("answer", problem));
        return Named(row, new ScienceQuestion("-", stem, choices) { Context = context, AnswerLabel = answer });
    }

    /// <summary>The row's answer key and its number of choices; <see langword="null"/> where it has none or cannot be read.</summary>
    public (string Key, int Choices)? Key(CsvRow row)
    {
        try
        {
            return Text(row, "answer") is { } answer ? (answer, Choices(row).Count) : null;
        }
        catch (BadRowException)
        {
            return null;
        }
    }

    private ScienceQuestion WithDistractors(CsvRow row, string stem, string? context)
    {
        var texts = new List<string> { Text(row, "answer") ?? throw row.Bad("answer", "is empty; expected the right answer.") };
        for (int number = 1; Text(row, $"distractor{number}") is { } text; number++)
            texts.Add(text);
        foreach (var text in Text(row, WrongAnswers)?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
            texts.Add(text);
        texts = [.. texts.Distinct(StringComparer.Ordinal)];
        return Named(row, SciQRow.Shuffled("-", stem, texts) with { Context = context });
    }

    /// <summary>A question under its identifier, or under one from its content.</summary>
    private ScienceQuestion Named(CsvRow row, ScienceQuestion question) => question with
    {
        Id = Text(row, "id") ?? QuestionHash.ShortId(question.Context is null ? question.Stem : $"{question.Stem}\n{question.Context}", question.Choices),
    };

    private IReadOnlyList<Choice> Choices(CsvRow row)
    {
        if (!_columns.ContainsKey(Choice(1)) && Text(row, "choices") is { } list)
            return Listed(row, list);
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
            label ??= AreNumbered ? number.ToString(CultureInfo.InvariantCulture) : ChoiceLabels.OfPlace(number - 1);
            if (!labels.Add(label))
                throw row.Bad(LabelOf(number), $"is '{label}' for a second time; labels must differ.");
            choices.Add(new Choice(label, text));
        }

        return choices;
    }

    /// <summary>Choices that share one cell.</summary>
    private static IReadOnlyList<Choice> Listed(CsvRow row, string list)
    {
        using var document = OutsideJson.ParseRow(Encoding.UTF8.GetBytes(JsonValue.Create(list)!.ToJsonString()));
        return ChoiceFields.Read(new JsonField(document.RootElement, row.Path, row.Line, "choices"));
    }

    private string? Text(CsvRow row, string name) =>
        _columns.TryGetValue(name, out int column) && row.Cells[column] is var cell && !string.IsNullOrWhiteSpace(cell) && cell.Trim() is not ("NaN" or "nan") ? cell.Trim(' ', '\t', '\u00a0') : null; // as pandas writes what is not there

    private static string NameOf(string column)
    {
        var bare = Bare(column);
        if (Synonyms.TryGetValue(bare, out var name))
            return name;
        // A, B, C…; choiceA, option_b, opa; choice_1, option1
        foreach (var prefix in new[] { "choicetext", "choice", "optiontext", "option", "opt", "op", "answer", "ans", "sol", "ending", "candidate", "alternative", "" })
        {
            if (!bare.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            var rest = bare[prefix.Length..];
            if (rest.Length == 1 && rest[0] is >= 'a' and <= 'j')
                return Choice(rest[0] - 'a' + 1);
            if (prefix.Length > 0 && int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                return Choice(number);
        }

        foreach (var wrong in new[] { "incorrectanswer", "wronganswer", "incorrect", "wrong" })
        {
            if (bare.StartsWith(wrong, StringComparison.Ordinal) && int.TryParse(bare[wrong.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int place))
                return string.Create(CultureInfo.InvariantCulture, $"distractor{place}");
        }

        return bare;
    }

    private static string Bare(string column) => FieldNames.Bare(column);

    private static string Choice(int number) => string.Create(CultureInfo.InvariantCulture, $"choice{number}");

    private static string LabelOf(int number) => string.Create(CultureInfo.InvariantCulture, $"label{number}");
}
