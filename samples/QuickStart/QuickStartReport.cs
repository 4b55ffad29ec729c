using System.Text.Json;
using System.Text.Json.Serialization;
using SciCoT.Evaluation;

namespace QuickStart;

/// <summary>What <c>report.json</c> says.</summary>
internal sealed record QuickStartReport(
    int TestQuestions,
    SystemAccuracies Accuracy,
    [property: JsonPropertyName("pValue")] double PValue,
    [property: JsonPropertyName("pValueOneStage")] double PValueOneStage,
    double Seconds)
{
    public static QuickStartReport Of(Outcomes outcomes, TimeSpan elapsed) => new(
        outcomes.TwoStage.Count,
        new SystemAccuracies(Share(outcomes.Direct), Share(outcomes.OneStage), Share(outcomes.TwoStage), Share(outcomes.TwoStageGoldRationale)),
        outcomes.PValueAgainst(outcomes.Direct),
        outcomes.PValueAgainst(outcomes.OneStage),
        Math.Round(elapsed.TotalSeconds, 1));

    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Default.QuickStartReport));

    private static double Share(IReadOnlyList<QuestionOutcome> outcomes) => Math.Round(outcomes.Average(outcome => outcome.IsCorrect ? 1.0 : 0.0), 4);
}

/// <summary>The share of test questions that each system answered rightly.</summary>
internal sealed record SystemAccuracies(double Direct, double OneStage, double TwoStage, double TwoStageGoldRationale);

/// <summary>Every system's outcomes on the same questions, in the same order.</summary>
internal sealed record Outcomes(
    IReadOnlyList<QuestionOutcome> Direct,
    IReadOnlyList<QuestionOutcome> OneStage,
    IReadOnlyList<QuestionOutcome> TwoStage,
    IReadOnlyList<QuestionOutcome> TwoStageGoldRationale)
{
    /// <summary>The exact McNemar p-value of the two-stage students against another system.</summary>
    public double PValueAgainst(IReadOnlyList<QuestionOutcome> other)
    {
        var pairs = TwoStage.Zip(other).ToArray();
        return McNemar.ExactPValue(
            pairs.Count(pair => pair.First.IsCorrect && !pair.Second.IsCorrect),
            pairs.Count(pair => !pair.First.IsCorrect && pair.Second.IsCorrect));
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(QuickStartReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
