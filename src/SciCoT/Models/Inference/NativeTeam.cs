using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace SciCoT.Models.Inference;

/// <summary>
/// Work on several threads between torch's own operations. Torch's threads stay awake for a while after each operation; on as
/// many cores, others would share with them. So where torch has GNU's OpenMP (Linux), its own threads are given the work.
/// </summary>
internal static unsafe class NativeTeam
{
    private static readonly Lazy<nint> GnuParallel = new(Find);

    /// <summary>Torch's number of threads.</summary>
    public static int Threads => torch.get_num_threads();

    /// <summary>Does parts of a job, in any order, on torch's number of threads at most.</summary>
    /// <param name="parts">Number of parts.</param>
    /// <param name="body">Does the part of the given number.</param>
    public static void Run(int parts, Action<int> body)
    {
        int threads = Math.Min(parts, Threads);
        if (threads <= 1)
        {
            for (int part = 0; part < parts; part++)
                body(part);
            return;
        }

        var job = new Job(parts, body);
        if (GnuParallel.Value == 0)
            WorkerTeam.Run(threads, (_, _) => job.Work());
        else
            RunOnTorchsThreads(threads, job);
        job.Failure?.Throw();
    }

    /// <summary>Does something for ranges of a count, on torch's number of threads.</summary>
    /// <param name="count">The whole.</param>
    /// <param name="grain">The size of a range but the last.</param>
    /// <param name="body">Given the first of a range and the one after its last.</param>
    public static void For(long count, long grain, Action<long, long> body) =>
        Run(checked((int)((count + grain - 1) / grain)), part => body(part * grain, Math.Min(count, (part + 1) * grain)));

    private static void RunOnTorchsThreads(int threads, Job job)
    {
        var handle = GCHandle.Alloc(job);
        try
        {
            ((delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void>)GnuParallel.Value)(&Work, GCHandle.ToIntPtr(handle), (uint)threads, 0);
        }
        finally
        {
            handle.Free();
        }
    }

    [UnmanagedCallersOnly]
    private static void Work(nint job) => ((Job)GCHandle.FromIntPtr(job).Target!).Work();

    /// <summary>The function behind <c>#pragma omp parallel</c> in the library that torch has loaded; 0 where there is none.</summary>
    private static nint Find()
    {
        TorchBackend.EnsureLoaded();
        using var process = Process.GetCurrentProcess();
        foreach (ProcessModule module in process.Modules)
        {
            if (OperatingSystem.IsLinux() && module.ModuleName.StartsWith("libgomp", StringComparison.Ordinal)
                && NativeLibrary.TryLoad(module.FileName, out nint library) && NativeLibrary.TryGetExport(library, "GOMP_parallel", out nint function))
                return function;
        }

        return 0;
    }

    private sealed class Job(int parts, Action<int> body)
    {
        private int _taken;

        public ExceptionDispatchInfo? Failure { get; private set; }

        /// <summary>Never throws: a native caller could not pass it on.</summary>
        public void Work()
        {
            try
            {
                for (int part; (part = Interlocked.Increment(ref _taken) - 1) < parts;)
                    body(part);
            }
            catch (Exception e)
            {
                Failure ??= ExceptionDispatchInfo.Capture(e);
            }
        }
    }
}
