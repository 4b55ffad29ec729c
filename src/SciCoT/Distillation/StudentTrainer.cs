using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SciCoT.Cards;
using SciCoT.Distributed;
using SciCoT.IO;
using SciCoT.Models;
using SciCoT.Prompting;
using SciCoT.Tokenization;
using SciCoT.Training;
using SciCoT.Training.Plans;

namespace SciCoT.Distillation;

/// <summary>Trains one student on pairs of texts, and writes a checkpoint folder.</summary>
/// <param name="plan">How the student is made.</param>
/// <include file="Examples.xml" path="examples/StudentTrainer/example"/>
public sealed class StudentTrainer(StudentPlan plan)
{
    private const string ReportFile = "training.json";
    private const string AdapterFolder = "adapter";
    private const string PlanName = "plan.json";

    /// <summary>What measures the student beside its validation loss, made with its tokenizer.</summary>
    /// <value>None by default.</value>
    public Func<T5Tokenizer, IReadOnlyList<ITrainingEvaluator>> Evaluators { get; init; } = _ => [];

    /// <summary>What happens where the folder holds a student, or checkpoints of one, that was made under another plan.</summary>
    /// <value>The default is <see cref="PlanChange.Refuse"/>.</value>
    public PlanChange WhenPlanDiffers { get; init; }

    /// <summary>The processes that work together. All of them make the same call; rank 0 writes the files, which all must see.</summary>
    /// <value>The default is <see cref="ProcessGroup.Single"/>.</value>
    public IProcessGroup Group { get; init; } = ProcessGroup.Single;

    /// <summary>
    /// Trains the student and leaves it in a folder that loads as a Hugging Face checkpoint. The folder appears whole when
    /// the student is done; until then checkpoints lie beside it, and a later call continues from them. A folder that is
    /// there already is not trained again, if it was made under the same plan.
    /// </summary>
    /// <param name="directory">The folder to make.</param>
    /// <param name="training">What to learn.</param>
    /// <param name="validation">What to choose the best weights by; may be empty, then the last weights count.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Stops at the next step and leaves a checkpoint to continue from.</param>
    /// <exception cref="ArgumentException">There is nothing to learn, or a text is empty.</exception>
    /// <exception cref="PlanMismatchException">The folder holds a student, or checkpoints of one, that was made under another plan.</exception>
    public Task<StudentReport> TrainAsync(
        string directory,
        IReadOnlyList<TextExample> training,
        IReadOnlyList<TextExample> validation,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        // Hours of computing: a thread of its own, not one of the pool's.
        return Task.Factory.StartNew(
            () => Train(directory, training, validation, progress, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    /// <summary>Trains the student as a stage of a run.</summary>
    internal Task<StudentReport> TrainAsync(
        DistillationStage stage,
        string directory,
        IReadOnlyList<TextExample> training,
        IReadOnlyList<TextExample> validation,
        IProgress<DistillationProgress>? progress,
        CancellationToken cancellationToken) => TrainAsync(
            directory,
            training,
            validation,
            progress is null ? null : new SynchronousProgress<TrainingProgress>(p => progress.Report(new(stage, (double)p.Step / p.TotalSteps) { Training = p })),
            cancellationToken);

    private StudentReport Train(
        string directory,
        IReadOnlyList<TextExample> training,
        IReadOnlyList<TextExample> validation,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        var report = Path.Combine(directory, ReportFile);
        var made = MadeUnder(training, validation);
        if (Parsed(Group.FromLeader(() => Made(directory, made)), report) is { } before)
            return before;

        var tokenizer = plan.Base.CreateTokenizer();
        Seq2SeqExample[] trainingTokens = Tokenize(tokenizer, training), validationTokens = Tokenize(tokenizer, validation);
        using var model = plan.Base.CreateModel();
        using var adapter = plan.Lora is null ? null : LoraAdapter.Attach(model, plan.Lora, plan.Training.Seed);
        var checkpoints = Path.TrimEndingDirectorySeparator(directory) + ".checkpoints";
        var trainer = new Seq2SeqTrainer(model, plan.Training) { Evaluators = Evaluators(tokenizer), WhenPlanDiffers = WhenPlanDiffers, Start = Start(), Group = Group };
        var result = trainer.Train(trainingTokens, validationTokens, checkpoints, progress, cancellationToken);

        var done = new StudentReport
        {
            Examples = training.Count,
            TruncatedExamples = result.TruncatedExamples,
            ShortenedSources = training.Count(text => tokenizer.CountTokens(text.Source) >= plan.MaxSourceTokens),
            CutTargets = training.Count(text => tokenizer.CountTokens(text.Target) >= plan.MaxTargetTokens),
            Parameters = model.parameters().Sum(parameter => parameter.numel()),
            TrainedParameters = adapter?.ParameterCount,
            Steps = result.Steps,
            BestStep = result.BestStep,
            ValidationLoss = result.BestValidationLoss,
            Metrics = result.BestMetrics,
            TrainingLoss = result.SmoothedLoss,
            Seconds = result.Elapsed.TotalSeconds,
            Curve = result.Curve,
        };
        return Parsed(Group.FromLeader(() => Save(model, adapter, tokenizer, made, done, directory, checkpoints)), report)!;
    }

    /// <summary>The report of a student that is there already; empty where it is to be trained.</summary>
    private byte[] Made(string directory, JsonObject made)
    {
        var report = Path.Combine(directory, ReportFile);
        if (File.Exists(report) && IsTakenOver(directory, made))
            return File.ReadAllBytes(report);
        return Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()
            ? throw new IOException($"{directory}: the folder is there but has no {ReportFile}, so this library did not write it whole; move it away or choose another.")
            : [];
    }

    /// <returns>The report as it was written.</returns>
    private byte[] Save(T5Model model, LoraAdapter? adapter, T5Tokenizer tokenizer, JsonObject made, StudentReport done, string directory, string checkpoints)
    {
        var aside = Path.TrimEndingDirectorySeparator(directory) + ".tmp";
        if (Directory.Exists(aside))
            Directory.Delete(aside, recursive: true);
        if (adapter is not null)
        {
            adapter.Save(Path.Combine(aside, AdapterFolder));
            adapter.Merge();
        }

        model.Save(aside);
        tokenizer.Save(aside);
        AtomicFile.WriteAllText(Path.Combine(aside, PlanName), made.ToJsonString(RunJson.Default.Options) + "\n");
        var report = JsonSerializer.SerializeToUtf8Bytes(done, StudentReportJson.Default.StudentReport);
        AtomicFile.WriteAllBytes(Path.Combine(aside, ReportFile), report);
        ModelCard.Write(aside, new() { Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))), BaseModel = plan.Base.HubName });
        if (Directory.Exists(directory))
            Directory.Delete(directory);
        Directory.Move(aside, directory);
        if (Directory.Exists(checkpoints))
            Directory.Delete(checkpoints, recursive: true);
        return report;
    }

    /// <summary>What the student's weights depend on.</summary>
    private JsonObject MadeUnder(IReadOnlyList<TextExample> training, IReadOnlyList<TextExample> validation) => new()
    {
        ["student"] = PlanParts.Student(plan),
        ["training"] = Described(training),
        ["validation"] = Described(validation),
    };

    private static string Described(IReadOnlyList<TextExample> texts) =>
        $"{texts.Count} with sha256 {PlanParts.Hash(texts.Select(text => $"{text.Id}\0{text.Source}\0{text.Target}\0{text.Task?.Name}\0{text.Task?.Weight.ToString(CultureInfo.InvariantCulture)}\0"
            + (text.AnswerWeight == 1 ? "" : FormattableString.Invariant($"{text.AnswerStart} {text.AnswerWeight:R}\0"))))}";

    private JsonObject Start()
    {
        var student = PlanParts.Student(plan);
        return new JsonObject(new[] { StartPlan.Base, StartPlan.Weights, "tokenizer" }.Select(name => KeyValuePair.Create(name, student[name]?.DeepClone())));
    }

    /// <summary>Whether a finished student is the one that is asked for, or is to be taken for it; otherwise it is moved aside.</summary>
    private bool IsTakenOver(string directory, JsonObject made)
    {
        var file = Path.Combine(directory, PlanName);
        if (!File.Exists(file))
            return true; // of a version that wrote none
        var earlier = new JsonObject { ["student"] = PlanParts.EarlierStudent() };
        if (WhenPlanDiffers == PlanChange.StartAnew && PlanFile.Differences(file, made, earlier).Count > 0)
        {
            int number = 1;
            while (Directory.Exists(Previous(number)))
                number++;
            Directory.Move(directory, Previous(number));
            return false;
        }

        PlanFile.Begin(
            file,
            made,
            earlier,
            WhenPlanDiffers,
            $"Restore these values, or give the student another folder. To start anew or to continue on purpose, set {nameof(StudentTrainer)}.{nameof(WhenPlanDiffers)} to {nameof(PlanChange.StartAnew)} or {nameof(PlanChange.Continue)}.");
        return true;

        string Previous(int number) => FormattableString.Invariant($"{Path.TrimEndingDirectorySeparator(directory)}.previous-{number}");
    }

    private Seq2SeqExample[] Tokenize(T5Tokenizer tokenizer, IReadOnlyList<TextExample> texts)
    {
        Seq2SeqExample[] examples = [.. texts.Select(text => Encode(tokenizer, text))];
        Weigh(examples, texts);
        WeighAnswers(examples, texts, tokenizer);
        return examples;
    }

    /// <summary>As the students read when they answer: a question that is too long loses its context first.</summary>
    private Seq2SeqExample Encode(T5Tokenizer tokenizer, TextExample text)
    {
        var source = SourceShortening.Fit(text.Source, plan.MaxSourceTokens, part => tokenizer.CountTokens(part));
        var example = Seq2SeqExample.Encode(tokenizer, text.Id, source, text.Target, plan.MaxSourceTokens, plan.MaxTargetTokens);
        return ReferenceEquals(source, text.Source) ? example : example with { IsTruncated = true };
    }

    /// <summary>Gives the answers' tokens their weights, and all of them a factor that makes the mean weight of a token 1: the step's size stays what it was.</summary>
    private static void WeighAnswers(Seq2SeqExample[] examples, IReadOnlyList<TextExample> texts, T5Tokenizer tokenizer)
    {
        if (texts.All(text => text.AnswerWeight == 1))
            return;

        for (int i = 0; i < examples.Length; i++)
        {
            int reasoning = tokenizer.EncodeToIds(texts[i].Target[..texts[i].AnswerStart]).Count;
            examples[i] = examples[i] with { AnswerWeight = texts[i].AnswerWeight, AnswerTokens = Math.Max(0, examples[i].Target.Length - reasoning) };
        }

        double factor = examples.Sum(example => (double)example.Target.Length)
            / examples.Sum(example => example.Target.Length + (example.AnswerWeight - 1) * example.AnswerTokens);
        for (int i = 0; i < examples.Length; i++)
            examples[i] = examples[i] with { Weight = examples[i].Weight * factor };
    }

    /// <summary>Gives each example the factor that makes the mean over all tokens the weighted mean of the tasks' means.</summary>
    private static void Weigh(Seq2SeqExample[] examples, IReadOnlyList<TextExample> texts)
    {
        var tasks = Enumerable.Range(0, examples.Length).GroupBy(i => texts[i].Task).ToArray();
        if (tasks.Length <= 1)
            return;

        double tokens = examples.Sum(example => (double)example.Target.Length);
        double weights = tasks.Sum(task => Weight(task.Key));
        foreach (var task in tasks)
        {
            double factor = Weight(task.Key) / weights * tokens / task.Sum(i => (double)examples[i].Target.Length);
            foreach (int i in task)
                examples[i] = examples[i] with { Weight = factor };
        }

        static double Weight(TextTask? task) => task?.Weight ?? 1;
    }

    private static StudentReport? Parsed(byte[] report, string path) => report.Length == 0
        ? null
        : OutsideJson.Deserialize(report, StudentReportJson.Default.StudentReport, path, "Delete the student's folder to train it again.");
}

/// <summary>The training of a student: examples, steps, losses and time.</summary>
public sealed record StudentReport
{
    /// <summary>How many pairs of texts it learned from.</summary>
    public required int Examples { get; init; }

    /// <summary>How many of them were cut to the plan's limits, in the source or in the target.</summary>
    public required int TruncatedExamples { get; init; }

    /// <summary>How many sources were longer than the plan's limit and lost the end of their context or the beginning of their stem; <see langword="null"/> where that was not counted.</summary>
    public int? ShortenedSources { get; init; }

    /// <summary>How many of their targets were longer than the plan's limit and lost their end; <see langword="null"/> for a student of a version that did not count.</summary>
    public int? CutTargets { get; init; }

    /// <summary>How many numbers the model has.</summary>
    public required long Parameters { get; init; }

    /// <summary>How many numbers were trained, where that was an adapter; otherwise <see langword="null"/>: all of them.</summary>
    public long? TrainedParameters { get; init; }

    /// <summary>Optimizer steps taken.</summary>
    public required int Steps { get; init; }

    /// <summary>The step whose weights were kept.</summary>
    public required int BestStep { get; init; }

    /// <summary>Mean negative log-likelihood a token on the validation pairs, of the weights that were kept.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>What its evaluators measured of the weights that were kept, by their names.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The smoothed training loss at the end.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>Seconds of training.</summary>
    public required double Seconds { get; init; }

    /// <summary>The losses by step.</summary>
    public IReadOnlyList<TrainingPoint> Curve { get; init; } = [];
}

[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(JsonNumber)])]
[JsonSerializable(typeof(StudentReport))]
internal sealed partial class StudentReportJson : JsonSerializerContext;
