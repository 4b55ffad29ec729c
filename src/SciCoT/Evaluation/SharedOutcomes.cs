using System.Text.Json.Serialization;
using SciCoT.Distributed;
using SciCoT.IO;

namespace SciCoT.Evaluation;

/// <summary>Questions that the ranks of a group answer together.</summary>
internal static class SharedOutcomes
{
    /// <summary>Has each rank answer its share.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="questions">All questions.</param>
    /// <param name="evaluate">Answers this rank's, in their order, without use of the group.</param>
    /// <param name="progress">Told how many are done, as far as this rank knows.</param>
    /// <returns>The outcomes of all, in the order of the questions.</returns>
    public static async Task<IReadOnlyList<QuestionOutcome>> EvaluateAsync(
        IProcessGroup group,
        IReadOnlyList<ScienceQuestion> questions,
        Func<IReadOnlyList<ScienceQuestion>, IProgress<int>?, Task<IReadOnlyList<QuestionOutcome>>> evaluate,
        IProgress<int>? progress)
    {
        if (group.Size == 1)
            return await evaluate(questions, progress).ConfigureAwait(false);
        IReadOnlyList<QuestionOutcome> own = [];
        var relay = progress is null ? null : new SynchronousProgress<int>(done => progress.Report(Math.Min(questions.Count, done * group.Size)));
        await group.WorkApartAsync(async () => own = await evaluate(group.Own(questions), relay).ConfigureAwait(false)).ConfigureAwait(false);
        var rows = group.Collect([.. own.Select(OutcomeRow.Of)], questions.Count, OutcomeJson.Default.IReadOnlyListOutcomeRow);
        return [.. rows.Select((row, i) => row.ToOutcome(questions[i]))];
    }
}

/// <summary>An outcome without its question, on its way between ranks.</summary>
internal sealed record OutcomeRow
{
    public string? Label { get; init; }

    public required string Text { get; init; }

    public string? Rationale { get; init; }

    public IReadOnlyList<double> Probabilities { get; init; } = [];

    public IReadOnlyList<double> LogLikelihoods { get; init; } = [];

    public IReadOnlyList<string> ScoredTexts { get; init; } = [];

    public IReadOnlyList<bool> GreedyChoices { get; init; } = [];

    public double? Seconds { get; init; }

    public bool? IsShortened { get; init; }

    public static OutcomeRow Of(QuestionOutcome outcome) => new()
    {
        Label = outcome.Label,
        Text = outcome.Text,
        Rationale = outcome.Rationale,
        Probabilities = outcome.Probabilities,
        LogLikelihoods = outcome.LogLikelihoods,
        ScoredTexts = outcome.ScoredTexts,
        GreedyChoices = outcome.GreedyChoices,
        Seconds = outcome.Seconds,
        IsShortened = outcome.IsShortened,
    };

    public QuestionOutcome ToOutcome(ScienceQuestion question) => new()
    {
        Question = question,
        Label = Label,
        Text = Text,
        Rationale = Rationale,
        Probabilities = Probabilities,
        LogLikelihoods = LogLikelihoods,
        ScoredTexts = ScoredTexts,
        GreedyChoices = GreedyChoices,
        Seconds = Seconds,
        IsShortened = IsShortened,
    };
}

[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(IReadOnlyList<OutcomeRow>))]
[JsonSerializable(typeof(IReadOnlyList<IReadOnlyList<OutcomeRow>>))]
internal sealed partial class OutcomeJson : JsonSerializerContext;
