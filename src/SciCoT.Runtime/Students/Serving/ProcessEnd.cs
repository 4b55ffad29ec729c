using System.Diagnostics;

namespace SciCoT.Students.Serving;

/// <summary>
/// At the end of the process stops the threads of all models, because native libraries take their memory down then, whoever reads it.
/// One wait serves all threads, and only threads that compute are waited for.
/// </summary>
internal static class ProcessEnd
{
    /// <summary>A step takes milliseconds. A thread that is still in one after this time is left to the end of the process.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly HashSet<BatchScheduler> Living = [];

    static ProcessEnd() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop(All(), Patience);

    public static void Add(BatchScheduler scheduler)
    {
        lock (Living)
            Living.Add(scheduler);
    }

    public static void Remove(BatchScheduler scheduler)
    {
        lock (Living)
            Living.Remove(scheduler);
    }

    /// <summary>Stops threads and waits for those that compute, for all of them together no longer than a time.</summary>
    /// <returns>How many computed.</returns>
    internal static int Stop(IReadOnlyCollection<BatchScheduler> schedulers, TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        BatchScheduler[] computing = [.. schedulers.Where(scheduler => scheduler.StopForProcessEnd())];
        foreach (var scheduler in computing)
        {
            var rest = patience - watch.Elapsed;
            scheduler.JoinWithin(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        }

        return computing.Length;
    }

    private static BatchScheduler[] All()
    {
        lock (Living)
            return [.. Living];
    }
}
