using static SciCoT.Evaluation.Reports.Charts.ReportFormat;

namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>Each system's accuracy with its interval, and the seeds by themselves.</summary>
internal static class AccuracyChart
{
    private const double Top = 14;

    /// <summary>What is drawn of a system.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Accuracy">The share of right answers.</param>
    /// <param name="Interval">Its interval.</param>
    /// <param name="Seeds">The share of each seed.</param>
    public sealed record Bar(string Name, double Accuracy, Interval Interval, IReadOnlyList<double> Seeds);

    /// <param name="bars">The systems.</param>
    /// <param name="chance">The accuracy of choosing at random.</param>
    public static string Draw(IReadOnlyList<Bar> bars, double chance) =>
        Draw(bars, chance, BarLayout.Broad(bars.Select(bar => bar.Name), right: 80, rowHeight: 36)) + Draw(bars, chance, BarLayout.Narrow);

    private static string Draw(IReadOnlyList<Bar> bars, double chance, BarLayout layout)
    {
        double bottom = Top + (layout.RowHeight * bars.Count) + (layout.LabelRise / 2);
        var svg = new Svg(layout.Width, bottom + 52, "Accuracy of each system with its 95 % interval", layout.Style);
        layout.DrawAxis(svg, Top, bottom, "right answers, with the 95 % interval");
        if (chance > 0)
        {
            svg.Line(layout.X(chance), Top - 4, layout.X(chance), bottom, "chance");
            svg.Text(layout.X(chance), bottom + 47, "dashed: choosing at random", chance < 0.35 ? "axis" : "axis middle");
        }

        for (int i = 0; i < bars.Count; i++)
            DrawSystem(svg, bars[i], layout, Top + layout.Y(i), $"s{i % 8}");
        return svg.ToString();
    }

    private static void DrawSystem(Svg svg, Bar bar, BarLayout layout, double y, string colour)
    {
        layout.DrawName(svg, y, bar.Name);
        foreach (double seed in bar.Seeds.Where(_ => bar.Seeds.Count > 1))
            svg.Circle(layout.X(seed), y - 9, 2.5, $"hollow {colour}", $"one seed: {Percent(seed)}");
        double low = layout.X(bar.Interval.Low), high = layout.X(bar.Interval.High);
        svg.Line(low, y, high, y, $"whisker {colour}");
        svg.Line(low, y - 5, low, y + 5, $"whisker {colour}");
        svg.Line(high, y - 5, high, y + 5, $"whisker {colour}");
        svg.Circle(layout.X(bar.Accuracy), y, 5, $"dot {colour}", $"{bar.Name}: {Percent(bar.Accuracy)}, 95 %: {Percents(bar.Interval)}");
        svg.Text(layout.X(1) + 14, y + 4, Percent(bar.Accuracy), "value");
    }
}
