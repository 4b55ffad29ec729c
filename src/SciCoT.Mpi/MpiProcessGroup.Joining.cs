using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using SciCoT.Distributed;
using SciCoT.IO;

namespace SciCoT.Mpi;

/// <content>How a process joins.</content>
/// <include file="Examples.xml" path="examples/MpiProcessGroup/example"/>
public sealed partial class MpiProcessGroup
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    private static int s_joined;

    /// <summary>Joins the processes that were started together. Call it before anything is computed: it gives each rank its share of the machine's cores.</summary>
    /// <param name="options">How; the default suits most programs.</param>
    /// <returns>The group; <see cref="ProcessGroup.Single"/> for a program that no launcher started, or that it started alone.</returns>
    /// <exception cref="ProcessGroupException">No MPI library is found, or it does not belong to the launcher; the message tells what to do.</exception>
    /// <exception cref="InvalidOperationException">The process has joined before: MPI allows that once in a process.</exception>
    public static IProcessGroup Join(MpiOptions? options = null)
    {
        options ??= new();
        var timeout = options.Timeout ?? Seconds(Environment.GetEnvironmentVariable(MpiOptions.TimeoutVariable)) ?? DefaultTimeout;
        if (timeout <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(options), timeout, $"{nameof(MpiOptions)}.{nameof(MpiOptions.Timeout)} must be above 0.");
        var launch = MpiLaunch.Of(Environment.GetEnvironmentVariable);
        if (!launch.IsLaunched || launch.Size == 1)
            return ProcessGroup.Single;
        if (Interlocked.Exchange(ref s_joined, 1) != 0)
            throw new InvalidOperationException("This process has joined its group before. MPI can be started once in a process: keep the group, and pass it on.");
        // UCX, which Open MPI uses on InfiniBand, would take the signals by which .NET knows null references.
        if (OperatingSystem.IsLinux())
            NativeEnvironment.SetDefault("UCX_ERROR_SIGNALS", "");
        // The thread that exchanges shares cores with those that compute: while Open MPI waits for other ranks, it is to give its core away.
        NativeEnvironment.SetDefault("OMPI_MCA_mpi_yield_when_idle", "1");
        return new MpiProcessGroup(launch, MpiLibrary.Load(launch, options.Library ?? NotEmpty(Environment.GetEnvironmentVariable(MpiOptions.LibraryVariable))), timeout);
    }

    /// <summary>Joins the group, runs a program in it, and leaves. Where the program fails on one rank, all ranks end.</summary>
    /// <param name="program">What each rank does; it gives the exit code.</param>
    /// <param name="options">How to join.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ProcessGroupException">No MPI library is found, or it does not belong to the launcher; the message tells what to do.</exception>
    public static async Task<int> RunAsync(Func<IProcessGroup, Task<int>> program, MpiOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        using var group = Join(options);
        if (group.Size == 1)
            return await program(group).ConfigureAwait(false);
        try
        {
            int code = await program(group).ConfigureAwait(false);
            if (code != 0)
                group.Abort(code, FormattableString.Invariant($"ended with exit code {code}."));
            return code;
        }
        catch (Exception e)
        {
            group.Abort(1, e is SciCoTException ? e.Message : e.ToString());
            throw;
        }
    }

    private static async Task Unpinned(Task done, MemoryHandle[] pins)
    {
        try
        {
            await done.ConfigureAwait(false);
        }
        finally
        {
            foreach (var pin in pins)
                pin.Dispose();
        }
    }

    private static TimeSpan? Seconds(string? text) => NotEmpty(text) is not { } given ? null
        : double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and < 1e9 ? TimeSpan.FromSeconds(seconds)
        : throw new ProcessGroupException($"{MpiOptions.TimeoutVariable} is '{given}'; expected a number of seconds above 0, for example 600.");

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    [LibraryImport("libc")]
    private static partial void _exit(int code);
}
