namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>Accuracy against something that was varied: a line a system, with an interval at each point.</summary>
internal static class LineChart
{
    private const double Left = 44, Top = 16, PlotWidth = 380, PlotHeight = 220, RowHeight = 17;

    /// <summary>Draws the chart.</summary>
    /// <param name="description">What it shows, for readers who cannot see it.</param>
    /// <param name="axis">What was varied.</param>
    /// <param name="values">Its values from left to right, evenly spaced, as they are written below the axis.</param>
    /// <param name="series">For each system its name and its points, each the place of its value, the accuracy, and an interval.</param>
    public static Svg Draw(string description, string axis, IReadOnlyList<string> values, IReadOnlyList<(string Name, IReadOnlyList<LinePoint> Points)> series)
    {
        double bottom = Top + PlotHeight;
        var svg = new Svg(Left + PlotWidth + 16, bottom + 44 + RowHeight * series.Count, description);
        for (int tick = 0; tick <= 100; tick += 20)
        {
            svg.Line(Left, Y(tick / 100.0), Left + PlotWidth, Y(tick / 100.0), "grid");
            svg.Text(Left - 6, Y(tick / 100.0) + 4, $"{tick} %", "axis end");
        }

        for (int i = 0; i < values.Count; i++)
            svg.Text(X(i, 0), bottom + 16, values[i], "axis middle");
        svg.Text(Left + PlotWidth / 2, bottom + 32, axis, "axis middle");
        foreach (var (s, (name, points)) in series.Index())
        {
            // Lines lie a little beside each other, so that their intervals can be told apart.
            double aside = 5 * (s - (series.Count - 1) / 2.0);
            var colour = $"s{s % 8}";
            svg.Path(points.Select(point => (X(point.Place, aside), Y(point.Accuracy))), $"curve {colour}");
            foreach (var point in points)
            {
                svg.Line(X(point.Place, aside), Y(point.Interval.Low), X(point.Place, aside), Y(point.Interval.High), $"whisker {colour}");
                svg.Circle(X(point.Place, aside), Y(point.Accuracy), 3.5, $"dot {colour}", $"{name}, {values[point.Place]}: {ReportFormat.Percent(point.Accuracy)}, 95 %: {ReportFormat.Percents(point.Interval)}");
            }

            double row = bottom + 44 + RowHeight * (s + 0.5);
            svg.Line(Left, row, Left + 18, row, $"whisker {colour}");
            svg.Text(Left + 24, row + 4, name);
        }

        return svg;

        double X(int place, double aside) => Left + PlotWidth * (place + 0.5) / values.Count + aside;

        double Y(double share) => Top + PlotHeight * (1 - share);
    }
}

/// <summary>A point of a <see cref="LineChart"/>.</summary>
/// <param name="Place">Which of the values it belongs to, from 0.</param>
/// <param name="Accuracy">The share of right answers.</param>
/// <param name="Interval">Its interval.</param>
internal sealed record LinePoint(int Place, double Accuracy, Interval Interval);
