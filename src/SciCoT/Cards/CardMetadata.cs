using System.Globalization;
using System.Text;
using SciCoT.Datasets;

namespace SciCoT.Cards;

/// <summary>The metadata in front of a card: YAML between two lines of dashes, as the Hub reads it.</summary>
internal static class CardMetadata
{
    private static readonly string[] Tags = ["scicot", "t5", "chain-of-thought", "distillation", "science", "multiple-choice"];

    public static void Append(StringBuilder text, CardFacts facts, ModelCardDetails details)
    {
        text.Append("---\n");
        if (details.License is { } license)
            text.Append(CultureInfo.InvariantCulture, $"license: {Quoted(license)}\n");
        AppendList(text, "language", details.Languages);
        text.Append("library_name: scicot\npipeline_tag: question-answering\n");
        if (details.BaseModel is { } start)
            text.Append(CultureInfo.InvariantCulture, $"base_model: {Quoted(start)}\n");
        AppendList(text, "datasets", [.. details.TrainingData.Append(details.TestData ?? "").Select(Repository).OfType<string>().Distinct(StringComparer.Ordinal)]);
        AppendList(text, "tags", [.. Tags.Concat(details.Tags).Distinct(StringComparer.Ordinal)]);
        if (facts.Test is { } test)
        {
            text.Append("metrics:\n- accuracy\n");
            AppendResults(text, facts, details, test);
        }

        text.Append("---\n\n");
    }

    private static void AppendResults(StringBuilder text, CardFacts facts, ModelCardDetails details, CardResult test)
    {
        var set = DatasetName.TryParse(details.TestData, out var name) ? name : null;
        text.Append(CultureInfo.InvariantCulture, $"model-index:\n- name: {Quoted(facts.Name)}\n  results:\n  - task:\n      type: question-answering\n      name: \"Multiple-choice question answering\"\n    dataset:\n");
        text.Append(CultureInfo.InvariantCulture, $"      name: {Quoted(set?.Repository ?? details.TestData ?? "Test questions of the run")}\n      type: {Quoted(set?.Repository ?? "custom")}\n");
        foreach (var (key, value) in new[] { ("config", set?.Configuration), ("split", set?.Split), ("revision", set?.Revision) })
        {
            if (value is not null)
                text.Append(CultureInfo.InvariantCulture, $"      {key}: {Quoted(value)}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"    metrics:\n    - type: accuracy\n      value: {test.Accuracy:0.######}\n      name: {Quoted($"Accuracy{CardText.Interval(test)}")}\n");
    }

    /// <summary>The data set on the Hub that a name stands for.</summary>
    private static string? Repository(string data) => DatasetName.TryParse(data, out var name) ? name.Repository : null;

    private static void AppendList(StringBuilder text, string key, IReadOnlyList<string> items)
    {
        if (items.Count == 0)
            return;
        text.Append(CultureInfo.InvariantCulture, $"{key}:\n");
        foreach (var item in items)
            text.Append(CultureInfo.InvariantCulture, $"- {Quoted(item)}\n");
    }

    /// <summary>A text in double quotes: a bare word such as <c>no</c> would be read as something else.</summary>
    private static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff')
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}
