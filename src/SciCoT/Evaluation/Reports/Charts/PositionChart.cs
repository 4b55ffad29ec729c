using static SciCoT.Evaluation.Reports.Charts.ReportFormat;

namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>Where the right choice stands (rows) against the place that was picked (columns).</summary>
internal static class PositionChart
{
    private const double Left = 44, Top = 50, WidestCell = 42, Widest = 296;

    /// <summary>The count within a cell stays readable, in the light scheme and in the dark one.</summary>
    private const double DarkestShade = 0.4;

    public static string Draw(string system, PositionConfusion positions, string colour)
    {
        bool unread = positions.Counts.Any(row => row[^1] > 0);
        int rows = positions.Counts.Count, columns = unread ? rows + 1 : rows;
        double cell = Math.Min(WidestCell, (Widest - Left - 10) / columns);
        var svg = new Svg(Math.Max(Left + (cell * columns) + 10, 190), Top + (cell * rows) + 10, $"Positions picked by {system}");
        svg.Text(0, 14, Fitted(system, svg.Width), "label");
        svg.Text(0, 30, "right place ↓   picked place →", "axis");
        for (int column = 0; column < columns; column++)
            svg.Text(Left + (cell * (column + 0.5)), 46, column < rows ? $"{column + 1}" : "none", "axis middle");
        for (int row = 0; row < rows; row++)
        {
            svg.Text(Left - 8, Top + (cell * (row + 0.5)) + 4, $"{row + 1}", "axis end");
            int total = positions.Counts[row].Sum();
            for (int column = 0; column < columns; column++)
            {
                int count = positions.Counts[row][column];
                double share = total == 0 ? 0 : (double)count / total;
                double x = Left + (cell * column), y = Top + (cell * row);
                svg.Rectangle(x + 1, y + 1, cell - 2, cell - 2, $"bar {colour}", 0.06 + (DarkestShade * share), $"right at {row + 1}, picked {(column < rows ? $"{column + 1}" : "none")}: {Count(count)} of {Count(total)}");
                svg.Text(x + (cell / 2), y + (cell / 2) + 4, Count(count), "small middle");
            }
        }

        return svg.ToString();
    }
}
