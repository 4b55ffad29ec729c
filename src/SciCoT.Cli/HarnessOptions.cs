using System.CommandLine;
using SciCoT.Evaluation;
using SciCoT.Harness;
using SciCoT.Hub;
using SciCoT.IO;
using SciCoT.Prompting;
using SciCoT.Questions;
using SciCoT.Students;

namespace SciCoT.Cli;

/// <summary>The options of <c>scicot evaluate</c> that ask a task as lm-evaluation-harness does.</summary>
internal sealed class HarnessOptions
{
    private readonly Option<string?> _task = new("--task") { Description = $"Ask as lm-evaluation-harness: {string.Join(", ", HarnessTask.All.Select(task => task.Name))}." };
    private readonly Option<int?> _fewShot = new("--num-fewshot") { Description = "Solved examples in front of each question, with --task; by default 0." };
    private readonly Option<string?> _examples = new("--fewshot-data") { Description = "The file that the examples are drawn from, as the harness draws them: the whole training split." };
    private readonly Option<string?> _base = new("--base") { Description = "A plain checkpoint to evaluate in place of --model, with --task: a folder, or a name on the Hub." };

    public HarnessOptions()
    {
        _task.CompletionSources.Add([.. HarnessTask.All.Select(task => task.Name)]);
        All = [_task, _fewShot, _examples, _base];
    }

    public IReadOnlyList<Option> All { get; }

    /// <summary>The task; <see langword="null"/> where none is asked for.</summary>
    /// <exception cref="UsageException">The name is unknown, or an option that needs a task is given without one.</exception>
    public HarnessTask? Task(Settings settings, ParseResult result)
    {
        if (settings.Choice(_task, [.. HarnessTask.All.Select(task => task.Name)]) is { } name)
            return HarnessTask.Find(name);
        foreach (var option in new Option[] { _fewShot, _examples, _base })
        {
            if (IsTyped(result, option))
                throw new UsageException($"{option.Name} needs {_task.Name}: it asks as lm-evaluation-harness does. Give {_task.Name} with one of {string.Join(", ", HarnessTask.All.Select(task => task.Name))}.");
        }

        return null;
    }

    /// <summary>The checkpoint that is evaluated; <see langword="null"/> where it is a model folder.</summary>
    /// <exception cref="UsageException">Both are given, or neither.</exception>
    public string? Base(Settings settings, ParseResult result, Option model)
    {
        if (IsTyped(result, _base) && IsTyped(result, model))
            throw new UsageException($"{_base.Name} and {model.Name} are both given: {_base.Name} evaluates a plain checkpoint, {model.Name} the students of a distillation run. Give one of them.");
        if (IsTyped(result, model) || (!IsTyped(result, _base) && settings.Text(model) is not null))
            return null;
        return settings.Text(_base) ?? throw new UsageException($"{_base.Name} or {model.Name} is missing: give a plain checkpoint or a distillation run's model folder.");
    }

    /// <summary>The examples.</summary>
    /// <exception cref="UsageException">Examples are wanted without a file, or a file is given without a number.</exception>
    public HarnessFewShot? FewShot(Settings settings, HarnessTask task, string data, ToolConsole console)
    {
        int? count = settings.Integer(_fewShot, 0);
        var path = settings.Text(_examples);
        if (count is null or 0)
        {
            if (path is not null && count is null)
                throw new UsageException($"{_examples.Name} is given without {_fewShot.Name}: say how many examples stand in front of each question, for example {_fewShot.Name} 25.");
            return null;
        }

        if (path is null)
            throw new UsageException($"{_fewShot.Name} {count} needs {_examples.Name}: the file that the examples are drawn from, usually the training split.");
        ScienceQuestion[] examples = [.. QuestionInput.ReadAll(path, new() { RightLast = task == HarnessTask.SciQ }, console).Select(row => row.Question)];
        if (examples.FirstOrDefault(question => question.GoldChoice is null) is { } open)
            throw new InvalidFileException($"{path}: question '{open.Id}' has no answer among its choices; an example needs one.");
        return new(count.Value, examples) { IsTestSplit = Path.GetFullPath(path) == Path.GetFullPath(data) };
    }

    /// <summary>The folder of a checkpoint, fetched from the Hub where it is a name.</summary>
    public static async Task<string> CheckpointAsync(string start, bool allowPickle, ToolConsole console, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(start, SciCoTModelFolder.Manifest)))
            throw new UsageException($"{start} is the model folder of a distillation run, with two students: give it with --model.");
        return await BaseCheckpoint.FindAsync(start, allowPickle, console, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsTyped(ParseResult result, Option option) => result.GetResult(option) is { Implicit: false };
}
