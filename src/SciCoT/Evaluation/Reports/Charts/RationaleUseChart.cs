using static SciCoT.Evaluation.Reports.ReportFormat;

namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>A system's accuracy with each kind of rationale.</summary>
internal static class RationaleUseChart
{
    private const double Left = 190, Top = 22, RowHeight = 28, Plot = 300;

    public static string Draw(string system, IReadOnlyList<RationaleUse> uses, string colour)
    {
        var svg = new Svg(Left + Plot + 190, Top + (RowHeight * uses.Count) + 6, $"Accuracy of {system} with other rationales");
        svg.Text(0, 14, $"{system}: right with the rationale of …", "label");
        for (int i = 0; i < uses.Count; i++)
        {
            double y = Top + (RowHeight * i);
            var (use, accuracy) = (uses[i], uses[i].Accuracy);
            svg.Text(Left - 12, y + 18, ReportSections.Name(use.Kind), "label end");
            svg.Rectangle(Left, y + 4, Plot, RowHeight - 8, "track");
            svg.Rectangle(Left, y + 4, Plot * accuracy.Accuracy, RowHeight - 8, $"bar {colour}", 0.75);
            svg.Line(Left + (Plot * accuracy.Interval.Low), y + (RowHeight / 2), Left + (Plot * accuracy.Interval.High), y + (RowHeight / 2), "whisker dark");
            svg.Text(Left + Plot + 10, y + 18, Percent(accuracy.Accuracy) + (use.Kind == RationaleKind.Own ? "" : $", {Percent(use.Changed.Accuracy)} changed"), "value");
        }

        return svg.ToString();
    }
}
