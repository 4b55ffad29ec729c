using static SciCoT.Evaluation.Reports.Charts.ReportFormat;

namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>Each system's accuracy with its interval, and the seeds by themselves.</summary>
internal static class AccuracyChart
{
    private const double Right = 80, Top = 14, RowHeight = 36, Plot = 470;
    private const double LetterWidth = 7.2; // of the bold labels, on the wide side

    /// <summary>What is drawn of a system.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Accuracy">The share of right answers.</param>
    /// <param name="Interval">Its interval.</param>
    /// <param name="Seeds">The share of each seed.</param>
    public sealed record Bar(string Name, double Accuracy, Interval Interval, IReadOnlyList<double> Seeds);

    /// <param name="bars">The systems.</param>
    /// <param name="chance">The accuracy of choosing at random.</param>
    public static string Draw(IReadOnlyList<Bar> bars, double chance)
    {
        double left = Math.Max(190, 24 + (LetterWidth * bars.Max(bar => bar.Name.Length)));
        double bottom = Top + (RowHeight * bars.Count);
        var svg = new Svg(left + Plot + Right, bottom + 34, "Accuracy of each system with its 95 % interval");
        for (int tick = 0; tick <= 100; tick += 20)
        {
            svg.Line(X(tick / 100.0), Top, X(tick / 100.0), bottom, "grid");
            svg.Text(X(tick / 100.0), bottom + 16, $"{tick} %", "axis middle");
        }

        if (chance > 0)
        {
            svg.Line(X(chance), Top - 4, X(chance), bottom, "chance");
            svg.Text(X(chance), bottom + 30, "at random", "axis middle");
        }

        for (int i = 0; i < bars.Count; i++)
            DrawSystem(svg, bars[i], left, Top + (RowHeight * (i + 0.5)), $"s{i % 8}");
        return svg.ToString();

        double X(double share) => left + (Plot * share);
    }

    private static void DrawSystem(Svg svg, Bar bar, double left, double y, string colour)
    {
        svg.Text(left - 12, y + 4, bar.Name, "label end");
        foreach (double seed in bar.Seeds.Where(_ => bar.Seeds.Count > 1))
            svg.Circle(X(seed), y - 9, 2.5, $"hollow {colour}", $"one seed: {Percent(seed)}");
        var (low, high) = bar.Interval;
        svg.Line(X(low), y, X(high), y, $"whisker {colour}");
        svg.Line(X(low), y - 5, X(low), y + 5, $"whisker {colour}");
        svg.Line(X(high), y - 5, X(high), y + 5, $"whisker {colour}");
        svg.Circle(X(bar.Accuracy), y, 5, $"dot {colour}", $"{bar.Name}: {Percent(bar.Accuracy)}, 95 %: {Percents(bar.Interval)}");
        svg.Text(left + Plot + 14, y + 4, Percent(bar.Accuracy), "value");

        double X(double share) => left + (Plot * share);
    }
}
