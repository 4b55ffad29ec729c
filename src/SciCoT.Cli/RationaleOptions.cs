using System.CommandLine;
using SciCoT.Rationales;

namespace SciCoT.Cli;

/// <summary>The options of commands that read rationales.</summary>
internal sealed class RationaleOptions
{
    private readonly Option<string?> _input = new("--input", "-i") { Description = "A store, published rationales, or an export." };
    private readonly Option<string?> _teacher = new("--teacher") { Description = "Rationales of this teacher only." };
    private readonly Option<string?> _prompt = new("--prompt") { Description = "Rationales of this prompt only: its hash, or the beginning of it." };

    private readonly Option<bool> _skipBadRows = RationaleInput.NewSkipOption();

    public RationaleOptions() => All = [_input, _teacher, _prompt, _skipBadRows];

    public IReadOnlyList<Option> All { get; }

    public string Path(Settings settings) => settings.Required(_input);

    public IEnumerable<RationaleRecord> Read(Settings settings, ToolConsole console)
    {
        var (path, teacher, prompt) = (settings.Required(_input), settings.Text(_teacher), settings.Text(_prompt));
        return console.Datasets.FilesOf(path)
            .SelectMany(file => RationaleInput.Read(file, settings.Flag(_skipBadRows), console.Error))
            .Where(record => (teacher is null || record.Teacher == teacher) && (prompt is null || record.PromptHash?.StartsWith(prompt, StringComparison.Ordinal) == true));
    }
}
