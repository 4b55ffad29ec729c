using System.Text.Encodings.Web;
using System.Text.Json;
using SciCoT.IO;
using SciCoT.Questions;

namespace SciCoT.Evaluation;

/// <summary>
/// Predictions as JSON Lines, one line for each question that a system answered, with all that the report's figures are
/// computed from. The same format takes predictions that were made elsewhere; the fields are described in the documentation.
/// </summary>
/// <include file="Examples.xml" path="examples/PredictionFile/example"/>
public static class PredictionFile
{
    /// <summary>How far probabilities may sum from 1: they come from other programs, rounded to a few digits.</summary>
    private const double SumTolerance = 0.02;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes predictions to a file, which is there whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="results">What was answered; system and seed stand in each line.</param>
    /// <exception cref="ArgumentException">A line would be longer than 1 MiB, which <see cref="Read"/> does not take.</exception>
    /// <exception cref="IOException">The file could not be written; what was there before is unchanged.</exception>
    public static void Write(string path, IEnumerable<SystemResult> results)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(results);
        using var file = new AtomicFile.Pending(path);
        using var line = new MemoryStream();
        foreach (var result in results)
        {
            foreach (var outcome in result.Outcomes)
            {
                line.SetLength(0);
                using (var json = new Utf8JsonWriter(line, Readable))
                    WriteRow(json, result, outcome);
                if (line.Length > FileLine.MaxBytes)
                    throw new ArgumentException($"The prediction of '{result.System}' for question '{outcome.QuestionId}' takes {line.Length} bytes; a line holds at most {FileLine.MaxBytes}.", nameof(results));
                line.WriteByte((byte)'\n');
                line.WriteTo(file.Stream);
            }
        }

        file.Commit();
    }

    /// <summary>Reads predictions and checks every line; none is skipped, since that would change the accuracy.</summary>
    /// <param name="path">The file.</param>
    /// <param name="questions">
    /// The questions that were asked, for lines that hold no more than the question's <c>id</c> and the answer. When they are
    /// given, every system must have answered each of them, and nothing else.
    /// </param>
    /// <returns>One result for each system and seed, in the order in which they first occur.</returns>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="BadRowException">
    /// A line is not JSON, lacks a field or has one of the wrong type, chooses a label that is not the question's, has
    /// probabilities or log-likelihoods that do not fit the choices, answers a question a second time or one that was not asked,
    /// says something else of a question than is known of it, or contradicts itself.
    /// </exception>
    /// <exception cref="InvalidFileException">The file has no predictions, or a system did not answer all questions.</exception>
    public static IReadOnlyList<SystemResult> Read(string path, IReadOnlyList<ScienceQuestion>? questions = null)
    {
        var known = new PredictedQuestions(questions);
        var bySystem = new Dictionary<(string System, long? Seed), List<QuestionOutcome>>();
        var answered = new HashSet<(string, long?, string)>();
        foreach (var (system, seed, outcome) in JsonLines.Read(path, row => Row(row, known, answered), onBadRow: null))
        {
            if (!bySystem.TryGetValue((system, seed), out var outcomes))
                bySystem.Add((system, seed), outcomes = []);
            outcomes.Add(outcome);
        }

        if (bySystem.Count == 0)
            throw new InvalidFileException($"{path}: there are no predictions; expected one JSON object a line with at least id and label.");
        foreach (var ((system, seed), _) in bySystem)
        {
            string[] missing = [.. (questions ?? []).Select(question => question.Id).Where(id => !answered.Contains((system, seed, id))).Take(6)];
            if (missing.Length > 0)
                throw new InvalidFileException($"{path}: '{system}' did not answer {string.Join(", ", missing.Take(5).Select(id => $"'{id}'"))}{(missing.Length > 5 ? " and others" : "")}; every question needs a line (an answer that could not be read is a line with the label null).");
        }

        return [.. bySystem.Select(pair => new SystemResult { System = pair.Key.System, Seed = pair.Key.Seed, Outcomes = pair.Value })];
    }

    private static void WriteRow(Utf8JsonWriter json, SystemResult result, QuestionOutcome outcome)
    {
        json.WriteStartObject();
        json.WriteString("system", result.System);
        if (result.Seed is { } seed)
            json.WriteNumber("seed", seed);
        QuestionFile.WriteFields(json, outcome.Question);
        json.WriteString("label", outcome.Label);
        json.WriteString("text", outcome.Text);
        json.WriteBoolean("correct", outcome.IsCorrect);
        WriteText("rationale", outcome.Rationale);
        WriteText("teacherRationale", outcome.TeacherRationale);
        WriteNumbers("probabilities", outcome.Probabilities);
        WriteNumbers("logLikelihoods", outcome.LogLikelihoods);
        WriteEach("scoredTexts", outcome.ScoredTexts, json.WriteStringValue);
        WriteEach("greedy", outcome.GreedyChoices, json.WriteBooleanValue);
        if (outcome.Seconds is { } seconds)
            JsonNumber.Write(json, "seconds", seconds);
        if (outcome.Tokens is { } tokens)
            json.WriteNumber("tokens", tokens);
        if (outcome.IsShortened is { } shortened)
            json.WriteBoolean("shortened", shortened);
        if (outcome.Alternatives.Count > 0)
        {
            json.WriteStartArray("alternatives");
            foreach (var alternative in outcome.Alternatives)
            {
                json.WriteStartObject();
                json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(alternative.Kind.ToString()));
                json.WriteString("rationale", alternative.Rationale);
                json.WriteString("label", alternative.Label);
                json.WriteString("text", alternative.Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();

        void WriteText(string name, string? text)
        {
            if (text is not null)
                json.WriteString(name, text);
        }

        void WriteNumbers(string name, IReadOnlyList<double> numbers)
        {
            if (numbers.Count == 0 || !numbers.All(double.IsFinite)) // the choices' numbers are read as a whole or not at all
                return;
            json.WriteStartArray(name);
            foreach (double number in numbers)
                JsonNumber.Write(json, number);
            json.WriteEndArray();
        }

        void WriteEach<T>(string name, IReadOnlyList<T> values, Action<T> write)
        {
            if (values.Count == 0)
                return;
            json.WriteStartArray(name);
            foreach (var value in values)
                write(value);
            json.WriteEndArray();
        }
    }

    private static (string System, long? Seed, QuestionOutcome Outcome) Row(
        JsonField row,
        PredictedQuestions known,
        HashSet<(string, long?, string)> answered)
    {
        var system = row.Optional("system")?.AsText() ?? "predictions";
        long? seed = row.Optional("seed")?.AsInteger();
        var question = known.Of(row);
        if (!answered.Add((system, seed, question.Id)))
            throw row.Member("id").Bad($"is '{question.Id}', which '{system}' has answered in an earlier line; expected one line a question.");

        var label = Label(row, question);
        var outcome = new QuestionOutcome
        {
            Question = question,
            Label = label,
            Text = AnswerText(row, question, label),
            Rationale = row.Optional("rationale")?.AsString(),
            TeacherRationale = row.Optional("teacherRationale")?.AsString(),
            Probabilities = Probabilities(row.Optional("probabilities"), question),
            LogLikelihoods = Numbers(row.Optional("logLikelihoods"), question),
            ScoredTexts = PerChoice(row.Optional("scoredTexts"), question, item => item.AsText()),
            GreedyChoices = PerChoice(row.Optional("greedy"), question, item => item.AsBoolean()),
            Seconds = row.Optional("seconds") is not { } seconds ? null : seconds.AsNumber() is >= 0 and var taken ? taken : throw seconds.Bad("is negative."),
            Tokens = row.Optional("tokens")?.AsIndex(int.MaxValue),
            IsShortened = row.Optional("shortened")?.AsBoolean(),
            Alternatives = Alternatives(row.Optional("alternatives"), question),
        };
        if (row.Optional("correct") is { } correct && correct.AsBoolean() != outcome.IsCorrect)
            throw correct.Bad($"contradicts the line: the answer is '{outcome.Label ?? outcome.Text}' and the gold answer '{outcome.Gold}'.");
        return (system, seed, outcome);
    }

    private static string? Label(JsonField item, ScienceQuestion question)
    {
        var labels = $"expected one of the choices' labels ({string.Join(", ", question.Choices.Select(choice => choice.Label))}), or null where no answer could be read.";
        // Absent is not null: a field of another name must not pass as an answer that nobody could read.
        if (question.Choices.Count > 0 && !item.Has("label"))
            throw item.Bad($"has no label; {labels}");
        if (item.Optional("label") is not { } field)
            return null;
        var label = field.AsText();
        return question.Choices.Count == 0 || question.Choices.Any(choice => choice.Label == label)
            ? label
            : throw field.Bad($"is '{label}'; {labels}");
    }

    /// <summary>What was answered. An open question's answer is nothing else; a choice's text is known by its label.</summary>
    private static string AnswerText(JsonField row, ScienceQuestion question, string? label) => question.Choices.Count == 0
        ? row.Member("text").AsString()
        : row.Optional("text")?.AsString() ?? question.Choices.FirstOrDefault(choice => choice.Label == label)?.Text ?? "";

    private static AlternativeAnswer[] Alternatives(JsonField? field, ScienceQuestion question)
    {
        AlternativeAnswer[] answers = [.. (field?.Items() ?? []).Select(item => Alternative(item, question))];
        return answers.DistinctBy(answer => answer.Kind).Count() == answers.Length
            ? answers
            : throw field!.Value.Bad("has two answers of one kind.");
    }

    private static AlternativeAnswer Alternative(JsonField item, ScienceQuestion question)
    {
        var kind = item.Member("kind");
        if (!Enum.TryParse<RationaleKind>(kind.AsText(), ignoreCase: true, out var parsed) || !Enum.IsDefined(parsed))
            throw kind.Bad($"is '{kind.AsText()}'; expected one of {string.Join(", ", Enum.GetNames<RationaleKind>()).ToLowerInvariant()}.");
        return new(parsed, item.Member("rationale").AsString(), Label(item, question), item.Member("text").AsString());
    }

    private static IReadOnlyList<double> Probabilities(JsonField? field, ScienceQuestion question)
    {
        var values = Numbers(field, question);
        if (values.FirstOrDefault(value => value is < 0 or > 1, 0) is not 0 and var outside)
            throw field!.Value.Bad(FormattableString.Invariant($"holds {outside}; probabilities lie between 0 and 1."));
        if (values.Count > 0 && Math.Abs(values.Sum() - 1) > SumTolerance)
            throw field!.Value.Bad(FormattableString.Invariant($"sums to {values.Sum():0.####}; expected 1."));
        return values;
    }

    private static IReadOnlyList<double> Numbers(JsonField? field, ScienceQuestion question) => PerChoice(field, question, item => item.AsNumber());

    private static IReadOnlyList<T> PerChoice<T>(JsonField? field, ScienceQuestion question, Func<JsonField, T> read)
    {
        T[] values = [.. (field?.Items() ?? []).Select(read)];
        return values.Length == 0 || values.Length == question.Choices.Count
            ? values
            : throw field!.Value.Bad($"has {values.Length} items; expected one for each of the {question.Choices.Count} choices.");
    }
}
