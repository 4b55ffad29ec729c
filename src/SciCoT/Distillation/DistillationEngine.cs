using System.Text.Json;
using SciCoT.Cards;
using SciCoT.Distributed;
using SciCoT.Evaluation;
using SciCoT.IO;
using SciCoT.Rationales;
using SciCoT.Students;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;
using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>Runs the recipe of the paper (arXiv 2308.04679): a teacher explains, one student learns to explain, a second one learns to answer from explanations.</summary>
/// <remarks>
/// A run is one folder. Each stage writes its file atomically. A stage whose file exists is skipped, so a run that was stopped, by a
/// kill or a power cut too, continues when it is started again. The finished folder is a model folder that a pipeline loads, with a
/// model card (<see cref="ModelCard"/>) as <c>README.md</c>; a <c>README.md</c> of somebody's own stays.
/// </remarks>
/// <include file="Examples.xml" path="examples/DistillationEngine/example"/>
public sealed class DistillationEngine
{
    private readonly ExplanationStage _explanations;
    private readonly DistillationOptions _options;

    /// <summary>Prepares runs in which a teacher explains the questions; its replies are kept in the run's folder.</summary>
    /// <param name="teacher">Who explains the questions.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">An option is out of range; the message names the property.</exception>
    public DistillationEngine(ITeacherPrompter teacher, DistillationOptions options)
        : this(options, teacher, null) => ArgumentNullException.ThrowIfNull(teacher);

    /// <summary>Prepares runs in which a teacher explains what a store does not know yet.</summary>
    /// <param name="teacher">Who explains the questions.</param>
    /// <param name="store">Where its replies are kept; it stays the caller's. Everything in it that passes the filters is learned from.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">An option is out of range; the message names the property.</exception>
    public DistillationEngine(ITeacherPrompter teacher, IRationaleStore store, DistillationOptions options)
        : this(options, teacher, store)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(store);
    }

    /// <summary>Prepares runs from stored rationales: all samples, attempts, prompts and teachers that pass the filters and <see cref="DistillationOptions.Rationales"/>.</summary>
    /// <param name="store">The rationales, for example an <see cref="InMemoryRationaleStore"/> over <see cref="RationaleReader.Read"/>; it stays the caller's.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">An option is out of range; the message names the property.</exception>
    public DistillationEngine(IRationaleStore store, DistillationOptions options)
        : this(options, null, store) => ArgumentNullException.ThrowIfNull(store);

    private DistillationEngine(DistillationOptions options, ITeacherPrompter? teacher, IRationaleStore? store)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.RationaleStudent.Validate(RougeLEvaluator.MetricName);
        options.AnswerStudent.Validate(AccuracyEvaluator.MetricName);
        options.AnswerRationales.Validate();
        options.ValidateBases();
        options.Card.Validate();
        _options = options;
        _explanations = new(teacher, store, options);
    }

    /// <summary>Who is told of each step of every run, beside the caller's progress.</summary>
    /// <value>Nobody by default.</value>
    public IReadOnlyList<IProgress<DistillationProgress>> Observers { get; init; } = [];

    /// <summary>The processes that share the training, writing, scoring and answering of a run.</summary>
    /// <remarks>Every process calls <see cref="RunAsync"/> with the same questions, settings and shared folder. Rank 0 asks the teacher, writes the files and reports progress.</remarks>
    /// <value>The default is <see cref="ProcessGroup.Single"/>.</value>
    public IProcessGroup Group { get; init; } = ProcessGroup.Single;

    /// <summary>Runs all stages that are not done yet.</summary>
    /// <param name="data">The questions.</param>
    /// <param name="runDirectory">The run's folder; it is made where it is missing.</param>
    /// <param name="progress">Told of each step of each stage.</param>
    /// <param name="cancellationToken">Stops at the next step; a later call continues.</param>
    /// <exception cref="ArgumentException">A question has no answer or an identifier stands twice.</exception>
    /// <exception cref="PlanMismatchException">The folder holds a run under another plan; the message tells what differs and how to go on.</exception>
    /// <exception cref="FolderInUseException">Another run, of this or another process, works in the folder.</exception>
    /// <exception cref="SciCoTException">No rationale is left to learn from.</exception>
    /// <exception cref="TeacherException">More replies are missing than may be; a later call asks for them again.</exception>
    /// <exception cref="ProcessGroupException">Another process of <see cref="Group"/> failed, or does not see the folder.</exception>
    public async Task<DistillationReport> RunAsync(
        DistillationData data,
        string runDirectory,
        IProgress<DistillationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrWhiteSpace(runDirectory);
        data.Validate();
        progress = Group.IsLeader() ? Observed(progress) : null;
        SharedFolder.Check(Group, runDirectory);
        var folder = new RunFolder(runDirectory);
        using var alone = Group.IsLeader() ? FolderLock.Take(folder.Root) : null;
        Group.LeaderFirst(folder.RemoveLeftovers);
        var chosen = await _explanations.ChooseAsync(data, cancellationToken).ConfigureAwait(false);
        var begun = Group.JsonFromLeader(() => PlanFile.Read(folder.Run));
        var options = _options with { RationaleStudent = _options.RationaleStudent.AsBegun(begun, "rationaleStudent"), AnswerStudent = _options.AnswerStudent.AsBegun(begun, "answerStudent") };
        Group.LeaderFirst(() => PlanFile.Begin(
            folder.Run,
            RunPlan.Of(options, data, chosen, _explanations.HasTeacher),
            RunPlan.Earlier,
            _options.WhenPlanDiffers,
            PlanRemedy.Text(nameof(DistillationOptions)),
            folder.MoveAside,
            chosen is null ? null : was => RunPlan.Upgrade(was, folder)));

        var explained = await _explanations.RunAsync(data, chosen, folder, Group, progress, cancellationToken).ConfigureAwait(false);

        var training = new TwoStageTraining
        {
            RationaleStudent = options.RationaleStudent,
            AnswerStudent = options.AnswerStudent,
            AnswerStudentContinuesRationaleStudent = _options.AnswerStudentContinuesRationaleStudent,
            AnswerRationales = _options.AnswerRationales,
            RationaleEvaluators = _options.RationaleEvaluators,
            AnswerEvaluators = _options.AnswerEvaluators,
            WhenPlanDiffers = _options.WhenPlanDiffers,
            Group = Group,
        };
        var trained = await training.RunAsync(data, explained, folder, folder.AnswerStudent, progress, cancellationToken).ConfigureAwait(false);

        var (test, shortened) = await EvaluateAsync(data, folder, progress, cancellationToken).ConfigureAwait(false);
        var report = new DistillationReport
        {
            Filters = RunFolder.Read(folder.FilterReport, RunJson.Default.RationaleFilterReport),
            Rationales = File.Exists(folder.Selection) ? RunFolder.Read(folder.Selection, RunJson.Default.LearnedRationales) : null,
            RationaleStudent = trained.RationaleStudent,
            FoldStudents = trained.FoldStudents,
            AnswerStudent = trained.AnswerStudent,
            Test = test,
            ShortenedTestQuestions = shortened,
            Overlap = data.Test.Count > 0 ? OverlapCheck.Compare(data.Training, data.Test) : null,
        };
        Group.LeaderFirst(() =>
        {
            SciCoTModelFolder.WriteManifest(folder.Root, Manifest(data, report.Test));
            AtomicFile.WriteAllBytes(folder.Report, JsonSerializer.SerializeToUtf8Bytes(report, RunJson.Default.DistillationReport));
            ModelCard.Write(folder.Root, _options.Card with { BaseModel = _options.Card.BaseModel ?? _options.RationaleStudent.Base.HubName });
        });
        return report;
    }

    private async Task<(AccuracyReport? Test, int? Shortened)> EvaluateAsync(
        DistillationData data,
        RunFolder folder,
        IProgress<DistillationProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (data.Test.Count == 0)
            return (null, null);
        if (Group.FromLeader(() => [File.Exists(folder.Report) ? (byte)1 : (byte)0])[0] == 1)
        {
            var earlier = RunFolder.Read(folder.Report, RunJson.Default.DistillationReport);
            return (earlier.Test, earlier.ShortenedTestQuestions);
        }

        using var rationaleStudent = new T5RationaleStudent(T5TextModel.Load(folder.RationaleStudent, MaxSourceTokens, new() { Device = _options.RationaleStudent.Base.DeviceName }), new() { MaxNewTokens = _options.RationaleStudent.MaxTargetTokens });
        using var answerStudent = new T5AnswerStudent(T5TextModel.Load(folder.AnswerStudent, MaxSourceTokens, new() { Device = _options.AnswerStudent.Base.DeviceName }));
        var pipeline = new SciCoTPipeline(rationaleStudent, answerStudent);
        var outcomes = await SharedOutcomes.EvaluateAsync(
            Group,
            data.Test,
            (questions, counted) => Evaluator.EvaluateAsync(pipeline, questions, counted, cancellationToken),
            progress is null ? null : new SynchronousProgress<int>(done => progress.Report(new(DistillationStage.Evaluate, (double)done / data.Test.Count)))).ConfigureAwait(false);
        if (Group.IsLeader())
            PredictionFile.Write(folder.Predictions, [new SystemResult { System = "two-stage", Outcomes = data.WithTeacher(outcomes) }]);
        return (AccuracyReport.Of(outcomes.Select(outcome => outcome.IsCorrect)), outcomes.Count(outcome => outcome.IsShortened is true));
    }

    private IProgress<DistillationProgress>? Observed(IProgress<DistillationProgress>? progress) => Observers.Count == 0
        ? progress
        : new SynchronousProgress<DistillationProgress>(value =>
        {
            progress?.Report(value);
            foreach (var observer in Observers)
                observer.Report(value);
        });

    private int MaxSourceTokens => Math.Max(_options.RationaleStudent.MaxSourceTokens, _options.AnswerStudent.MaxSourceTokens);

    private SciCoTManifest Manifest(DistillationData data, AccuracyReport? test) => new()
    {
        Base = _options.RationaleStudent.Base.Description,
        MaxSourceTokens = MaxSourceTokens,
        MaxRationaleTokens = _options.RationaleStudent.MaxTargetTokens,
        AnswerLabels = [.. data.Training.SelectMany(question => question.Choices).Select(choice => choice.Label).Distinct().Order(StringComparer.Ordinal)],
        Scores = test is null ? new Dictionary<string, double>() : new Dictionary<string, double> { ["testAccuracy"] = test.Accuracy },
    };
}
