using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.Distributed;
using SciCoT.Evaluation;
using SciCoT.Evaluation.Reports;
using SciCoT.Harness;
using SciCoT.IO;
using SciCoT.Prompting;
using SciCoT.Questions;
using SciCoT.Rationales;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot evaluate</c>: how many questions a model folder, or a file of predictions, answers rightly.</summary>
internal sealed class EvaluateCommand : ToolCommand
{
    private readonly ModelOptions _model = new();
    private readonly QuestionOptions _data = new("--data", "-d", "Questions with their answers.");
    private readonly Option<string?> _predictions = new("--predictions") { Description = "Judge these answers, made elsewhere or earlier, in place of a model's: JSON Lines with id and label. Lines that hold their question need no --data." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "A folder for report.html, report.md, report.json and predictions.jsonl; by default the figures are printed and no file is written." };
    private readonly Option<string?> _title = new("--title") { Description = "The report's heading." };
    private readonly Option<string?> _dataSet = new("--data-set") { Description = "What the questions are, such as \"ARC-Easy, test\": published figures for it stand beside. By default the file's name." };
    private readonly Option<string?> _system = new("--system") { Description = "The model's name in the report; by default the folder's." };
    private readonly Option<string?> _baseline = new("--baseline") { Description = "The system that others are tested against; by default direct, or the first." };
    private readonly Option<string?> _train = new("--train") { Description = "The questions that were learned from, to find test questions among them." };
    private readonly Option<string?> _rationales = new("--rationales") { Description = "A store with the teacher's rationales for the questions, to compare the model's with." };
    private readonly HarnessOptions _harness = new();
    private readonly Option<bool> _rationaleUse = new("--rationale-use") { Description = "Ask the answer student again with other rationales, and with none: does it read them?" };

    public EvaluateCommand(ToolConsole console)
        : base(
            "evaluate",
            "Answers questions whose answers are known, prints the accuracy with its 95 % interval, and writes the full report if wanted.",
            console,
            "scicot evaluate --model runs/science --data test.jsonl",
            "scicot evaluate --model runs/science --data ARC-Easy-Test.jsonl --data-set \"ARC-Easy, test\" --train train.jsonl --rationale-use --output reports/arc-easy",
            "scicot evaluate --base google/flan-t5-small --task arc_easy --num-fewshot 25 --fewshot-data ARC-Easy-Train.jsonl --data ARC-Easy-Test.jsonl --output reports/flan",
            "scicot evaluate --predictions theirs.jsonl --data test.jsonl --output reports/theirs --json",
            "SCICOT_MODEL=runs/science scicot evaluate --data test.jsonl --json")
    {
        AddOptions([.. _model.All, .. _data.All, .. _harness.All, _predictions, _output, _title, _dataSet, _system, _baseline, _train, _rationales, _rationaleUse]);
    }

    protected override bool SharesWork => true;

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var predictions = settings.Text(_predictions);
        var directory = console.Group.IsLeader() ? settings.Text(_output) : null;
        if (directory is not null)
            AtomicFile.CheckPlace(Path.Combine(directory, "report.json")); // before hours of answering
        var task = _harness.Task(settings, result);
        if (task is not null && predictions is not null)
            throw new UsageException($"--task asks a model, and {_predictions.Name} judges answers that are there: give one of them.");
        var questions = predictions is null || _data.IsGiven(settings) ? Questions(settings, console, task) : null;
        HarnessRun? run = null;
        IReadOnlyList<SystemResult> systems;
        if (task is not null)
        {
            (var asked, run) = await AskAsync(task, settings, result, questions!, console, cancellationToken).ConfigureAwait(false);
            systems = [asked];
        }
        else
        {
            systems = predictions is null
                ? [await AnswerAsync(settings, questions!, console, cancellationToken).ConfigureAwait(false)]
                : PredictionFile.Read(predictions, questions);
        }

        var file = Path.GetFileName(questions is null ? predictions! : _data.Path(settings));
        var dataSet = settings.Text(_dataSet) ?? (task is null ? file : $"{task.DataSet}, {file}");
        var input = new ReportInput
        {
            Title = settings.Text(_title) ?? $"{string.Join(", ", systems.Select(system => system.System).Distinct())} on {dataSet}",
            DataSet = dataSet,
            Systems = systems,
            Baseline = settings.Text(_baseline),
            Overlap = settings.Text(_train) is { } train ? OverlapCheck.Compare([.. QuestionReader.Read(train).Select(row => row.Question)], [.. Asked(systems)]) : null,
            Published = PublishedMarks.On(dataSet),
            Command = CommandText.Of(settings, result, console.Group.Size, _output.Name),
        };
        var report = directory is null ? EvaluationReport.Create(input) : EvaluationReport.Write(input, directory);

        var files = run is null || directory is null ? default : HarnessFiles.Write(run, directory);
        foreach (var system in report.Systems)
        {
            var figures = Figures(report, system, directory);
            if (run is not null)
                AddHarness(figures, run, files.Results);
            console.Write(figures, asJson);
        }
    }

    private IReadOnlyList<ScienceQuestion> Questions(Settings settings, ToolConsole console, HarnessTask? task)
    {
        var rows = _data.ReadRows(settings, console, rightLast: task == HarnessTask.SciQ);
        QuestionIds.RequireUnique(_data.Path(settings), rows);
        ScienceQuestion[] questions = [.. rows.Select(row => row.Question)];
        return questions.FirstOrDefault(question => question.AnswerLabel is null) is { } open
            ? throw new InvalidFileException($"{_data.Path(settings)}: question '{open.Id}' has no answer; every question needs one to be judged.")
            : questions;
    }

    private async Task<SystemResult> AnswerAsync(Settings settings, IReadOnlyList<ScienceQuestion> questions, ToolConsole console, CancellationToken cancellationToken)
    {
        var teachers = settings.Text(_rationales) is { } store
            ? RationaleFile.Read(store).Where(record => record.FinishReason == TeacherFinishReason.Complete).DistinctBy(record => record.QuestionHash).ToDictionary(record => record.QuestionHash, record => record.Rationale, StringComparer.Ordinal)
            : [];
        using var model = _model.Load(settings);
        var outcomes = await console.WithProgressAsync(report => SharedOutcomes.EvaluateAsync(
            console.Group,
            questions,
            (asked, progress) => Evaluator.EvaluateAsync(model.Pipeline, asked, progress, cancellationToken),
            new SynchronousProgress<int>(done => report("Answering", done, questions.Count)))).ConfigureAwait(false);
        outcomes = Evaluator.CountTokens(outcomes, model.CountTokens);
        outcomes = [.. outcomes.Select(outcome => outcome with { TeacherRationale = teachers.GetValueOrDefault(outcome.Question.ContentHash) })];
        if (outcomes.Count(outcome => outcome.IsShortened is true) is > 0 and var shortened)
            await console.Error.WriteLineAsync(model.Shortened(shortened)).ConfigureAwait(false);
        if (settings.Flag(_rationaleUse))
            outcomes = await UseAsync(model, outcomes, console, cancellationToken).ConfigureAwait(false);
        return RunTraining.AddTo(new() { System = settings.Text(_system) ?? model.Name, Outcomes = outcomes, Base = model.Base }, settings.Required(_model.Folder), console);
    }

    /// <summary>Asks as lm-evaluation-harness: a plain checkpoint, or students with their rationale first.</summary>
    private async Task<(SystemResult Result, HarnessRun Run)> AskAsync(HarnessTask task, Settings settings, ParseResult result, IReadOnlyList<ScienceQuestion> questions, ToolConsole console, CancellationToken cancellationToken)
    {
        var start = _harness.Base(settings, result, _model.Folder);
        if (start is not null && (settings.Flag(_rationaleUse) || settings.Text(_rationales) is not null))
            throw new UsageException($"{_rationaleUse.Name} and {_rationales.Name} are about students that write rationales; a plain checkpoint writes none. Leave them out, or give --model.");
        var fewShot = _harness.FewShot(settings, task, _data.Path(settings), console);
        var requests = Requests(task, questions, fewShot);
        if (fewShot is { IsTestSplit: false } && questions.Count(question => fewShot.Examples.Any(example => example.ContentHash == question.ContentHash)) is > 0 and var known)
            await console.Error.WriteLineAsync($"{known} of the questions {(known == 1 ? "stands" : "stand")} among the examples too, and may be shown with the answer.").ConfigureAwait(false);

        var began = TimeProvider.System.GetUtcNow();
        string name, from;
        IReadOnlyList<QuestionOutcome> outcomes;
        if (start is not null)
        {
            var directory = await HarnessOptions.CheckpointAsync(start, _model.AllowsPickle(settings), console, cancellationToken).ConfigureAwait(false);
            using var model = _model.LoadCheckpoint(settings, directory);
            name = from = model.Model.Name ?? start;
            outcomes = await console.WithProgressAsync(report => HarnessEvaluator.EvaluateAsync(
                console.Group, model.Model, model.Tokenizer, task, questions, fewShot, progress: new SynchronousProgress<int>(done => report("Scoring", done, questions.Count)), cancellationToken: cancellationToken)).ConfigureAwait(false);
        }
        else
        {
            using var model = _model.Load(settings);
            (name, from) = (model.Name, model.Base);
            outcomes = await console.WithProgressAsync(report => HarnessStudentEvaluator.EvaluateAsync(
                console.Group.Share(model.RationaleStudent), console.Group.Share(model.AnswerStudent), task, questions, fewShot, new SynchronousProgress<int>(done => report("Answering", done, questions.Count)), cancellationToken)).ConfigureAwait(false);
            if (outcomes.Count(outcome => outcome.IsShortened is true) is > 0 and var shortened)
                await console.Error.WriteLineAsync(model.Shortened(shortened)).ConfigureAwait(false);
            if (settings.Flag(_rationaleUse))
                outcomes = await UseAsync(model, outcomes, console, cancellationToken).ConfigureAwait(false);
        }

        name = settings.Text(_system) ?? name;
        var answered = new SystemResult { System = name, Outcomes = outcomes, Base = from };
        return (start is null ? RunTraining.AddTo(answered, settings.Required(_model.Folder), console) : answered, new()
        {
            Task = task,
            Model = name,
            Requests = requests,
            Outcomes = outcomes,
            FewShot = fewShot?.Count ?? 0,
            IsStudent = start is null,
            Start = began,
            End = TimeProvider.System.GetUtcNow(),
            Device = _model.Device(settings),
            Limit = _data.Limit(settings),
        });
    }

    private static Task<IReadOnlyList<QuestionOutcome>> UseAsync(LoadedPipeline model, IReadOnlyList<QuestionOutcome> outcomes, ToolConsole console, CancellationToken cancellationToken) =>
        console.WithProgressAsync(report => RationaleUseEvaluator.EvaluateAsync(
            new ProgressStudent(console.Group.Share(model.AnswerStudent), (done, total) => report("Other rationales", done, total)), outcomes, cancellationToken: cancellationToken));

    private static IReadOnlyList<HarnessRequest> Requests(HarnessTask task, IReadOnlyList<ScienceQuestion> questions, HarnessFewShot? fewShot)
    {
        try
        {
            return HarnessRequest.Create(task, questions, fewShot);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--task {task.Name}: {SciCoTException.Explain(e)}", e);
        }
    }

    private static void AddHarness(JsonObject figures, HarnessRun run, string? results)
    {
        figures["task"] = run.Task.Name;
        figures["fewShot"] = run.FewShot;
        foreach (var metric in run.Task.Metrics)
        {
            int right = run.Outcomes.Count(outcome => HarnessAccuracy.IsRight(outcome, metric));
            figures[metric] = (double)right / run.Outcomes.Count;
            figures[$"{metric}_stderr"] = Proportion.StandardError(right, run.Outcomes.Count);
        }

        if (results is not null)
            figures["harness"] = results;
    }

    private static IEnumerable<ScienceQuestion> Asked(IReadOnlyList<SystemResult> systems) =>
        systems.SelectMany(system => system.Outcomes).Select(outcome => outcome.Question).DistinctBy(question => question.Id);

    /// <summary>What else was computed: it took as long as the accuracy did, and is not lost where no report is written.</summary>
    private static void AddDetails(JsonObject figures, EvaluationReport report, SystemReport system)
    {
        if (system.ExtractionFailures > 0)
            figures["notReadable"] = system.ExtractionFailures;
        if (system.RationaleUse.Count > 0)
            figures["rationaleUse"] = new JsonArray([.. system.RationaleUse.Select(use => new JsonObject { ["rationale"] = ReportSections.Name(use.Kind), ["accuracy"] = use.Accuracy.Accuracy, ["changed"] = use.Changed.Accuracy })]);
        if (system.Rouge is { } rouge)
            figures["rouge"] = new JsonObject { ["compared"] = rouge.Count, ["rouge1"] = rouge.Rouge1, ["rouge2"] = rouge.Rouge2, ["rougeL"] = rouge.RougeL, ["exactMatch"] = rouge.ExactMatch };
        if (system.Calibration is { } calibration)
            figures["calibration"] = new JsonObject { ["expectedCalibrationError"] = calibration.ExpectedCalibrationError, ["brier"] = calibration.Brier };
        if (system.Seconds is { } seconds)
            figures["seconds"] = new JsonObject { ["median"] = seconds.Median, ["p90"] = seconds.P90, ["p99"] = seconds.P99 };
        if (system.Tokens is { } tokens)
            figures["tokens"] = new JsonObject { ["median"] = tokens.Median, ["p90"] = tokens.P90, ["p99"] = tokens.P99 };
        if (report.Overlap is { } overlap)
            figures["overlap"] = new JsonObject { ["trainingQuestions"] = overlap.TrainingQuestions, ["exact"] = overlap.Exact, ["normalized"] = overlap.Normalized, ["near"] = overlap.Near };
    }

    private static JsonObject Figures(EvaluationReport report, SystemReport system, string? directory)
    {
        var figures = new JsonObject
        {
            ["system"] = system.System,
            ["questions"] = system.Answers,
            ["correct"] = system.Correct,
            ["accuracy"] = system.Accuracy,
            ["interval95"] = new JsonArray(system.Interval.Low, system.Interval.High),
        };
        if (report.Comparisons.FirstOrDefault(comparison => comparison.System == system.System) is { } comparison)
        {
            figures["baseline"] = comparison.Baseline;
            figures["difference"] = comparison.Difference.Difference;
            figures["pValue"] = comparison.HolmPValue;
        }

        MarkComparison[] marks = [.. report.Marks.Where(mark => mark.System == system.System)];
        if (marks.Length > 0)
            figures["marks"] = new JsonArray([.. marks.Select(mark => new JsonObject { ["verdict"] = MarkComparison.Word(mark.Verdict), ["mark"] = mark.Mark.System, ["metric"] = mark.Mark.Metric, ["p"] = mark.Verdict == MarkVerdict.Below ? mark.BelowPValue : mark.PValue, ["sentence"] = mark.Sentence })]);
        if (system.Base is { } from && KnownExposure.Note(from, report.DataSet) is { } exposure)
            figures["exposure"] = exposure;
        if (system.Shortened is { } shortened)
            figures["shortened"] = shortened;
        AddDetails(figures, report, system);
        if (directory is not null)
            figures["report"] = Path.Combine(directory, "report.html");
        return figures;
    }
}
