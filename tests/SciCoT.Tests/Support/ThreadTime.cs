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

    private static double Now() =>
        OperatingSystem.IsLinux() && Read(ThreadClock, out var time) == 0
            ? time.Seconds + (time.Nanoseconds * 1e-9)
            : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    private readonly record struct Timespec(long Seconds, long Nanoseconds);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out Timespec time);
}
