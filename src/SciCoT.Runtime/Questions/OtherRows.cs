using System.Text.Json;

namespace SciCoT.Questions;

/// <summary>Rows of benchmarks whose right answer stands apart from the wrong ones, or whose question is put together from fields.</summary>
internal static class OtherRows
{
    private static readonly string[] BestNames = ["best_answer", "correct_answer", "correctAnswer", "right_answer"];
    private static readonly string[] WrongNames = ["incorrect_answers", "wrong_answers", "false_answers", "distractors"];

    /// <summary>COPA asks for the cause or the effect of a premise; <see langword="null"/> for other rows.</summary>
    public static string? CopaStem(JsonField row)
    {
        if (row.Optional("premise") is not { Value.ValueKind: JsonValueKind.String } premise || row.Optional("question") is not { Value.ValueKind: JsonValueKind.String } asked)
            return null;
        return asked.AsString().Trim().ToLowerInvariant() switch
        {
            "cause" => $"{premise.AsText()} What was the cause of this?",
            "effect" => $"{premise.AsText()} What happened as a result?",
            _ => null,
        };
    }

    /// <summary>The texts of the choices, the right one first; <see langword="null"/> for other rows.</summary>
    /// <remarks>
    /// TruthfulQA has <c>mc1_targets</c>, of which one is right, or <c>best_answer</c> beside <c>incorrect_answers</c>; GPQA has
    /// <c>Correct Answer</c> and <c>Incorrect Answer 1</c> to <c>3</c>.
    /// </remarks>
    public static IReadOnlyList<string>? RightFirst(JsonField row)
    {
        if (row.Optional("mc1_targets") is { } targets)
            return Targets(targets);
        if (row.First(BestNames) is not { Value.ValueKind: JsonValueKind.String } best)
            return null;
        if (row.First(WrongNames) is { Value.ValueKind: JsonValueKind.Array } wrong)
            return Distinct(best, wrong.Items());
        var numbered = row.Members().Where(member => IsNumberedWrong(member.Name) && member.Value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(member.AsString())).ToArray();
        return numbered.Length > 0 ? Distinct(best, numbered) : null;
    }

    private static IReadOnlyList<string> Targets(JsonField targets)
    {
        if (targets.Value.ValueKind == JsonValueKind.Object && !targets.Has("choices"))
            return Ordered(targets, [.. targets.Members().Select(member => (LastName(member), member.AsInteger()))]); // {"text": 1, …}
        var (texts, labels) = (targets.Member("choices").Items(), targets.Member("labels").Items());
        return texts.Count == labels.Count
            ? Ordered(targets, [.. texts.Zip(labels, (text, label) => (text.AsText(), label.AsInteger()))])
            : throw targets.Bad($"has {labels.Count} labels for {texts.Count} choices; expected as many.");
    }

    private static IReadOnlyList<string> Ordered(JsonField targets, IReadOnlyList<(string Text, long Label)> items) => items.Count(item => item.Label == 1) == 1
        ? [.. items.OrderByDescending(item => item.Label == 1).Select(item => item.Text)]
        : throw targets.Bad($"marks {items.Count(item => item.Label == 1)} of {items.Count} choices as right; expected one.");

    private static IReadOnlyList<string> Distinct(JsonField best, IEnumerable<JsonField> wrong) =>
        [.. new[] { best }.Concat(wrong).Select(text => text.AsText()).Distinct(StringComparer.Ordinal)];

    private static bool IsNumberedWrong(string name) => FieldNames.Bare(name) is var bare
        && (bare.StartsWith("incorrectanswer", StringComparison.Ordinal) || bare.StartsWith("wronganswer", StringComparison.Ordinal) || bare.StartsWith("distractor", StringComparison.Ordinal))
        && char.IsAsciiDigit(bare[^1]);

    private static string LastName(JsonField member) => member.Value.ValueKind == JsonValueKind.Number ? member.Name[(member.Name.IndexOf('.', StringComparison.Ordinal) + 1)..] : member.Name;
}
