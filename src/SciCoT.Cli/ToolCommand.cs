using System.CommandLine;
using SciCoT.Distributed;

namespace SciCoT.Cli;

/// <summary>One command of the tool, with what all of them share: <c>--json</c>, <c>--config</c>, examples in the help.</summary>
internal abstract class ToolCommand : Command
{
    private readonly Option<string?> _config = new("--config") { Description = $"A JSON file with values for options; by default {Settings.DefaultFile} where there is one." };
    private readonly Option<bool> _json = new("--json") { Description = "Write the result as JSON, for machines." };

    protected ToolCommand(string name, string description, ToolConsole console, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        SetAction(async (result, cancellationToken) =>
        {
            var settings = Settings.Of(result, _config);
            if (console.Group.Size > 1 && !SharesWork)
                throw new UsageException($"scicot {name} works in one process, and was started in {console.Group.Size}. Start it without mpirun.");
            if (settings.Text("printConfig") is null)
                await FetchAsync(settings, console, cancellationToken).ConfigureAwait(false);
            await RunAsync(settings, result, console, settings.Flag(_json), cancellationToken).ConfigureAwait(false);
            return ExitCode.Done;
        });
    }

    /// <summary>Command lines that show what the command is for.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Whether several processes can share its work.</summary>
    protected virtual bool SharesWork => false;

    /// <summary>Fetches data sets; several processes do it one time.</summary>
    private async Task FetchAsync(Settings settings, ToolConsole console, CancellationToken cancellationToken)
    {
        await console.Group.LeaderFirstAsync(() => console.Datasets.FetchAsync(this, settings, console, cancellationToken)).ConfigureAwait(false);
        if (!console.Group.IsLeader())
            await console.Datasets.FetchAsync(this, settings, console, cancellationToken).ConfigureAwait(false);
    }

    protected abstract Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken);

    /// <summary>Adds the command's own options and, behind them, the common ones.</summary>
    protected void AddOptions(params Option[] options)
    {
        foreach (var option in options.Append(_json).Append(_config))
            Options.Add(option);
    }
}
