using static SciCoT.Evaluation.Reports.Charts.ReportFormat;

namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>A system's accuracy with each kind of rationale.</summary>
internal static class RationaleUseChart
{
    private const double Top = 22;

    /// <param name="system">The system's name.</param>
    /// <param name="uses">Each kind of rationale, with what it is called.</param>
    /// <param name="colour">The class of the bars.</param>
    public static string Draw(string system, IReadOnlyList<(string Name, RationaleUse Use)> uses, string colour) =>
        Draw(system, uses, colour, BarLayout.Broad(uses.Select(use => use.Name), right: 190, rowHeight: 28) with { Plot = 300 }) + Draw(system, uses, colour, BarLayout.Narrow);

    private static string Draw(string system, IReadOnlyList<(string Name, RationaleUse Use)> uses, string colour, BarLayout layout)
    {
        double bottom = Top + (layout.RowHeight * uses.Count) + (layout.LabelRise / 2);
        var svg = new Svg(layout.Width, bottom + 38, $"Accuracy of {system} with other rationales", layout.Style);
        const string Asked = ", with the rationale of …";
        svg.Text(0, 14, Fitted(system, svg.Width - (7.0 * Asked.Length)) + Asked, "label");
        layout.DrawAxis(svg, Top, bottom, "right answers, with the 95 % interval");
        for (int i = 0; i < uses.Count; i++)
        {
            double y = Top + layout.Y(i);
            var (name, use) = uses[i];
            var accuracy = use.Accuracy;
            layout.DrawName(svg, y, name);
            svg.Rectangle(layout.Left, y - 10, layout.Plot, 20, "track", 0.6);
            svg.Rectangle(layout.Left, y - 10, layout.Plot * accuracy.Accuracy, 20, $"bar {colour}", 0.75);
            svg.Line(layout.X(accuracy.Interval.Low), y, layout.X(accuracy.Interval.High), y, "whisker dark");
            bool hasChanged = layout.LabelRise == 0 && use.Kind != RationaleKind.Own; // on a phone the table alone tells it
            svg.Text(layout.X(1) + 10, y + 4, Percent(accuracy.Accuracy) + (hasChanged ? $", {Percent(use.Changed.Accuracy)} changed" : ""), "value");
        }

        return svg.ToString();
    }
}
