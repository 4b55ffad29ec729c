using System.Text.Json;
using SciCoT.Evaluation;
using SciCoT.IO;
using SciCoT.Rationales;
using SciCoT.Students;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;
using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>
/// The paper's recipe (arXiv 2308.04679): a teacher explains, one student learns to explain, a second learns to answer from
/// explanations.
/// </summary>
/// <remarks>
/// A run is one folder. Each stage leaves its file there whole and is passed over when it is there already; starting the
/// same run again, after a kill or a power cut too, continues where it stopped. The finished folder is a model folder
/// that a pipeline loads.
/// </remarks>
public sealed class DistillationEngine
{
    /// <summary>Throughput counts when thousands of rationales are written, not the wait for the first.</summary>
    private const int WritingBatchSize = 128;

    private readonly ITeacherPrompter _teacher;
    private readonly DistillationOptions _options;

    /// <summary>Prepares runs.</summary>
    /// <param name="teacher">Who explains the questions.</param>
    /// <param name="options">How it goes.</param>
    public DistillationEngine(ITeacherPrompter teacher, DistillationOptions options)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(options);
        options.RationaleStudent.Training.Validate();
        options.AnswerStudent.Training.Validate();
        _teacher = teacher;
        _options = options;
    }

    /// <summary>Runs all stages that are not done yet.</summary>
    /// <param name="data">The questions.</param>
    /// <param name="runDirectory">The run's folder; it is made where it is missing.</param>
    /// <param name="progress">Told of each step of each stage.</param>
    /// <param name="cancellationToken">Stops at the next step; a later call continues.</param>
    /// <exception cref="ArgumentException">A question has no answer or an identifier stands twice.</exception>
    /// <exception cref="InvalidOperationException">The folder holds a run with another plan, or no rationale passed the filters.</exception>
    /// <exception cref="TeacherException">The teacher gave no reply to some questions; a later call asks them again.</exception>
    public async Task<DistillationReport> RunAsync(
        DistillationData data,
        string runDirectory,
        IProgress<DistillationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrWhiteSpace(runDirectory);
        data.Validate();
        var folder = new RunFolder(runDirectory);
        RunPlan.Of(_options, data).Begin(folder);

        var explained = await ExplainAsync(data, folder, progress, cancellationToken).ConfigureAwait(false);

        var rationaleReport = await TrainAsync(
            DistillationStage.TrainRationaleStudent, folder.RationaleStudent, _options.RationaleStudent,
            StudentExamples.Rationale(explained.Training), StudentExamples.Rationale(explained.Validation),
            progress, cancellationToken).ConfigureAwait(false);

        var read = _options.AnswerRationales == RationaleSource.Teacher
            ? explained
            : await WriteRationalesAsync(data, folder, progress, cancellationToken).ConfigureAwait(false);

        var answerPlan = _options.AnswerStudentContinuesRationaleStudent
            ? _options.AnswerStudent with { Base = StudentBase.FromCheckpoint(folder.RationaleStudent) }
            : _options.AnswerStudent;
        var answerReport = await TrainAsync(
            DistillationStage.TrainAnswerStudent, folder.AnswerStudent, answerPlan,
            StudentExamples.Answer(read.Training), StudentExamples.Answer(read.Validation),
            progress, cancellationToken).ConfigureAwait(false);

        SciCoTModelFolder.WriteManifest(folder.Root, Manifest(data));
        var report = new DistillationReport
        {
            Filters = RunFolder.Read(folder.FilterReport, RunJson.Default.RationaleFilterReport),
            RationaleStudent = rationaleReport,
            AnswerStudent = answerReport,
            Test = await EvaluateAsync(data.Test, folder, progress, cancellationToken).ConfigureAwait(false),
        };
        AtomicFile.WriteAllBytes(folder.Report, JsonSerializer.SerializeToUtf8Bytes(report, RunJson.Default.DistillationReport));
        if (report.Test is not null)
            SciCoTModelFolder.WriteManifest(folder.Root, Manifest(data) with { Scores = new Dictionary<string, double> { ["testAccuracy"] = report.Test.Accuracy } });
        return report;
    }

    /// <summary>Stages one and two: the teacher explains, the filters judge.</summary>
    private async Task<Explained> ExplainAsync(DistillationData data, RunFolder folder, IProgress<DistillationProgress>? progress, CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.AcceptedRationales))
        {
            ScienceQuestion[] questions = [.. data.Training, .. data.Validation];
            var records = await AnnotateAsync(questions, folder, progress, cancellationToken).ConfigureAwait(false);
            Filter(questions, records, folder);
            progress?.Report(new(DistillationStage.Filter, 1));
        }

        var accepted = RunFolder.ReadRationales(folder.AcceptedRationales);
        var explained = new Explained(WithRationales(data.Training, accepted), WithRationales(data.Validation, accepted));
        return explained.Training.Count > 0
            ? explained
            : throw new InvalidOperationException($"None of the teacher's rationales for the {data.Training.Count} training questions passed the filters; {folder.FilterReport} counts the reasons.");
    }

    private async Task<IReadOnlyList<RationaleRecord>> AnnotateAsync(
        IReadOnlyList<ScienceQuestion> questions,
        RunFolder folder,
        IProgress<DistillationProgress>? progress,
        CancellationToken cancellationToken)
    {
        await using var store = JsonLinesRationaleStore.Open(folder.Rationales, cancellationToken);
        var relay = progress is null
            ? null
            : new Relay<AnnotationProgress>(p => progress.Report(new(DistillationStage.Annotate, (double)(p.Done + p.Skipped + p.Failed) / p.Total) { Annotation = p }));
        var result = await new RationaleAnnotator(_teacher, store, _options.Annotation).AnnotateAsync(questions, relay, cancellationToken).ConfigureAwait(false);
        if (result.StoppedBy is { } reason)
            throw new TeacherException($"The teacher was stopped after {result.Totals.Done + result.Totals.Skipped} of {result.Totals.Total} requests: {reason.Message} All replies that came are kept in {folder.Rationales}.", reason);
        if (result.Failures.Count > 0)
        {
            var (request, exception) = result.Failures[0];
            throw new TeacherException($"The teacher gave no reply to {result.Failures.Count} of {result.Totals.Total} requests, first for '{request.Question.Id}': {exception.Message} All replies that came are kept in {folder.Rationales}; start again to ask for the others.", exception);
        }

        return await store.ReadAllAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Filter(IReadOnlyList<ScienceQuestion> questions, IReadOnlyList<RationaleRecord> records, RunFolder folder)
    {
        var byHash = records.ToLookup(record => record.QuestionHash, StringComparer.Ordinal);
        var judged = questions
            .SelectMany(question => byHash[question.ContentHash].Select(record => (question.Id, record.Rationale, Judgement: _options.Filters.Judge(question, record))))
            .ToArray();
        AtomicFile.WriteAllBytes(
            folder.FilterReport,
            JsonSerializer.SerializeToUtf8Bytes(RationaleFilterReport.Of(judged.Select(j => j.Judgement)), RunJson.Default.RationaleFilterReport));
        // Written last: its presence says that both stages are done.
        RunFolder.WriteRationales(
            folder.AcceptedRationales,
            judged.Where(j => j.Judgement.IsAccepted).Select(j => new RationaleLine(j.Id, j.Rationale)));
    }

    private static Task<StudentReport> TrainAsync(
        DistillationStage stage,
        string directory,
        StudentPlan plan,
        IReadOnlyList<TextExample> training,
        IReadOnlyList<TextExample> validation,
        IProgress<DistillationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var relay = progress is null
            ? null
            : new Relay<TrainingProgress>(p => progress.Report(new(stage, (double)p.Step / p.TotalSteps) { Training = p }));
        return new StudentTrainer(plan).TrainAsync(directory, training, validation, relay, cancellationToken);
    }

    /// <summary>Stage four: what the rationale student writes for the questions it learned from.</summary>
    private async Task<Explained> WriteRationalesAsync(DistillationData data, RunFolder folder, IProgress<DistillationProgress>? progress, CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.StudentRationales))
        {
            ScienceQuestion[] questions = [.. data.Training, .. data.Validation];
            using var student = new T5RationaleStudent(
                T5TextModel.Load(folder.RationaleStudent, _options.RationaleStudent.MaxSourceTokens, WritingBatchSize),
                new() { MaxNewTokens = _options.RationaleStudent.MaxTargetTokens });
            var lines = new List<RationaleLine>(questions.Length);
            foreach (var batch in questions.Chunk(8 * WritingBatchSize))
            {
                var written = await student.ExplainAsync(batch, cancellationToken).ConfigureAwait(false);
                lines.AddRange(batch.Zip(written, (question, rationale) => new RationaleLine(question.Id, rationale)));
                progress?.Report(new(DistillationStage.WriteRationales, (double)lines.Count / questions.Length));
            }

            RunFolder.WriteRationales(folder.StudentRationales, lines);
        }

        var rationales = RunFolder.ReadRationales(folder.StudentRationales);
        return new Explained(WithRationales(data.Training, rationales), WithRationales(data.Validation, rationales));
    }

    private async Task<AccuracyReport?> EvaluateAsync(
        IReadOnlyList<ScienceQuestion> questions,
        RunFolder folder,
        IProgress<DistillationProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (questions.Count == 0)
            return null;
        if (File.Exists(folder.Report))
            return RunFolder.Read(folder.Report, RunJson.Default.DistillationReport).Test;

        using var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(folder.Root);
        using var answerStudent = SciCoTModelFolder.LoadAnswerStudent(folder.Root);
        var outcomes = await Evaluator.EvaluateAsync(
            new SciCoTPipeline(rationaleStudent, answerStudent),
            questions,
            progress is null ? null : new Relay<int>(done => progress.Report(new(DistillationStage.Evaluate, (double)done / questions.Count))),
            cancellationToken).ConfigureAwait(false);
        RunFolder.WritePredictions(folder.Predictions, outcomes);
        return AccuracyReport.Of(outcomes.Select(outcome => outcome.IsCorrect));
    }

    private SciCoTManifest Manifest(DistillationData data) => new()
    {
        Base = _options.RationaleStudent.Base.Description,
        MaxSourceTokens = Math.Max(_options.RationaleStudent.MaxSourceTokens, _options.AnswerStudent.MaxSourceTokens),
        MaxRationaleTokens = _options.RationaleStudent.MaxTargetTokens,
        AnswerLabels = [.. data.Training.SelectMany(question => question.Choices).Select(choice => choice.Label).Distinct().Order(StringComparer.Ordinal)],
    };

    private static IReadOnlyList<ExplainedQuestion> WithRationales(IReadOnlyList<ScienceQuestion> questions, ILookup<string, string> rationales) =>
        [.. questions.SelectMany(question => rationales[question.Id].Select(rationale => new ExplainedQuestion(question, rationale)))];

    private sealed record Explained(IReadOnlyList<ExplainedQuestion> Training, IReadOnlyList<ExplainedQuestion> Validation);

    /// <summary>Progress that is passed on at once: <see cref="Progress{T}"/> would reorder reports.</summary>
    private sealed class Relay<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
