using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace WebDemo;

/// <summary>
/// The library's metrics as Prometheus reads them: count and sum of each histogram, value of each counter. A real service
/// takes an OpenTelemetry exporter; this one shows that the meter needs none.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Series> _series = new();

    public MetricsPage()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == SciCoT.SciCoTTelemetry.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public string Render()
    {
        var page = new StringBuilder();
        foreach (var (name, series) in _series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var (metric, labels) = name.IndexOf('{') is var brace and >= 0 ? (name[..brace], name[brace..]) : (name, "");
            if (series.IsHistogram)
                page.Append(CultureInfo.InvariantCulture, $"{metric}_count{labels} {series.Count}\n{metric}_sum{labels} {series.Sum}\n");
            else
                page.Append(CultureInfo.InvariantCulture, $"{metric}{labels} {series.Sum}\n");
        }

        return page.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (key, tag) in tags)
            labels.Append(labels.Length == 0 ? '{' : ',').Append(Name(key)).Append("=\"").Append(tag?.ToString()?.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append('"');
        if (labels.Length > 0)
            labels.Append('}');
        var series = _series.GetOrAdd(Name(instrument.Name) + labels, _ => new Series(instrument is Histogram<double> or Histogram<int> or Histogram<long>));
        lock (series)
        {
            series.Count++;
            series.Sum += value;
        }
    }

    private static string Name(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private sealed class Series(bool isHistogram)
    {
        public bool IsHistogram => isHistogram;

        public long Count { get; set; }

        public double Sum { get; set; }
    }
}
