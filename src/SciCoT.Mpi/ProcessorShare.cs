using System.Text;
using SciCoT.Compute;
using SciCoT.Distributed;
using SciCoT.IO;

namespace SciCoT.Mpi;

/// <summary>Divides the cores of a machine among the ranks that run on it.</summary>
internal static class ProcessorShare
{
    private const string ThreadsVariable = "OMP_NUM_THREADS";

    /// <summary>Gives this rank its share, unless the user has set one. Ranks that the launcher has bound to cores of their own keep these.</summary>
    public static void Take(IProcessGroup group)
    {
        var own = Encoding.UTF8.GetBytes($"{Environment.MachineName}\n{AllowedProcessors()}");
        int sharers = group.AllGather(own).Count(other => other.AsSpan().SequenceEqual(own));
        ComputeThreads.Processors = Of(Environment.ProcessorCount, sharers);
        if (Environment.GetEnvironmentVariable(ThreadsVariable) is not null)
            return;
        if (ComputeThreads.Source is not null) // torch is loaded
            TorchSharp.torch.set_num_threads(ComputeThreads.Processors);
        else
            NativeEnvironment.SetDefault(ThreadsVariable, FormattableString.Invariant($"{ComputeThreads.Processors}")); // read when torch is
    }

    /// <param name="processors">The processors that this process may use.</param>
    /// <param name="sharers">The ranks that may use the same ones, this one included.</param>
    public static int Of(int processors, int sharers) => Math.Max(1, processors / Math.Max(1, sharers));

    /// <summary>The set of processors as Linux tells it; the same for ranks that share them.</summary>
    private static string AllowedProcessors() =>
        OperatingSystem.IsLinux() && File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("Cpus_allowed:", StringComparison.Ordinal)) ?? ""
            : "";
}
