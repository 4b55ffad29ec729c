using System.Globalization;

namespace SciCoT.Compute;

/// <summary>Sets the most threads of one computation.</summary>
public static class ComputeThreads
{
    private static readonly int? Given = FromEnvironment();

    private static int s_count;

    /// <summary>Threads of one computation, the caller included. Safe for concurrent callers; a computation under way keeps its threads.</summary>
    /// <value>
    /// The default is <c>OMP_NUM_THREADS</c> where it is set, otherwise the number of processors. Where TorchSharp is used too, the
    /// default is torch's number of threads.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static int Count
    {
        get => s_count > 0 ? s_count : Source?.Invoke() ?? Given ?? Processors;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            s_count = value;
        }
    }

    /// <summary>Who decides where no number was set; torch, once it is loaded.</summary>
    internal static Func<int>? Source { get; set; }

    /// <summary>The processors that are this process' own.</summary>
    /// <value>The default is all that it may use; processes that share a machine as one group divide them.</value>
    internal static int Processors { get; set; } = Environment.ProcessorCount;

    private static int? FromEnvironment() =>
        int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 ? count : null;
}
