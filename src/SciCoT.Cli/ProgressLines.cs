using System.Globalization;

namespace SciCoT.Cli;

/// <summary>Progress as lines of a log, few enough not to fill it.</summary>
internal sealed class ProgressLines(TextWriter log, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Time, double Done)> _begun = new(StringComparer.Ordinal);
    private long _last = time.GetTimestamp();

    /// <inheritdoc cref="ReportProgress"/>
    public void Report(string name, double done, double total, string? detail = null)
    {
        lock (_lock)
        {
            if (!_begun.TryGetValue(name, out var begun))
                _begun[name] = begun = (time.GetTimestamp(), done); // work that is continued does not begin at nothing
            if (time.GetElapsedTime(_last) < Interval)
                return;
            _last = time.GetTimestamp();
            TimeSpan? left = done > begun.Done ? time.GetElapsedTime(begun.Time) * (Math.Max(0, total - done) / (done - begun.Done)) : null;
            log.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {(total > 0 ? done / total : 1):0%}{(left is { } span ? $@", {(int)span.TotalHours}:{span:mm\:ss} to go" : "")}{(detail is null ? "" : $", {detail}")}"));
        }
    }
}
