using System.Globalization;
using System.Text.Json.Nodes;

namespace SciCoT.Cards;

/// <summary>How one student was trained and what it reached, as rows of a table.</summary>
/// <param name="Title">Which it is.</param>
/// <param name="Rows">Names and values.</param>
internal sealed record CardStudent(string Title, IReadOnlyDictionary<string, string> Rows)
{
    public static CardStudent Of(string title, JsonObject report, JsonObject plan)
    {
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        var training = plan["training"] as JsonObject ?? [];
        // A shape of random weights is long; its first words say what it is.
        Add("started from", CardFacts.Text(plan["base"])?.Split(" of T5Config")[0]);
        Add("parameters", Number(report["parameters"]));
        Add("of them trained", Number(report["trainedParameters"]));
        Add("adapter", CardFacts.Text(plan["lora"]));
        Add("examples", Number(report["examples"]));
        Add("steps", Number(report["steps"]));
        Add("best step", Number(report["bestStep"]));
        Add("batch", Number(training["batchSize"]));
        Add("learning rate", Number(training["learningRate"]));
        Add("optimizer", CardFacts.Text(training["optimizer"]));
        Add("schedule", CardFacts.Text(training["schedule"]));
        Add("precision", CardFacts.Text(training["computePrecision"]));
        Add("seed", Number(training["seed"]));
        Add("longest source, in tokens", Number(plan["maxSourceTokens"]));
        Add("longest target, in tokens", Number(plan["maxTargetTokens"]));
        Add("validation loss", Rounded(report["validationLoss"]));
        foreach (var (metric, value) in report["metrics"] as JsonObject ?? [])
            Add($"validation {metric}", Rounded(value));
        return new(title, rows);

        void Add(string name, string? value)
        {
            if (value is not null)
                rows[name] = value;
        }
    }

    private static string? Number(JsonNode? node) => CardFacts.Number(node) is not { } value
        ? null
        : value == Math.Floor(value) && Math.Abs(value) < 1e15 ? value.ToString("#,0", CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);

    private static string? Rounded(JsonNode? node) => CardFacts.Number(node)?.ToString("0.####", CultureInfo.InvariantCulture);
}
