using System.Globalization;

namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>How figures are written for a reader, the same in every culture.</summary>
internal static class ReportFormat
{
    private const double WidestLetters = 8; // pixels a letter, of words with many wide ones

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    /// <summary>A difference in percentage points, with its sign.</summary>
    public static string Points(double difference) => string.Create(CultureInfo.InvariantCulture, $"{100 * difference:+0.0;−0.0;0.0}");

    public static string Percents(Interval interval) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * interval.Low:0.0} to {100 * interval.High:0.0}");

    public static string PointRange(Interval interval) => $"{Points(interval.Low)} to {Points(interval.High)}";

    public static string PValue(double p) => p.ToString(p < 0.001 ? "0.#e-0" : "0.000", CultureInfo.InvariantCulture);

    public static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Short(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Seconds, as milliseconds where there are few.</summary>
    public static string Seconds(double seconds) =>
        seconds < 1 ? string.Create(CultureInfo.InvariantCulture, $"{1000 * seconds:0.#} ms") : string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s");

    /// <summary>A name, without its end where it is wider than its place.</summary>
    /// <param name="name">The name.</param>
    /// <param name="width">The pixels that there are for it, in a chart's bold labels.</param>
    public static string Fitted(string name, double width) => Fitted(name, (int)(width / WidestLetters));

    /// <summary>A name of at most so many letters.</summary>
    public static string Fitted(string name, int letters) => name.Length > letters ? string.Concat(name.AsSpan(0, letters - 1), "…") : name;

    public static string Optional<T>(T? value, Func<T, string> format)
        where T : struct => value is { } known ? format(known) : "";
}
