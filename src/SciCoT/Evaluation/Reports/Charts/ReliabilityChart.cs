using static SciCoT.Evaluation.Reports.Charts.ReportFormat;

namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>A system's accuracy against its confidence; on the diagonal the two agree.</summary>
internal static class ReliabilityChart
{
    private const double Left = 36, Top = 42, Plot = 190;

    public static string Draw(string system, Calibration calibration, string colour)
    {
        var svg = new Svg(Left + Plot + 12, Top + Plot + 36, $"Reliability of {system}");
        var error = $", ECE {Number(calibration.ExpectedCalibrationError)}";
        svg.Text(0, 14, Fitted(system, svg.Width - (8.0 * error.Length)) + error, "label");
        svg.Text(0, 32, "right answers", "axis");
        foreach (double tick in new[] { 0, 0.5, 1 })
        {
            svg.Line(X(tick), Y(0), X(tick), Y(1), "grid");
            svg.Line(X(0), Y(tick), X(1), Y(tick), "grid");
            svg.Text(X(tick), Y(0) + 15, Short(tick), "axis middle");
            svg.Text(X(0) - 6, Y(tick) + 4, Short(tick), "axis end");
        }

        int largest = calibration.Bins.Max(bin => bin.Count);
        foreach (var bin in calibration.Bins.Where(bin => bin.Count > 0))
        {
            svg.Rectangle(
                X(bin.Low) + 1, Y(bin.Accuracy), (Plot * (bin.High - bin.Low)) - 2, Plot * bin.Accuracy, $"bar {colour}", 0.25 + (0.65 * bin.Count / largest),
                $"confidence {Short(bin.Low)} to {Short(bin.High)}: {Count(bin.Count)} answers, mean confidence {Percent(bin.Confidence)}, right {Percent(bin.Accuracy)}");
            svg.Circle(X(bin.Confidence), Y(bin.Accuracy), 2.5, "ink");
        }

        svg.Line(X(0), Y(0), X(1), Y(1), "chance");
        svg.Text(X(0.5), Y(0) + 30, "confidence", "axis middle");
        return svg.ToString();
    }

    private static double X(double share) => Left + (Plot * share);

    private static double Y(double share) => Top + (Plot * (1 - share));
}
