using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SciCoT.Tests.Support;

/// <summary>Processor time of the calling thread, which does not grow while other processes have the processor.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID

    /// <summary>Seconds that an action takes; by the wall where the system has no clock for threads.</summary>
    public static double Of(Action action)
    {
        double start = Now();
        action();
        return Now() - start;
    }

    /// <summary>Asserts that a reader's time grows with the text's length: eight times the text takes eight times the work, where a quadratic reader takes sixty-four times.</summary>
    /// <param name="brief">A text.</param>
    /// <param name="full">The same kind of text, eight times as long.</param>
    /// <param name="read">What reads it.</param>
    /// <param name="name">Names the kind in the failure's message.</param>
    /// <param name="negligible">Seconds below which growth is not looked at: what the memory of long texts costs comes and goes.</param>
    /// <returns>The seconds that the long text took.</returns>
    public static double AssertLinear(string brief, string full, Action<string> read, string name, double negligible = 0.02)
    {
        const double MostGrowth = 24;
        double few = 0, many = 0;
        for (int attempt = 0; attempt < 10; attempt++)
        {
            many = Of(() => read(full));
            if (many < negligible)
                return many;
            few = Of(() => read(brief));
            if (many < MostGrowth * few)
                return many;
        }

        Assert.Fail($"{name}: {brief.Length} characters take {few:0.000} s of the processor, {full.Length} take {many:0.000} s.");
        return many;
    }

    private static double Now() =>
        OperatingSystem.IsLinux() && Read(ThreadClock, out var time) == 0
            ? time.Seconds + (time.Nanoseconds * 1e-9)
            : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    private readonly record struct Timespec(long Seconds, long Nanoseconds);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out Timespec time);
}
