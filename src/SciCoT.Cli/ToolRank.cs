using SciCoT.Distributed;
using SciCoT.Models;
using SciCoT.Mpi;

namespace SciCoT.Cli;

/// <summary>The tool as one of the processes that mpirun or srun has started together; alone, it is the only one.</summary>
internal static class ToolRank
{
    /// <summary>Runs one command line on this rank. Only rank 0 reads and writes.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        // Open MPI gives the ranks a terminal: what is written for terminals would stand in the output that it passes on.
        if (MpiLaunch.Of(Environment.GetEnvironmentVariable).IsLaunched)
            Environment.SetEnvironmentVariable("TERM", "dumb");
        IProcessGroup group;
        try
        {
            group = MpiProcessGroup.Join();
        }
        catch (ProcessGroupException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }

        using (group)
        {
            var console = group.IsLeader()
                ? new ToolConsole(PipeInput.Open(), Console.IsOutputRedirected ? PipeOutput.Open() : new TerminalOutput(Console.Out), Console.IsErrorRedirected ? Console.Error : new TerminalOutput(Console.Error), group)
                : new ToolConsole(TextReader.Null, TextWriter.Null, TextWriter.Null, group);
            TorchBackend.Fetch = () => LibtorchPackage.OfTheUser(console.Notify, cancellationToken).Folder();
            int code = await Tool.RunAsync(args, console, cancellationToken).ConfigureAwait(false);
            if (group.Size > 1 && code is ExitCode.Failed or ExitCode.Usage)
                await AbortAsync(group, code, console.Failure).ConfigureAwait(false);
            return code;
        }
    }

    /// <summary>Ends all ranks. Where several have failed, the one that speaks is the one that knows why: rank 0 before others, and those that others have stopped last.</summary>
    private static async Task AbortAsync(IProcessGroup group, int code, Exception? failure)
    {
        await Task.Delay(TimeSpan.FromSeconds(failure is ProcessGroupException ? 6 : group.IsLeader() ? 0 : 3)).ConfigureAwait(false);
        group.Abort(code, group.IsLeader() || failure is null ? FormattableString.Invariant($"ends with exit code {code}.") : SciCoTException.Explain(failure));
    }
}
