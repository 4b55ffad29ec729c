using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SciCoT.Distillation;
using SciCoT.Hub;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Training;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot distill</c>: questions and stored rationales in, a model folder out.</summary>
internal sealed class DistillCommand : ToolCommand
{
    private readonly Option<string?> _run = new("--run", "-r") { Description = "The run's folder; started again with the same settings, the run continues. It is the model folder when done." };
    private readonly Option<string?> _train = new("--train") { Description = "Questions to learn from, in any format that scicot annotate takes (of a ScienceQA file the part train); those without a rationale are passed over." };
    private readonly Option<string?> _validation = new("--validation") { Description = "Questions to choose the best step by (of a ScienceQA file the part val)." };
    private readonly Option<string?> _test = new("--test") { Description = "Questions to measure the students on (of a ScienceQA file the part test); by default none." };
    private readonly Option<string?> _rationales = new("--rationales") { Description = "A rationale store, such as the rationales.jsonl of another run." };
    private readonly Option<string?> _teacher = new("--teacher") { Description = "Whose rationales to learn where the store has several teachers." };
    private readonly Option<string?> _base = new("--base") { Description = "What students start from: a checkpoint folder, or a model's name such as google/flan-t5-small." };
    private readonly Option<int?> _epochs = new("--epochs") { Description = "Times that each question is learned from; by default 3." };
    private readonly Option<int?> _batchSize = new("--batch-size") { Description = "Questions in an optimizer step; by default 8." };
    private readonly Option<double?> _learningRate = new("--learning-rate") { Description = "The highest learning rate; by default 0.0003." };
    private readonly Option<int?> _checkpointEvery = new("--checkpoint-every") { Description = "Optimizer steps between checkpoints, from which a run that was killed continues; by default 500. Ctrl-C leaves one in any case." };
    private readonly Option<string?> _answerRationales = new("--answer-rationales") { Description = "Whose rationales the answer student learns from: teacher (default), student, or cross-fitted." };
    private readonly Option<int?> _seed = new("--seed") { Description = "Seeds the order of questions; by default 1." };

    private static readonly string[] Sources = ["teacher", "student", "cross-fitted"];

    public DistillCommand(ToolConsole console)
        : base(
            "distill",
            "Trains a rationale student and an answer student from stored rationales. Ctrl-C stops at the next step, and the same command continues.",
            console,
            "scicot distill --run runs/science --train train.jsonl --validation dev.jsonl --rationales rationales.jsonl --base google/flan-t5-small",
            "scicot distill --config science.json --run runs/science --answer-rationales student --test test.jsonl --json")
    {
        _answerRationales.CompletionSources.Add(Sources);
        AddOptions(_run, _train, _validation, _test, _rationales, _teacher, _base, _epochs, _batchSize, _learningRate, _checkpointEvery, _answerRationales, _seed);
    }

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var run = settings.Required(_run);
        var records = Records(settings.Required(_rationales), settings.Text(_teacher));
        var explained = records.Select(record => record.QuestionHash).ToHashSet(StringComparer.Ordinal);
        var parts = Questions(settings, explained, console);
        var data = new DistillationData(parts[0], parts[1], parts.Count > 2 ? parts[2] : []);
        if (data.Training.Count == 0)
            throw new InvalidFileException($"{settings.Required(_rationales)}: there is no rationale for a question of {settings.Required(_train)}.");

        var student = new StudentPlan(
            StudentBase.FromCheckpoint(await CheckpointAsync(settings.Required(_base), console, cancellationToken).ConfigureAwait(false)),
            new TrainingOptions
            {
                Epochs = settings.Integer(_epochs, 1) ?? 3,
                BatchSize = settings.Integer(_batchSize, 1) ?? 8,
                LearningRate = settings.Number(_learningRate) ?? 3e-4,
                Seed = settings.Integer(_seed, 0) ?? 1,
                CheckpointEverySteps = settings.Integer(_checkpointEvery, 1) ?? 500,
            });
        var engine = new DistillationEngine(new ReplayTeacher(records), new DistillationOptions
        {
            Annotation = new()
            {
                Teacher = records[0].Teacher,
                PromptHash = records[0].PromptHash,
                RevealAnswer = records.All(record => record.AnswerRevealed),
                Concurrency = 256,
            },
            RationaleStudent = student,
            AnswerStudent = student,
            AnswerRationales = settings.Choice(_answerRationales, Sources) switch
            {
                "student" => RationaleSource.Student,
                "cross-fitted" => RationaleSource.CrossFitted,
                _ => RationaleSource.Teacher,
            },
        });
        var report = await console.WithProgressAsync(show => engine.RunAsync(
            data, run, new Relay<DistillationProgress>(p => show(Title(p.Stage), p.Done, 1, Describe(p.Training))), cancellationToken)).ConfigureAwait(false);

        var written = new JsonObject { ["model"] = run, ["training"] = data.Training.Count, ["validation"] = data.Validation.Count };
        if (report.Test is { } measured)
        {
            written["testAccuracy"] = measured.Accuracy;
            written["interval95"] = new JsonArray(measured.Interval.Low, measured.Interval.High);
        }

        console.Write(written, asJson);
    }

    /// <summary>The questions to train on, to validate with and, where wanted, to test with; identifiers are unique among them.</summary>
    private IReadOnlyList<IReadOnlyList<ScienceQuestion>> Questions(Settings settings, HashSet<string> explained, ToolConsole console)
    {
        var files = new List<(string Path, IReadOnlyList<QuestionRow> Rows)> { Explained(settings.Required(_train), "train"), Explained(settings.Required(_validation), "val") };
        if (settings.Text(_test) is { } test)
            files.Add((test, QuestionFormat.ReadAll(test, new() { Split = "test" }, console.Error)));
        return QuestionIds.MakeUnique(files, console.Error);

        (string, IReadOnlyList<QuestionRow>) Explained(string path, string split) =>
            (path, [.. QuestionFormat.ReadAll(path, new() { Split = split }, console.Error).Where(row => explained.Contains(row.Question.ContentHash))]);
    }

    private static string Title(DistillationStage stage) => stage switch
    {
        DistillationStage.Annotate => "Rationales",
        DistillationStage.Filter => "Filters",
        DistillationStage.TrainRationaleStudent => "Rationale student",
        DistillationStage.TrainFoldStudents => "Students of the folds",
        DistillationStage.WriteRationales => "Rationales of the student",
        DistillationStage.TrainAnswerStudent => "Answer student",
        _ => "Test questions",
    };

    private static string? Describe(TrainingProgress? training) => training is null
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"step {training.Step} of {training.TotalSteps}, loss {training.SmoothedLoss:0.000}");

    private static IReadOnlyList<RationaleRecord> Records(string path, string? teacher)
    {
        RationaleRecord[] records = [.. RationaleFile.Read(path).Where(record => teacher is null || record.Teacher == teacher)];
        if (records.Length == 0)
            throw new InvalidFileException($"{path}: there is no rationale{(teacher is null ? "" : $" of '{teacher}'")} in it.");
        var teachers = records.Select(record => record.Teacher).Distinct(StringComparer.Ordinal).ToArray();
        return teachers.Length == 1
            ? records
            : throw new UsageException($"{path} holds rationales of {string.Join(", ", teachers)}; name one with --teacher.");
    }

    private static async Task<string> CheckpointAsync(string start, ToolConsole console, CancellationToken cancellationToken)
    {
        if (Directory.Exists(start))
            return start;
        using var hub = new HubClient();
        var snapshot = await console.WithProgressAsync(report => hub.DownloadAsync(
            start, progress: new Relay<HubProgress>(p => report(p.File, p.FileBytes, p.FileLength ?? p.FileBytes)), cancellationToken: cancellationToken)).ConfigureAwait(false);
        return snapshot.Directory;
    }
}
