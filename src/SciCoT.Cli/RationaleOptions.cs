using System.CommandLine;
using System.Runtime.CompilerServices;
using SciCoT.Rationales;

namespace SciCoT.Cli;

/// <summary>The options of commands that read rationales.</summary>
internal sealed class RationaleOptions
{
    private readonly Option<string?> _input = new("--input", "-i") { Description = "A store, published rationales, or an export." };
    private readonly Option<string?> _teacher = new("--teacher") { Description = "Rationales of this teacher only." };
    private readonly Option<string?> _prompt = new("--prompt") { Description = "Rationales of this prompt only: its hash, or the beginning of it." };

    private readonly Option<bool> _skipBadRows = RationaleInput.NewSkipOption();
    private readonly DatabaseOptions _database = new("The store to read, in place of a file");
    private readonly bool _takesDatabase;

    /// <param name="takesDatabase">Whether rationales may come from a database.</param>
    public RationaleOptions(bool takesDatabase = true)
    {
        _takesDatabase = takesDatabase;
        All = [_input, .. takesDatabase ? _database.All : [], _teacher, _prompt, _skipBadRows];
    }

    public IReadOnlyList<Option> All { get; }

    /// <summary>The file; <see langword="null"/> where a database is read.</summary>
    public string? Path(Settings settings) => IsDatabase(settings) ? null : settings.Required(_input);

    public async IAsyncEnumerable<RationaleRecord> ReadAsync(Settings settings, ToolConsole console, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (teacher, prompt) = (settings.Text(_teacher), settings.Text(_prompt));
        await foreach (var record in ReadAllAsync(settings, console, cancellationToken).ConfigureAwait(false))
        {
            if ((teacher is null || record.Teacher == teacher) && (prompt is null || record.PromptHash?.StartsWith(prompt, StringComparison.Ordinal) == true))
                yield return record;
        }
    }

    private async IAsyncEnumerable<RationaleRecord> ReadAllAsync(Settings settings, ToolConsole console, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (IsDatabase(settings))
        {
            await using var store = await _database.OpenAsync(settings, console, create: false, cancellationToken).ConfigureAwait(false);
            await foreach (var record in store.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return record;
            yield break;
        }

        foreach (var record in console.Datasets.FilesOf(settings.Required(_input)).SelectMany(file => RationaleInput.Read(file, settings.Flag(_skipBadRows), console.Error)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record;
        }
    }

    private bool IsDatabase(Settings settings) => _takesDatabase && _database.AreGivenInsteadOf(_input, settings);
}
