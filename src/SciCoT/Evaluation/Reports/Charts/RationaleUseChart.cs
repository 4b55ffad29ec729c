using static SciCoT.Evaluation.Reports.Charts.ReportFormat;

namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>A system's accuracy with each kind of rationale.</summary>
internal static class RationaleUseChart
{
    private const double Left = 190, Top = 22, RowHeight = 28, Plot = 300;

    /// <param name="system">The system's name.</param>
    /// <param name="uses">Each kind of rationale, with what it is called.</param>
    /// <param name="colour">The class of the bars.</param>
    public static string Draw(string system, IReadOnlyList<(string Name, RationaleUse Use)> uses, string colour)
    {
        var svg = new Svg(Left + Plot + 190, Top + (RowHeight * uses.Count) + 6, $"Accuracy of {system} with other rationales");
        svg.Text(0, 14, $"{system}: right with the rationale of …", "label");
        for (int i = 0; i < uses.Count; i++)
        {
            double y = Top + (RowHeight * i);
            var (name, use) = uses[i];
            var accuracy = use.Accuracy;
            svg.Text(Left - 12, y + 18, name, "label end");
            svg.Rectangle(Left, y + 4, Plot, RowHeight - 8, "track");
            svg.Rectangle(Left, y + 4, Plot * accuracy.Accuracy, RowHeight - 8, $"bar {colour}", 0.75);
            svg.Line(Left + (Plot * accuracy.Interval.Low), y + (RowHeight / 2), Left + (Plot * accuracy.Interval.High), y + (RowHeight / 2), "whisker dark");
            svg.Text(Left + Plot + 10, y + 18, Percent(accuracy.Accuracy) + (use.Kind == RationaleKind.Own ? "" : $", {Percent(use.Changed.Accuracy)} changed"), "value");
        }

        return svg.ToString();
    }
}
