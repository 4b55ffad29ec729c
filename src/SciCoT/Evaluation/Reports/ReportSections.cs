using static SciCoT.Evaluation.Reports.Charts.ReportFormat;

namespace SciCoT.Evaluation.Reports;

/// <summary>The report in words and tables; a part about which nothing is known is left out.</summary>
internal static class ReportSections
{
    /// <summary>More sentences of the same form are read as a table.</summary>
    private const int MostSentences = 3;

    public static IReadOnlyList<ReportSection> Of(EvaluationReport report) =>
    [.. ((IReadOnlyList<ReportSection>)[
        Accuracy(report), Comparisons(report), Harness(report), RationaleUse(report), Rouge(report), Subsets(report),
        Calibration(report), Positions(report), Training(report), Cost(report), Overlap(report), Marks(report), Published(report), .. report.More,
    ]).Where(section => section.Rows.Count > 0).Select(WithoutEmptyColumns)];

    /// <summary>Nothing is known of an empty column, and on a phone it would hide those that are not.</summary>
    private static ReportSection WithoutEmptyColumns(ReportSection section)
    {
        int[] kept = [.. Enumerable.Range(0, section.Head.Count).Where(column => column == 0 || section.Rows.Any(row => row[column].Length > 0))];
        return kept.Length == section.Head.Count ? section : section with
        {
            Head = [.. kept.Select(column => section.Head[column])],
            Rows = [.. section.Rows.Select(row => (IReadOnlyList<string>)[.. kept.Select(column => row[column])])],
        };
    }

    /// <summary>How the figures were computed, in a sentence each.</summary>
    public static IReadOnlyList<string> Methods(EvaluationReport report)
    {
        var methods = report.Methods;
        var sampled = methods.Clustered ? "groups of questions, as a whole" : "questions, each with all its answers";
        return
        [
            "An answer counts as right when its label is the gold label; an answer that could not be read counts as wrong.",
            $"Intervals are at 95 %: Wilson's for one seed and questions that stand alone, otherwise the percentiles of a bootstrap (seed {methods.BootstrapSeed}, {Count(methods.Resamples)} draws) over {sampled}. They cover the choice of questions; how far the seeds lie apart is shown beside them.",
            "p: McNemar's exact test for one seed and questions that stand alone, otherwise the paired bootstrap, whose p-value is never below 2 / (draws + 1). Holm: corrected for all comparisons of the table.",
            "Against published figures: one-sided at 5 %, the two-sample z-test where the figure has a standard error (stated, or from its number of questions), the exact binomial test otherwise; the z-test's p-value is never below the exact binomial one.",
            $"Calibration: {methods.CalibrationBins} bins of equal width; Brier is summed over the choices, from 0 to 2.",
            $"ROUGE: mean F-measures as Google's rouge_score computes them, {(methods.StemRouge ? "with" : "without")} stemming.",
        ];
    }

    private static ReportSection Accuracy(EvaluationReport report) => new(
        ReportPart.Accuracy,
        "Accuracy",
        $"{Count(report.Questions)} questions. Choosing at random gets {Percent(report.Chance)} of them right." + Shortened(report),
        ["system", "right", "95 %", "standard error", "seeds", "lowest and highest seed", "not readable"],
        [.. report.Systems.Select(system => (IReadOnlyList<string>)[
            system.System,
            Percent(system.Accuracy),
            Percents(system.Interval),
            Points(system.StandardError).TrimStart('+'),
            Seeds(system.Seeds),
            system.SeedAccuracies.Count > 1 ? $"{Percent(system.SeedAccuracies.Min())}, {Percent(system.SeedAccuracies.Max())}" : "",
            system.ExtractionFailures > 0 ? $"{Percent(system.ExtractionFailureRate)} ({Count(system.ExtractionFailures)})" : "0",
        ])]);

    private static string Seeds(IReadOnlyList<long> seeds) => seeds.Count switch
    {
        0 => "–",
        1 => $"seed {seeds[0]}",
        _ => $"seeds {string.Join(", ", seeds)}",
    };

    private static string Shortened(EvaluationReport report) => string.Concat(report.Systems.Where(system => system.Shortened > 0).Select(system =>
        $" {system.System}: {Count(system.Shortened!.Value)} of {Count(system.Answers)} answers rest on a question that was too long for the model and was read without the end of its context or the beginning of its stem."));

    private static ReportSection Comparisons(EvaluationReport report) => new(
        ReportPart.Comparisons,
        $"Against {report.Baseline}",
        $"Each system and {report.Baseline} on the same questions. The difference is in percentage points. The two counts are the questions that only one of the two answered rightly.",
        ["system", "difference", "95 %", $"only it, only {report.Baseline}", "p", "p (Holm)"],
        [.. report.Comparisons.Select(comparison => (IReadOnlyList<string>)[
            comparison.System,
            Points(comparison.Difference.Difference),
            PointRange(comparison.Difference.Interval),
            string.Join("; ", comparison.McNemar.Select(test => $"{test.OnlySystem}, {test.OnlyBaseline}")),
            PValue(comparison.PValue),
            PValue(comparison.HolmPValue),
        ])]);

    private static ReportSection Harness(EvaluationReport report) => new(
        ReportPart.Harness,
        "As lm-evaluation-harness",
        "acc compares the log-likelihoods of the choices' texts as they are, acc_norm for each character, acc_bytes for each byte.",
        ["system", "acc", "standard error", "acc_norm", "standard error", "acc_bytes", "standard error"],
        [.. report.Systems.Where(system => system.Harness is not null).Select(system => (IReadOnlyList<string>)[
            system.System,
            Percent(system.Harness!.Acc), Points(system.Harness.AccStandardError).TrimStart('+'),
            Percent(system.Harness.AccNorm), Points(system.Harness.AccNormStandardError).TrimStart('+'),
            Percent(system.Harness.AccBytes), Points(system.Harness.AccBytesStandardError).TrimStart('+'),
        ])]);

    private static ReportSection RationaleUse(EvaluationReport report) => new(
        ReportPart.RationaleUse,
        "Is the rationale used?",
        "The answer student answers again with other rationales. Changed: the share of answers that differ from those with its own rationale.",
        ["system", "rationale", "right", "95 %", "changed"],
        [.. report.Systems.SelectMany(system => system.RationaleUse.Select(use => (IReadOnlyList<string>)[
            system.System,
            Name(use.Kind),
            Percent(use.Accuracy.Accuracy),
            Percents(use.Accuracy.Interval),
            use.Kind == RationaleKind.Own ? "" : Percent(use.Changed.Accuracy),
        ]))]);

    private static ReportSection Rouge(EvaluationReport report) => new(
        ReportPart.Rouge,
        "Rationales against the teacher's",
        "Mean F-measures. How alike two texts are says little about whether the rationale is sound.",
        ["system", "compared", "ROUGE-1", "ROUGE-2", "ROUGE-L", "word for word"],
        [.. report.Systems.Where(system => system.Rouge is not null).Select(system => (IReadOnlyList<string>)[
            system.System, Count(system.Rouge!.Count), Number(system.Rouge.Rouge1), Number(system.Rouge.Rouge2), Number(system.Rouge.RougeL), Percent(system.Rouge.ExactMatch),
        ])]);

    private static ReportSection Subsets(EvaluationReport report)
    {
        var bySystem = report.Systems.Select(system => system.Subsets.ToDictionary(subset => (subset.Field, subset.Value))).ToArray();
        return new(
            ReportPart.Subsets,
            "By field",
            "Share of right answers, with the number of answers of the first system that has the value.",
            ["field", "value", "answers", .. report.Systems.Select(system => system.System)],
            [.. report.Systems.SelectMany(system => system.Subsets).DistinctBy(subset => (subset.Field, subset.Value)).Select(subset => (IReadOnlyList<string>)[
                subset.Field,
                subset.Value,
                Count(subset.Accuracy.Count),
                .. bySystem.Select(system => system.TryGetValue((subset.Field, subset.Value), out var own) ? Percent(own.Accuracy.Accuracy) : ""),
            ])]);
    }

    private static ReportSection Calibration(EvaluationReport report) => new(
        ReportPart.Calibration,
        "Calibration",
        "Is an answer with 80 % confidence right in 80 of 100 cases? A bar shows the share of right answers at its confidence. Its colour is stronger the more answers it stands for. On the dashed line both agree. ECE is the mean distance from that line.",
        ["system", "answers", "ECE", "Brier"],
        [.. report.Systems.Where(system => system.Calibration is not null).Select(system => (IReadOnlyList<string>)[
            system.System, Count(system.Calibration!.Count), Number(system.Calibration.ExpectedCalibrationError), Number(system.Calibration.Brier),
        ])]);

    private static ReportSection Positions(EvaluationReport report)
    {
        int positions = report.Systems.Max(system => system.Positions?.Counts.Count ?? 0);
        return new(
            ReportPart.Positions,
            "Which position is picked",
            "How often each place in the list of choices was picked, and how many of these answers were right. A row of the chart shows how often the right choice stands at its place.",
            ["system", .. Enumerable.Range(1, positions).Select(position => $"place {position}"), "not readable"],
            [.. report.Systems.Where(system => system.Positions is not null).Select(system => Row(system.System, system.Positions!.Counts, positions))]);

        static IReadOnlyList<string> Row(string system, IReadOnlyList<IReadOnlyList<int>> counts, int positions) =>
        [
            system,
            .. Enumerable.Range(0, positions).Select(place => place < counts.Count
                ? $"{Count(counts.Sum(row => row[place]))} times, {Count(counts[place][place])} right"
                : ""),
            Count(counts.Sum(row => row[^1])),
        ];
    }

    /// <summary>The students with what is known of their training, each once, with the index of the first system that has it.</summary>
    public static IEnumerable<(int System, string Student, IReadOnlyList<TrainingCurve> Seeds)> Students(EvaluationReport report) => report.Systems
        .Index()
        .SelectMany(system => system.Item.Training
            .Where(curve => curve.Points.Count > 0)
            .GroupBy(curve => curve.Student)
            .Select(student => (System: system.Index, Student: student.Key, Seeds: (IReadOnlyList<TrainingCurve>)[.. student])))
        .DistinctBy(trained => $"{trained.Student}: {string.Join(' ', trained.Seeds.SelectMany(seed => seed.Points))}");

    private static ReportSection Training(EvaluationReport report) => new(
        ReportPart.Training,
        "Training",
        "Losses in nats a token: the smoothed training loss at the last step, and the lowest validation loss. A student that several systems share is listed with the first of them.",
        ["system", "student", "seed", "steps", "training loss", "validation loss"],
        [.. from trained in Students(report)
            from curve in trained.Seeds
            select (IReadOnlyList<string>)[
                report.Systems[trained.System].System, curve.Student, curve.Seed is { } seed ? Seeds([seed]) : "", Count(curve.Points[^1].Step), Number(curve.Points[^1].Loss),
                Optional(curve.Points.Min(point => point.ValidationLoss), Number),
            ]]);

    private static ReportSection Cost(EvaluationReport report) => new(
        ReportPart.Cost,
        "Cost",
        "Seconds are from question to answer; questions of one batch share the time of the batch. Tokens are those that were written. The training time is the mean over the seeds.",
        ["system", "base", "parameters", "steps", "training", "seconds p50", "p90", "p99", "tokens p50", "p90", "p99"],
        [.. report.Systems.Where(system => system.Seconds is not null || system.Tokens is not null || system.Parameters is not null).Select(system => (IReadOnlyList<string>)[
            system.System,
            system.Base ?? "",
            Optional(system.Parameters, Count),
            Optional(system.TrainingSteps, steps => Count(steps)),
            Optional(system.TrainingSeconds, Seconds),
            .. Percentiles(system.Seconds, Seconds),
            .. Percentiles(system.Tokens, Short),
        ])]);

    private static ReportSection Overlap(EvaluationReport report) => new(
        ReportPart.Overlap,
        "Overlap with training",
        report.Overlap is { } overlap
            ? $"Test questions that are among the {Count(overlap.TrainingQuestions)} training questions. Each is counted once, under its closest kind. Nearly: a Jaccard similarity of {Short(overlap.Threshold)} or more."
            : "",
        ["kind", "test questions", "share"],
        report.Overlap is { } found
            ? [OverlapRow("word for word", found.Exact, found), OverlapRow("but for case, punctuation and order", found.Normalized, found), OverlapRow("nearly", found.Near, found)]
            : [["not checked", "", ""]]);

    private static ReportSection Marks(EvaluationReport report) => new(
        ReportPart.Marks,
        "Against published figures",
        string.Join(' ', (report.Marks.Count <= MostSentences
            ? report.Marks.Select(mark => mark.Sentence)
            : ["Each system against each figure, tested one-sided at 5 %. p above: that the system exceeds the figure. p below: that it is below."]).Concat(report.Marks.Select(mark => mark.Exposure).OfType<string>().Distinct())),
        ["system", "verdict", "figure", "its value", "measured", "95 %", "questions", "p above", "p below", "known exposure"],
        [.. report.Marks.Select(mark => (IReadOnlyList<string>)[
            mark.System,
            MarkComparison.Word(mark.Verdict),
            $"{mark.Mark.System}, {mark.Mark.Metric}",
            Percent(mark.Mark.Value),
            Percent(mark.Value),
            Percents(mark.Interval),
            Count(mark.Questions),
            PValue(mark.PValue),
            PValue(mark.BelowPValue),
            mark.Exposure is null ? "none known" : "yes",
        ])]);

    private static ReportSection Published(EvaluationReport report) => new(
        ReportPart.Published,
        "Published by others, not measured here",
        "Other models under other conditions." + (report.Marks.Count > 0 ? " The table above tells which differences are more than chance." : ""),
        ["system", "data set", "metric", "value", "source"],
        [.. report.Published.Select(mark => (IReadOnlyList<string>)[
            mark.System, mark.DataSet, mark.Metric,
            Percent(mark.Value) + Optional(mark.StandardError, error => " ± " + Points(error).TrimStart('+')),
            mark.Source,
        ])]);

    private static IReadOnlyList<string> OverlapRow(string kind, int count, OverlapReport overlap) =>
        [kind, Count(count), Percent((double)count / Math.Max(1, overlap.TestQuestions))];

    public static string Name(RationaleKind kind) => kind switch
    {
        RationaleKind.Own => "its own",
        RationaleKind.Teacher => "the teacher's",
        RationaleKind.Empty => "none",
        RationaleKind.Shuffled => "another question's",
        _ => "the first half of its own",
    };

    private static IEnumerable<string> Percentiles(Distribution? values, Func<double, string> format) =>
        values is null ? ["", "", ""] : [format(values.Median), format(values.P90), format(values.P99)];
}
