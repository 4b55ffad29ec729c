using static SciCoT.Evaluation.Reports.ReportFormat;

namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>Each system's accuracy with its interval, and the seeds by themselves.</summary>
internal static class AccuracyChart
{
    private const double Right = 80, Top = 14, RowHeight = 36, Plot = 470;
    private const double LetterWidth = 7.2; // of the bold labels, on the wide side

    public static string Draw(EvaluationReport report)
    {
        double left = Math.Max(190, 24 + (LetterWidth * report.Systems.Max(system => system.System.Length)));
        double bottom = Top + (RowHeight * report.Systems.Count);
        var svg = new Svg(left + Plot + Right, bottom + 34, "Accuracy of each system with its 95 % interval");
        for (int tick = 0; tick <= 100; tick += 20)
        {
            svg.Line(X(tick / 100.0), Top, X(tick / 100.0), bottom, "grid");
            svg.Text(X(tick / 100.0), bottom + 16, $"{tick} %", "axis middle");
        }

        if (report.Chance > 0)
        {
            svg.Line(X(report.Chance), Top - 4, X(report.Chance), bottom, "chance");
            svg.Text(X(report.Chance), bottom + 30, "at random", "axis middle");
        }

        for (int i = 0; i < report.Systems.Count; i++)
            DrawSystem(svg, report.Systems[i], left, Top + (RowHeight * (i + 0.5)), $"s{i % 8}");
        return svg.ToString();

        double X(double share) => left + (Plot * share);
    }

    private static void DrawSystem(Svg svg, SystemReport system, double left, double y, string colour)
    {
        svg.Text(left - 12, y + 4, system.System, "label end");
        foreach (double seed in system.SeedAccuracies.Where(_ => system.SeedAccuracies.Count > 1))
            svg.Circle(X(seed), y - 9, 2.5, $"hollow {colour}", $"one seed: {Percent(seed)}");
        var (low, high) = system.Interval;
        svg.Line(X(low), y, X(high), y, $"whisker {colour}");
        svg.Line(X(low), y - 5, X(low), y + 5, $"whisker {colour}");
        svg.Line(X(high), y - 5, X(high), y + 5, $"whisker {colour}");
        svg.Circle(X(system.Accuracy), y, 5, $"dot {colour}", $"{system.System}: {Percent(system.Accuracy)}, 95 %: {Percents(system.Interval)}");
        svg.Text(left + Plot + 14, y + 4, Percent(system.Accuracy), "value");

        double X(double share) => left + (Plot * share);
    }
}
