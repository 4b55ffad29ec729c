using System.Globalization;
using System.Text;
using SciCoT.IO;

namespace SciCoT.Cards;

/// <summary>The card's text, for people.</summary>
internal static class CardText
{
    public static void Append(StringBuilder text, CardFacts facts, ModelCardDetails details)
    {
        text.Append(CultureInfo.InvariantCulture, $"# {Plain(facts.Name)}\n\n");
        text.Append(facts.HasTwo
            ? "Two T5 students, distilled from the rationales of a larger teacher. The rationale student writes the reasoning for a science question; the answer student reads question and reasoning and chooses the answer.\n"
            : "A T5 student of a chain-of-thought distillation for science questions.\n");
        AppendUse(text, facts);
        AppendData(text, facts, details);
        AppendRecipe(text, facts);
        AppendResults(text, facts, details);
        AppendLimits(text, facts, details);
    }

    /// <summary>The number of questions and the interval, in brackets.</summary>
    public static string Interval(CardResult result)
    {
        var parts = new List<string>();
        if (result is { Low: { } low, High: { } high })
            parts.Add(FormattableString.Invariant($"95 % interval {low:0.0000} to {high:0.0000}"));
        if (result.Questions is { } questions)
            parts.Add(FormattableString.Invariant($"{questions} questions"));
        return parts.Count == 0 ? "" : $" ({string.Join(", ", parts)})";
    }

    private static void AppendUse(StringBuilder text, CardFacts facts)
    {
        text.Append("\n## Use\n\n");
        text.Append(facts.HasTwo
            ? "```\nscicot answer --model \"$(scicot download OWNER/NAME)\" \"What rusts? (A) iron (B) wood\"\n```\n\nIn C#: `HubClient.DownloadAsync` gives the folder, which `AddSciCoT` and `SciCoTModelFolder` load.\n"
            : "The folder loads as a Hugging Face checkpoint, in SciCoT with `T5TextModel.Load`, in transformers with `T5ForConditionalGeneration.from_pretrained`.\n");
    }

    private static void AppendData(StringBuilder text, CardFacts facts, ModelCardDetails details)
    {
        text.Append("\n## Data\n\n");
        Item(text, "Training data", details.TrainingData.Count > 0 ? string.Join(", ", details.TrainingData) : "not named by those who trained the students");
        Item(text, "Questions", facts.Questions);
        Item(text, "Teacher", details.Teachers.Count > 0 ? string.Join(", ", details.Teachers) : facts.Teacher);
        if (facts is { Learned: { } learned, Records: { } records })
            Item(text, "Rationales", FormattableString.Invariant($"{learned} of {records} are learned from"));
        Item(text, "Filters", facts.Filters);
        if (facts.Overlapping is { } overlapping)
            Item(text, "Overlap", FormattableString.Invariant($"{overlapping} test questions stand in training, exactly or nearly"));
    }

    private static void AppendRecipe(StringBuilder text, CardFacts facts)
    {
        string[] names = [.. facts.Students.SelectMany(student => student.Rows.Keys).Distinct(StringComparer.Ordinal)];
        if (names.Length == 0)
            return;
        text.Append("\n## Recipe\n\n");
        if (facts.HasTwo)
            text.Append("Distilling step by step in two stages, as in Sci-CoT (arXiv 2308.04679).");
        if (facts.AnswerRationales is { } read)
            text.Append(CultureInfo.InvariantCulture, $" The answer student learned from {read}.");
        text.Append(CultureInfo.InvariantCulture, $"{(facts.HasTwo ? "\n\n" : "")}| | {string.Join(" | ", facts.Students.Select(student => student.Title))} |\n|{string.Concat(Enumerable.Repeat(" --- |", facts.Students.Count + 1))}\n");
        foreach (var name in names)
            text.Append(CultureInfo.InvariantCulture, $"| {Plain(name)} | {string.Join(" | ", facts.Students.Select(student => Plain(student.Rows.GetValueOrDefault(name, ""))))} |\n");
    }

    private static void AppendResults(StringBuilder text, CardFacts facts, ModelCardDetails details)
    {
        text.Append("\n## Results\n\n");
        if (facts.Test is not { } test)
        {
            text.Append("The students were not tested when they were saved.\n");
            return;
        }

        text.Append(FormattableString.Invariant($"Accuracy {100 * test.Accuracy:0.0} %"));
        if (test is { Low: { } low, High: { } high })
            text.Append(FormattableString.Invariant($" (95 % Wilson interval {100 * low:0.0} to {100 * high:0.0} %)"));
        text.Append(CultureInfo.InvariantCulture, $" on {(test.Questions is { } questions ? FormattableString.Invariant($"the {questions} ") : "")}test questions{(details.TestData is { } data ? $" of {Plain(data)}" : "")}.");
        if (facts.Shortened is > 0 and var shortened)
            text.Append(FormattableString.Invariant($" {shortened} of them were longer than the answer student reads and were shortened."));
        text.Append('\n');
    }

    private static void AppendLimits(StringBuilder text, CardFacts facts, ModelCardDetails details)
    {
        text.Append("\n## Limits\n\n");
        text.Append("- A rationale is what a small model writes: it can be wrong, or right beside a wrong answer. It is no explanation of how the answer was found.\n");
        text.Append("- Probabilities of answers are those of the model. Calibration is not part of this card.\n");
        text.Append("- What the students learned comes from a teacher whose errors and biases they repeat. Do not use them where a wrong answer does harm.\n");
        if (facts.Labels is { } labels)
            text.Append(CultureInfo.InvariantCulture, $"- Trained on questions whose choices are called {Plain(labels)}. Other kinds of questions were not measured.\n");
        if (facts.Test is null)
            text.Append("- Accuracy on held-out questions is not known.\n");
        else if (facts.Overlapping is null)
            text.Append("- Overlap of training and test questions is not known.\n");
        text.Append("- The base model may have seen the test questions in its own training.\n");
        if (details.License is null)
            text.Append("- No licence is given. That of the base model, and the terms of the teacher and the data, apply.\n");
        else
            text.Append("- The terms of the base model, of the teacher and of the data apply beside the licence.\n");
    }

    private static void Item(StringBuilder text, string name, string? value)
    {
        if (value is not null)
            text.Append(CultureInfo.InvariantCulture, $"- {name}: {Plain(value)}.\n");
    }

    /// <summary>Text as text; the Hub's pages show formulas between dollars and strike out between tildes.</summary>
    private static string Plain(string text) => MarkdownText.Escape(ForeignText.OneLine(text), more: "$~");
}
