namespace SciCoT.Evaluation;

/// <summary>A system against another on the same questions.</summary>
public sealed record SystemComparison
{
    /// <summary>The system.</summary>
    public required string System { get; init; }

    /// <summary>The system it is compared with.</summary>
    public required string Baseline { get; init; }

    /// <summary>How many answers were compared: questions, over all seeds that both have.</summary>
    public required int Pairs { get; init; }

    /// <summary>By how much the system's accuracy is ahead, with a paired bootstrap over the questions (or their groups).</summary>
    public required PairedDifference Difference { get; init; }

    /// <summary>McNemar's exact test, for each seed by itself.</summary>
    public required IReadOnlyList<SeedMcNemar> McNemar { get; init; }

    /// <summary>
    /// The p-value that counts: McNemar's for one seed and questions that stand alone; otherwise the paired bootstrap's, which
    /// takes a question's answers under all seeds, and a group's questions, together.
    /// </summary>
    public required double PValue { get; init; }

    /// <summary>That p-value, corrected by Holm's method for all comparisons of the report.</summary>
    public required double HolmPValue { get; init; }

    /// <summary>Compares systems with a baseline and corrects for their number.</summary>
    /// <param name="results">The results; those of several seeds share their system's name.</param>
    /// <param name="baseline">The system that all others are compared with.</param>
    /// <param name="cluster">The group of questions whose answers go together; each question by itself without it.</param>
    /// <param name="seed">The seed of the bootstrap's draws.</param>
    /// <param name="resamples">How often the bootstrap draws.</param>
    /// <exception cref="ArgumentException">The baseline is none of the systems, or two systems were not asked the same questions.</exception>
    public static IReadOnlyList<SystemComparison> Against(
        IReadOnlyList<SystemResult> results,
        string baseline,
        Func<ScienceQuestion, string>? cluster = null,
        int seed = 1,
        int resamples = 10_000)
    {
        ArgumentNullException.ThrowIfNull(results);
        var systems = results.ToLookup(result => result.System, StringComparer.Ordinal);
        if (!systems.Contains(baseline))
            throw new ArgumentException($"The baseline '{baseline}' is none of the systems ({string.Join(", ", systems.Select(system => system.Key))}).", nameof(baseline));

        SystemComparison[] comparisons = [.. systems
            .Where(system => system.Key != baseline)
            .Select(system => Compare([.. system], [.. systems[baseline]], cluster, seed, resamples))];
        var adjusted = Holm.Adjust([.. comparisons.Select(comparison => comparison.PValue)]);
        return [.. comparisons.Zip(adjusted, (comparison, p) => comparison with { HolmPValue = p })];
    }

    private static SystemComparison Compare(SystemResult[] system, SystemResult[] baseline, Func<ScienceQuestion, string>? cluster, int seed, int resamples)
    {
        // A system without training has no seed, and meets the other under each of its seeds.
        var bySeed =
            (from first in system
             from second in baseline
             where first.Seed == second.Seed || first.Seed is null || second.Seed is null || (system.Length == 1 && baseline.Length == 1)
             select (Seed: first.Seed ?? second.Seed, Pairs: Pair(first, second))).ToArray();
        if (bySeed.Length == 0)
            throw new ArgumentException($"'{system[0].System}' and '{baseline[0].System}' have no seed in common to be compared on.");

        var all = bySeed.SelectMany(item => item.Pairs).ToArray();
        var difference = PairedBootstrap.Difference(
            all.Select(pair => (cluster?.Invoke(pair.First.Question) ?? pair.First.QuestionId, Score(pair.First), Score(pair.Second))), seed, resamples);
        SeedMcNemar[] tests = [.. bySeed.Select(item => SeedMcNemar.Of(item.Seed, item.Pairs))];
        double p = tests.Length == 1 && cluster is null ? tests[0].PValue : difference.PValue;
        return new()
        {
            System = system[0].System,
            Baseline = baseline[0].System,
            Pairs = all.Length,
            Difference = difference,
            McNemar = tests,
            PValue = p,
            HolmPValue = p,
        };
    }

    private static (QuestionOutcome First, QuestionOutcome Second)[] Pair(SystemResult first, SystemResult second)
    {
        var others = second.Outcomes.ToDictionary(outcome => outcome.QuestionId, StringComparer.Ordinal);
        if (others.Count != first.Outcomes.Count || first.Outcomes.FirstOrDefault(outcome => !others.ContainsKey(outcome.QuestionId)) is not null)
            throw new ArgumentException($"'{first.System}' ({first.Outcomes.Count} questions) and '{second.System}' ({others.Count}) did not answer the same questions; a paired test needs that.");
        return [.. first.Outcomes.Select(outcome => (outcome, others[outcome.QuestionId]))];
    }

    private static double Score(QuestionOutcome outcome) => outcome.IsCorrect ? 1 : 0;
}

/// <summary>McNemar's exact test between two systems of one seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="OnlySystem">How many questions only the system answered rightly.</param>
/// <param name="OnlyBaseline">How many questions only the baseline answered rightly.</param>
/// <param name="PValue">The two-sided p-value.</param>
public sealed record SeedMcNemar(long? Seed, int OnlySystem, int OnlyBaseline, double PValue)
{
    internal static SeedMcNemar Of(long? seed, (QuestionOutcome First, QuestionOutcome Second)[] pairs)
    {
        int onlyFirst = pairs.Count(pair => pair.First.IsCorrect && !pair.Second.IsCorrect);
        int onlySecond = pairs.Count(pair => !pair.First.IsCorrect && pair.Second.IsCorrect);
        return new(seed, onlyFirst, onlySecond, McNemar.ExactPValue(onlyFirst, onlySecond));
    }
}
