using System.Globalization;
using System.Text.Json;

namespace SciCoT.Questions;

/// <summary>
/// Reads a question from a row of JSON in any layout that data sets use: SciCoT's own, the published files of ARC, OpenBookQA,
/// QASC, CommonsenseQA, SciQ and ScienceQA, and the rows that Hugging Face's <c>datasets</c> makes of them.
/// </summary>
/// <param name="countsFrom">From what the file's answer keys count where they are places.</param>
internal sealed class JsonQuestions(Func<int?> countsFrom)
{
    private static readonly string[] IdNames = ["id", "question_id", "questionId", "qid", "uid"];
    private static readonly string[] ChoicesNames = ["choices", "options", "answers", "answer_choices", "answer_options", "endings", "candidates", "alternatives", "possible_answers"];
    private static readonly string[] StemNames = ["stem", "question", "question_stem", "question_text", "prompt", "query", "problem", "goal", "ctx", "sentence", "startphrase"];
    private static readonly string[] ContextNames = ["context", "passage", "hint", "article", "paragraph", "para"];

    /// <summary>Fields that ScienceQA's rows have and others have not; its answers count from 0.</summary>
    private static readonly string[] ScienceQaNames = ["lecture", "solution", "skill", "hint"];

    /// <summary>Whether a field of this name holds the question.</summary>
    public static bool IsStemName(string name) => StemNames.Contains(FieldNames.Bare(name)) || StemNames.Contains(name);

    /// <summary>Is told of each question that has an image, which is then left out.</summary>
    public Action<string>? OnImage { get; init; }

    /// <summary>Whether a question must have choices.</summary>
    public bool NeedsChoices { get; init; }

    /// <summary>Whether the row must have an answer key.</summary>
    public bool NeedsAnswer { get; init; }

    /// <summary>Whether SciQ's supporting passage is kept.</summary>
    public bool WithSupport { get; init; } = true;

    /// <summary>Whether SciQ's choices keep the row's order, the right one last.</summary>
    public bool RightLast { get; init; }

    /// <summary>Where the question may stand besides.</summary>
    public string[] MoreStemNames { get; init; } = [];

    /// <summary>Where the answer may stand besides.</summary>
    public string[] MoreAnswerNames { get; init; } = [];

    /// <summary>Names a row of SciQ, which has no identifiers, by its place from 1.</summary>
    public Func<int, string>? IdOfPlace { get; init; }

    /// <summary>The question; <see langword="null"/> where it has an image and is left out.</summary>
    /// <param name="row">The row.</param>
    /// <param name="place">The row's place in the file, from 1.</param>
    public ScienceQuestion? Read(JsonField row, int place)
    {
        if (row.Value.ValueKind == JsonValueKind.Object && row.Optional("row") is { Value.ValueKind: JsonValueKind.Object } inner)
            row = inner with { Name = "" }; // the Hub's data set viewer puts each row into an envelope
        if (row.Value.ValueKind == JsonValueKind.Array)
            throw row.Bad("is a list of values without names; expected an object with id, question, choices and answer. Write one object a question (to_json of pandas with orient=\"records\", lines=True).");
        if (row.Value.ValueKind == JsonValueKind.Object && row.Has("distractor1") && row.Has("correct_answer"))
            return SciQRow.Question(row with { Format = "a row of SciQ" }, Id(row) ?? IdOfPlace?.Invoke(place) ?? string.Create(CultureInfo.InvariantCulture, $"row-{place}"), WithSupport, RightLast);

        if (OtherRows.RightFirst(row) is { Count: > 1 } texts)
        {
            var shuffled = SciQRow.Shuffled("-", Stem(row).AsText(), texts) with { Context = Context(row) };
            return shuffled with { Id = Id(row) ?? QuestionHash.ShortId(shuffled.Stem, shuffled.Choices) };
        }

        var stem = Stem(row);
        row = row with { Format = Format(row, stem) };
        stem = stem with { Format = row.Format };
        if (!stem.Name.EndsWith("stem", StringComparison.Ordinal) && row.Optional("image") is { } image && !IsBlank(image))
        {
            OnImage?.Invoke(Id(row) ?? string.Create(CultureInfo.InvariantCulture, $"row {place}"));
            return null;
        }

        var choices = Choices(row, stem, out var bare, out var listed);
        if (OtherRows.CopaStem(row) is { } copa)
            bare = copa;
        if (choices.Count == 0 && !NeedsChoices)
            RefuseUnreadChoices(row, parent: stem);
        if (NeedsChoices && choices.Count < 2)
            throw listed is { } list ? list.Bad($"holds {choices.Count} choices; expected two or more.") : row.Missing("choices");
        var answer = AnswerField(row);
        var marked = answer is null ? MarkedChoices.Label(listed, choices) : null;
        if (NeedsAnswer && answer is null && marked is null)
            throw row.Missing("answerKey");
        var label = marked ?? AnswerFields.Label(answer, choices, CountsFrom(row, answer, listed) is { } first ? () => countsFrom() ?? first : countsFrom);
        var context = Context(row);
        var question = new ScienceQuestion(Id(row) ?? "-", bare, choices) { AnswerLabel = label, Context = context, Concept = Concept(row) };
        return Id(row) is null ? question with { Id = QuestionHash.ShortId(context is null ? bare : $"{bare}\n{context}", choices) } : question;
    }

    /// <summary>From what a data set counts, by which its rows can be told; the file's own answers count before it.</summary>
    private static int? CountsFrom(JsonField row, JsonField? answer, JsonField? listed)
    {
        if (answer?.Name.EndsWith("idx", StringComparison.Ordinal) == true || answer?.Name.EndsWith("ndex", StringComparison.Ordinal) == true || answer?.Name == "correct_answer_id")
            return 0;
        if (row.First(ScienceQaNames) is not null || (row.Has("image") && row.Has("hint")))
            return 0;
        if (row.Has("sol1") || row.Has("premise") || row.Has("ending0") || row.Has("answer0") || (row.Has("subject") && listed?.Name == "choices") || listed?.Name == "endings")
            return 0; // PIQA, COPA, SWAG, Cosmos QA, MMLU, HellaSwag
        return row.Has("answerA") || (row.Has("sentence") && row.Has("option1")) ? 1 : null; // Social IQa, WinoGrande
    }

    /// <summary>A row without choices that seems to have some is no open question.</summary>
    private static void RefuseUnreadChoices(JsonField row, JsonField parent)
    {
        string[] unread = [.. row.Members().Where(member => FieldNames.SeemsAChoice(member.Name) && !IsNothing(member)).Select(member => member.Name).Take(8)];
        if (unread.Length > 0)
            throw parent.Bad($"has no choices that could be read, but the row has {string.Join(", ", unread)} (of {string.Join(", ", row.Members().Select(member => member.Name).Take(16))}). Expected a list under choices, or fields such as A, B, C or choice1, choice2; rename them.");
        if (row.First(["answerKey", "answer_key", "label", "answer_idx", "answer_index", "cop"]) is { } key && key.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number && key.AsTextOrNumber().Trim() is [>= 'A' and <= 'H' or >= '0' and <= '9'])
            throw key.Bad($"is '{key.AsTextOrNumber().Trim()}', the label of a choice, but the row has no choices that could be read; it has {string.Join(", ", row.Members().Select(member => member.Name).Take(16))}. Expected a list under choices, or fields such as A, B, C or choice1, choice2.");
    }

    private static bool IsNothing(JsonField field) => field.Value.ValueKind is JsonValueKind.Null or JsonValueKind.False
        || (field.Value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(field.AsString()))
        || (field.Value.ValueKind == JsonValueKind.Array && field.Value.GetArrayLength() == 0)
        || (field.Value.ValueKind == JsonValueKind.Object && !field.Value.EnumerateObject().Any());

    /// <summary>The answer key and the number of choices; <see langword="null"/> where the row has none or cannot be read.</summary>
    public (string Key, int Choices)? Key(JsonField row)
    {
        try
        {
            if (row.Value.ValueKind == JsonValueKind.Object && row.Optional("row") is { Value.ValueKind: JsonValueKind.Object } inner)
                row = inner;
            return AnswerField(row) is { } answer ? (AnswerFields.Unwrapped(answer).AsLabel(), Choices(row, Stem(row), out _, out _).Count) : null;
        }
        catch (BadRowException)
        {
            return null;
        }
    }

    internal static string? Id(JsonField row) => row.First(IdNames)?.AsLabel();

    private JsonField? AnswerField(JsonField row) => row.First(AnswerFields.Names) ?? row.First(MoreAnswerNames);

    private JsonField Stem(JsonField row)
    {
        if ((row.First(StemNames) ?? row.First(MoreStemNames)) is not { } field)
        {
            var names = row.Members().Select(member => member.Name).Take(12).ToArray();
            throw row.Missing("stem", $"is missing: there is no question under {string.Join(", ", StemNames.Union(MoreStemNames))} or question.stem{(names.Length > 0 ? $"; the row has {string.Join(", ", names)}" : "")}.");
        }

        if (field.Value.ValueKind == JsonValueKind.Object && !field.Has("stem") && field.First(["text", "question"]) is { Value.ValueKind: JsonValueKind.String } text)
            return text;
        if (field.Value.ValueKind == JsonValueKind.Array || (field.Value.ValueKind == JsonValueKind.Object && field.Has("0")))
            throw field.Bad("holds the questions of all rows: the file is laid out by columns. Write one object a question (to_json of pandas with orient=\"records\", lines=True).");
        return field.Value.ValueKind == JsonValueKind.Object ? field.Member("stem") : field;
    }

    /// <summary>The choices, and the stem without them.</summary>
    private static IReadOnlyList<Choice> Choices(JsonField row, JsonField stem, out string bare, out JsonField? listed)
    {
        bare = stem.AsText();
        if (PythonLiteral.NestedQuestion(bare) is { } nested)
            throw stem.Bad(nested);
        var parent = row.Optional("question") is { Value.ValueKind: JsonValueKind.Object } question ? question : row;
        listed = parent.First(ChoicesNames) ?? row.First(ChoicesNames);
        // SQuAD's answers are passages of the text, not choices.
        if (listed is { } field && !(field.Value.ValueKind == JsonValueKind.Object && field.Has("answer_start")))
            return ChoiceFields.Read(field);
        if (LetterColumns(row) is { Count: > 0 } columns)
            return columns;
        if (parent.Has("choices"))
            return [];
        var typed = QuestionParser.TryParse(bare);
        if (typed is null)
            return [];
        bare = typed.Stem;
        return typed.Choices;
    }

    /// <summary>Choices that are fields of the row: A, B, C… or choice1, choice2….</summary>
    private static IReadOnlyList<Choice> LetterColumns(JsonField row)
    {
        var fields = new Dictionary<string, JsonField>(StringComparer.Ordinal);
        foreach (var member in row.Members())
        {
            if (member.Value.ValueKind != JsonValueKind.Null)
                fields.TryAdd(FieldNames.Bare(member.Name), member);
        }

        foreach (var prefix in new[] { "", "choice", "option", "opt", "op", "choicelabel", "qop", "answer", "ans", "sol", "ending", "candidate", "alternative", "choicetext", "optiontext" })
        {
            foreach (var first in prefix.Length == 0 ? "a" : "a01")
            {
                var choices = new List<Choice>();
                for (int i = 0; i < 9 && fields.TryGetValue($"{prefix}{(char)(first + i)}", out var field) && !IsBlank(field); i++)
                    choices.Add(new Choice(ChoiceLabels.OfPlace(i), field.AsTextOrNumber()));

                if (choices.Count >= 2)
                    return choices;
            }
        }

        return [];
    }

    private static string? Context(JsonField row)
    {
        foreach (var name in ContextNames)
        {
            if (row.Optional(name) is { } field && field.AsString() is var text && !string.IsNullOrWhiteSpace(text))
                return text;
        }

        return null;
    }

    /// <summary>CommonsenseQA's concept: a field of the row, or as published of the object that holds the question.</summary>
    private static string? Concept(JsonField row)
    {
        var parent = row.Optional("question") is { Value.ValueKind: JsonValueKind.Object } question ? question : row;
        return parent.First(["question_concept", "concept"]) is { Value.ValueKind: JsonValueKind.String } field ? field.AsString() : null;
    }

    private static bool IsBlank(JsonField field) => field.Value.ValueKind switch
    {
        JsonValueKind.String => string.IsNullOrWhiteSpace(field.AsString()),
        JsonValueKind.False => true,
        _ => false,
    };

    private static string Format(JsonField row, JsonField stem) => stem.Name switch
    {
        "stem" => "a row of SciCoT's own format",
        "question.stem" => "a row of ARC's format",
        "question_stem" => "a row of OpenBookQA from Hugging Face's datasets",
        "question" when row.Has("question_concept") => "a row of CommonsenseQA from Hugging Face's datasets",
        "question" when row.Has("combinedfact") || row.Has("formatted_question") => "a row of QASC from Hugging Face's datasets",
        "question" when row.Has("lecture") || row.Has("solution") => "a row of ScienceQA",
        "question" when row.Has("answerKey") => "a row of ARC from Hugging Face's datasets",
        _ => "a row with its question under question",
    };
}
