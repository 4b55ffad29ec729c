namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>
/// Where the parts of a chart with one bar a row stand. A page holds such a chart twice and shows the one that fits: a picture made
/// smaller for a phone could not be read.
/// </summary>
/// <param name="Style">The class by which the page's style shows or hides the drawing.</param>
/// <param name="Left">Where the bars begin.</param>
/// <param name="Plot">How long a bar of 100 % is.</param>
/// <param name="Right">The room behind the bars, for figures.</param>
/// <param name="RowHeight">The height of a row.</param>
/// <param name="LabelRise">How far the name stands above the middle of its bar; 0 where it stands before the bar.</param>
/// <param name="Letters">The longest name that fits.</param>
internal sealed record BarLayout(string Style, double Left, double Plot, double Right, double RowHeight, double LabelRise, int Letters)
{
    private const double LetterWidth = 7.2; // of the bold labels, on the wide side

    public static BarLayout Narrow { get; } = new("narrow", 12, 222, 62, 44, 16, 34);

    public double Width => Left + Plot + Right;

    public static BarLayout Broad(IEnumerable<string> names, double right, double rowHeight) =>
        new("broad", 24 + (LetterWidth * Math.Min(40, names.Max(name => name.Length))), 470, right, rowHeight, 0, 40);

    public double X(double share) => Left + (Plot * share);

    /// <summary>The middle of a row's bar.</summary>
    public double Y(int row) => (RowHeight * (row + 0.5)) + (LabelRise / 2);

    public void DrawName(Svg svg, double y, string name)
    {
        var shown = ReportFormat.Fitted(name, Letters);
        svg.Text(LabelRise > 0 ? 0 : Left - 12, LabelRise > 0 ? y - LabelRise : y + 4, shown, LabelRise > 0 ? "label" : "label end");
    }

    /// <summary>Draws lines at round percentages, and what they count below them.</summary>
    public void DrawAxis(Svg svg, double top, double bottom, string axis)
    {
        int step = LabelRise > 0 ? 50 : 20;
        for (int tick = 0; tick <= 100; tick += step)
        {
            svg.Line(X(tick / 100.0), top, X(tick / 100.0), bottom, "grid");
            svg.Text(X(tick / 100.0), bottom + 16, $"{tick} %", "axis middle");
        }

        svg.Text(X(0.5), bottom + 32, axis, "axis middle");
    }
}
