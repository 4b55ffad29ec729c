using SciCoT.Training;
using static SciCoT.Evaluation.Reports.Charts.ReportFormat;

namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>A student's training loss over its steps, one line a seed, on a logarithmic scale; dots are validation losses.</summary>
internal static class TrainingChart
{
    private const double Left = 44, Top = 42, PlotWidth = 240, PlotHeight = 150;

    /// <summary>More points than pixels show nothing more.</summary>
    private const int MaxPoints = 200;

    /// <summary>Below this a loss is nothing; the logarithm needs an end.</summary>
    private const double Floor = 1e-4;

    public static string Draw(string title, IReadOnlyList<IReadOnlyList<TrainingPoint>> seeds, string colour)
    {
        var svg = new Svg(Left + PlotWidth + 12, Top + PlotHeight + 36, $"Training losses of {title}");
        svg.Text(0, 14, Fitted(title, svg.Width), "label");
        svg.Text(0, 32, "loss (nats a token, logarithmic)", "axis");
        var losses = seeds.SelectMany(points => points).SelectMany(point => new[] { point.Loss, point.ValidationLoss ?? point.Loss }).Where(double.IsFinite).DefaultIfEmpty(1).ToArray();
        int lowest = (int)Math.Floor(Log(losses.Min())), highest = Math.Max(lowest + 1, (int)Math.Ceiling(Log(losses.Max())));
        int steps = seeds.SelectMany(points => points).Max(point => point.Step);
        for (int decade = lowest; decade <= highest; decade++)
        {
            svg.Line(Left, Y(Math.Pow(10, decade)), Left + PlotWidth, Y(Math.Pow(10, decade)), "grid");
            svg.Text(Left - 6, Y(Math.Pow(10, decade)) + 4, Math.Pow(10, decade).ToString("0.####", System.Globalization.CultureInfo.InvariantCulture), "axis end");
        }

        svg.Text(Left, Top + PlotHeight + 16, "0", "axis middle");
        svg.Text(Left + PlotWidth, Top + PlotHeight + 16, Count(steps), "axis end");
        svg.Text(Left + (PlotWidth / 2), Top + PlotHeight + 30, "step (line: training, dots: validation)", "axis middle");
        foreach (var points in seeds)
        {
            int stride = Math.Max(1, (points.Count + MaxPoints - 1) / MaxPoints);
            svg.Path(points.Where((point, i) => (i % stride == 0 || i == points.Count - 1) && double.IsFinite(point.Loss)).Select(point => (X(point.Step), Y(point.Loss))), $"curve {colour}");
            foreach (var point in points.Where(point => point.ValidationLoss is { } loss && double.IsFinite(loss)))
                svg.Circle(X(point.Step), Y(point.ValidationLoss!.Value), 3, $"hollow {colour}", $"step {Count(point.Step)}: validation loss {Number(point.ValidationLoss.Value)}");
        }

        return svg.ToString();

        double X(int step) => Left + (PlotWidth * step / Math.Max(1, steps));

        double Y(double loss) => Top + (PlotHeight * (highest - Log(loss)) / (highest - lowest));
    }

    private static double Log(double loss) => Math.Log10(Math.Max(loss, Floor));
}
