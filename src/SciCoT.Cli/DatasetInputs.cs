using System.Collections.Concurrent;
using System.CommandLine;
using SciCoT.Datasets;
using SciCoT.Hub;
using SciCoT.IO;

namespace SciCoT.Cli;

/// <summary>Data sets that options name in the place of files. They are fetched before the command begins.</summary>
internal sealed class DatasetInputs
{
    /// <summary>The options that take files of data.</summary>
    private static readonly string[] Options = ["--input", "--questions", "--data", "--train", "--validation", "--test", "--rationales"];

    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _files = new(StringComparer.Ordinal);

    /// <summary>The files of what an option names: those of a data set's split, or the file itself.</summary>
    public IReadOnlyList<string> FilesOf(string source) => _files.GetValueOrDefault(source, [source]);

    /// <summary>Fetches every data set that the command's options name.</summary>
    public async Task FetchAsync(Command command, Settings settings, ToolConsole console, CancellationToken cancellationToken)
    {
        var names = command.Options
            .Where(option => Options.Contains(option.Name))
            .Select(settings.Text)
            .OfType<string>()
            .SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(DatasetName.IsName)
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        if (names.Length == 0)
            return;
        using var hub = new HubClient();
        var client = new DatasetClient(hub);
        foreach (var name in names)
        {
            _files[name] = await console.WithProgressAsync(report => client.FindFilesAsync(
                name,
                new SynchronousProgress<HubProgress>(p => report(p.File, p.FileBytes, p.FileLength ?? p.FileBytes)),
                cancellationToken)).ConfigureAwait(false);
        }
    }
}
