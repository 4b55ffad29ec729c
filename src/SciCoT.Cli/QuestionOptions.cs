using System.CommandLine;
using SciCoT.Questions;

namespace SciCoT.Cli;

/// <summary>The options of commands that read one file of questions.</summary>
internal sealed class QuestionOptions
{
    private const int ShownBadRows = 5;

    private readonly Option<string?> _file;
    private readonly Option<string?> _format = new("--format") { Description = "The file's format; by default the file tells." };
    private readonly Option<string?> _split = new("--split") { Description = "The part of a ScienceQA file: train, val or test; by default all." };
    private readonly Option<int?> _limit = new("--limit") { Description = "Take the first questions only, to try things out." };
    private readonly Option<bool> _skipBadRows = new("--skip-bad-rows") { Description = "Pass rows over that are no questions, and say so; by default the first one ends the command." };

    /// <param name="name">The name of the file's option.</param>
    /// <param name="alias">Its short form.</param>
    /// <param name="description">What the file is.</param>
    public QuestionOptions(string name, string alias, string description)
    {
        _file = new Option<string?>(name, alias) { Description = description };
        _format.CompletionSources.Add([.. QuestionFormat.Names]);
        All = [_file, _format, _split, _limit, _skipBadRows];
    }

    public IReadOnlyList<Option> All { get; }

    public string Path(Settings settings) => settings.Required(_file);

    public bool IsGiven(Settings settings) => settings.Text(_file) is not null;

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidFileException">There is no question in it.</exception>
    public IReadOnlyList<ScienceQuestion> Read(Settings settings, ToolConsole console)
    {
        var path = settings.Required(_file);
        var format = settings.Choice(_format, QuestionFormat.Names);
        int bad = 0;
        void Skip(BadRowException row)
        {
            if (bad++ < ShownBadRows)
                console.Error.WriteLine(row.Message);
        }

        ScienceQuestion[] questions =
        [
            .. QuestionFormat.Read(path, format, settings.Text(_split), settings.Flag(_skipBadRows) ? Skip : null)
                .Take(settings.Integer(_limit, 1) ?? int.MaxValue),
        ];
        if (bad > 0)
            console.Error.WriteLine($"{path}: {bad} bad {(bad == 1 ? "row was" : "rows were")} passed over.");
        return questions.Length > 0 ? questions : throw new InvalidFileException($"{path}: there is no question in it.");
    }
}
