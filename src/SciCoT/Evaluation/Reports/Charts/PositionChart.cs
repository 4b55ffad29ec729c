using static SciCoT.Evaluation.Reports.Charts.ReportFormat;

namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>Where the right choice stands (rows) against the place that was picked (columns).</summary>
internal static class PositionChart
{
    private const double Left = 44, Top = 44, Cell = 42;

    public static string Draw(string system, PositionConfusion positions, string colour)
    {
        bool unread = positions.Counts.Any(row => row[^1] > 0);
        int rows = positions.Counts.Count, columns = unread ? rows + 1 : rows;
        var svg = new Svg(Math.Max(Left + (Cell * columns) + 10, 190), Top + (Cell * rows) + 10, $"Positions picked by {system}");
        svg.Text(6, 14, system, "label");
        svg.Text(6, 30, "right ↓   picked →", "axis");
        for (int column = 0; column < columns; column++)
            svg.Text(Left + (Cell * (column + 0.5)), 42, column < rows ? $"{column + 1}" : "none", "axis middle");
        for (int row = 0; row < rows; row++)
        {
            svg.Text(Left - 8, Top + (Cell * (row + 0.5)) + 4, $"{row + 1}", "axis end");
            int total = positions.Counts[row].Sum();
            for (int column = 0; column < columns; column++)
            {
                int count = positions.Counts[row][column];
                double share = total == 0 ? 0 : (double)count / total;
                double x = Left + (Cell * column), y = Top + (Cell * row);
                svg.Rectangle(x + 1, y + 1, Cell - 2, Cell - 2, $"bar {colour}", 0.06 + (0.84 * share), $"right at {row + 1}, picked {(column < rows ? $"{column + 1}" : "none")}: {Count(count)} of {Count(total)}");
                svg.Text(x + (Cell / 2), y + (Cell / 2) + 4, Count(count), share > 0.5 ? "inverse middle" : "small middle");
            }
        }

        return svg.ToString();
    }
}
