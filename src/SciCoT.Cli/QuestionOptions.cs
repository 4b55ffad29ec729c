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
    private readonly Option<string?> _delimiter = new("--delimiter") { Description = "What stands between two cells of a CSV file: a character, or tab; by default the header tells." };
    private readonly Option<int?> _limit = new("--limit") { Description = "Take the first questions only, to try things out." };
    private readonly Option<bool> _skipBadRows = new("--skip-bad-rows") { Description = "Pass rows over that are no questions, and say so; by default the first one ends the command." };

    /// <param name="name">The name of the file's option.</param>
    /// <param name="alias">Its short form.</param>
    /// <param name="description">What the file is.</param>
    public QuestionOptions(string name, string alias, string description)
    {
        _file = new Option<string?>(name, alias) { Description = $"{description} A file, or a data set by name, such as hf:allenai/ai2_arc/ARC-Easy/test." };
        _format.CompletionSources.Add([.. QuestionReader.Formats]);
        All = [_file, _format, _split, _delimiter, _limit, _skipBadRows];
    }

    public IReadOnlyList<Option> All { get; }

    public string Path(Settings settings) => settings.Required(_file);

    public bool IsGiven(Settings settings) => settings.Text(_file) is not null;

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidFileException">There is no question in it.</exception>
    public IReadOnlyList<ScienceQuestion> Read(Settings settings, ToolConsole console) =>
        [.. ReadRows(settings, console).Select(row => row.Question)];

    /// <summary>The most questions that are taken; <see langword="null"/> for all.</summary>
    public int? Limit(Settings settings) => settings.Integer(_limit, 1);

    /// <summary>Reads the file, with the lines of its questions.</summary>
    /// <param name="settings">The options' values.</param>
    /// <param name="console">Takes what is said about rows.</param>
    /// <param name="rightLast">Whether SciQ's choices keep the file's order.</param>
    /// <exception cref="InvalidFileException">There is no question in it.</exception>
    public IReadOnlyList<QuestionRow> ReadRows(Settings settings, ToolConsole console, bool rightLast = false)
    {
        var path = settings.Required(_file);
        var format = settings.Choice(_format, QuestionReader.Formats);
        int bad = 0;
        void Skip(BadRowException row)
        {
            if (bad++ < ShownBadRows)
                console.Error.WriteLine(row.Message);
        }

        var reading = new QuestionReaderOptions { Format = format, Split = settings.Text(_split), Delimiter = Delimiter(settings), RightLast = rightLast, OnBadRow = settings.Flag(_skipBadRows) ? Skip : null };
        var questions = QuestionInput.ReadAll(path, reading, console, settings.Integer(_limit, 1) ?? int.MaxValue);
        if (bad > 0)
            console.Error.WriteLine($"{path}: {bad} bad {(bad == 1 ? "row was" : "rows were")} skipped.");
        return questions.Count > 0 ? questions : throw new InvalidFileException($"{path}: there is no question in it.");
    }

    private char? Delimiter(Settings settings) => settings.Text(_delimiter) switch
    {
        null => null,
        "tab" or "\\t" or "\t" => '\t',
        "comma" => ',',
        "semicolon" => ';',
        [var single] when single is not ('"' or '\r' or '\n') => single,
        var text => throw new UsageException($"{_delimiter.Name} must be one character, or tab; got '{text}'."),
    };
}
