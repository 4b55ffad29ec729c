using System.Text.Json;
using SciCoT.Questions;

namespace SciCoT.Rationales;

/// <summary>Rationales in the fields in which published data sets hold them.</summary>
internal static class RationaleFields
{
    /// <summary>How the tool that wrote TinyLLM's rows prints a value that is not there.</summary>
    private const string MissingValue = "nan";

    /// <summary>What stands between reasoning and answer in GSM8K and in sets made after it.</summary>
    private const string AnswerMark = "####";

    private static readonly string[] SeveralNames = ["rationales", "explanations"];

    private static readonly string[] OneNames =
    [
        "rationale", "explanation", "reasoning", "chain_of_thought", "cot", "solution", "abstractive_explanation", "reasoning_content", "proof", "taskB", "combinedfact",
        "steps", "reasoning_steps", "facts",
    ];

    private static readonly string[] TextNames = ["text", "rationale", "explanation", "cot"];

    /// <summary>Whether a row seems to be one of published rationales.</summary>
    public static bool AreIn(JsonField row) => SeveralNames.Concat(OneNames).Append("question").Any(row.Has);

    /// <summary>Whether there is no rationale in a text.</summary>
    public static bool IsMissing(string text) => text.Trim() is "" or MissingValue;

    /// <summary>The rationales of a row, each with the object that holds it, where one does.</summary>
    /// <param name="row">The row.</param>
    /// <param name="question">Its question. An open question's answer that holds the reasoning too is taken apart.</param>
    /// <exception cref="BadRowException">There is none, or a field has another shape.</exception>
    public static IReadOnlyList<(string Text, JsonField? Item)> Find(JsonField row, ref ScienceQuestion question)
    {
        // The Hub's data set viewer puts each row into an envelope.
        row = row.Optional("row") is { Value.ValueKind: JsonValueKind.Object } inner ? inner with { Name = "" } : row;
        if (row.First(SeveralNames) is { } several)
            return [.. several.Items().Select(item => item.Value.ValueKind == JsonValueKind.Object ? ((item.First(TextNames) ?? item.Member("text")).AsString(), (JsonField?)item) : (item.AsString(), null))];
        if (row.First(OneNames) is { } one)
            return [One(one)];
        // A field that is there but blank is a reply without a rationale, which filters count.
        if (OneNames.Any(row.Has))
            return [("", null)];
        if (question.Choices.Count == 0 && question.AnswerLabel is { } answer && answer.LastIndexOf(AnswerMark, StringComparison.Ordinal) is > 0 and var mark)
        {
            question = question with { AnswerLabel = answer[(mark + AnswerMark.Length)..].Trim() };
            return [(answer[..mark].Trim(), null)];
        }

        throw row.Missing(OneNames[0], $"is missing: there is no rationale under {string.Join(", ", OneNames.Concat(SeveralNames))}.");
    }

    private static (string, JsonField?) One(JsonField field) => field.Value.ValueKind switch
    {
        JsonValueKind.Array => (string.Join(' ', field.Items().Select(step => step.AsString().Trim())), null),
        JsonValueKind.Object => ((field.First(TextNames) ?? field.Member(TextNames[0])).AsString(), field),
        _ => (field.AsString(), null),
    };
}
