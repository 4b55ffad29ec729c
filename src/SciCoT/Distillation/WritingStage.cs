using SciCoT.Distributed;
using SciCoT.IO;
using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>Students write the rationales that the answer student learns from: the rationale student itself, or one a fold.</summary>
/// <param name="plan">How rationale students are made.</param>
/// <param name="source">Who writes, and how much.</param>
internal sealed class WritingStage(StudentPlan plan, RationaleSource source)
{
    /// <summary>What happens where a fold's student was made under another plan.</summary>
    public PlanChange WhenPlanDiffers { get; init; }

    /// <summary>The processes that work together: they share the questions, and of the folds each takes whole ones.</summary>
    public IProcessGroup Group { get; init; } = ProcessGroup.Single;

    /// <summary>Has everything written that is not there yet.</summary>
    /// <param name="data">The questions.</param>
    /// <param name="teacher">What the fold students learn from.</param>
    /// <param name="folder">Where the rationale student lies and the rest goes.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Stops at the next step; a later call continues within the fold.</param>
    /// <returns>The rationales, and the training of the fold students.</returns>
    public async Task<(ExplainedSets Written, IReadOnlyList<StudentReport> FoldStudents)> RunAsync(
        DistillationData data,
        ExplainedSets teacher,
        RunFolder folder,
        IProgress<DistillationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var folds = source.Author == RationaleAuthor.CrossFitted
            ? await CrossFitAsync(data, teacher, folder, progress, cancellationToken).ConfigureAwait(false)
            : [];

        var student = new RationaleWriting(folder.RationaleStudent, plan, source, Group);
        int own = folds.Count > 0 ? 0 : data.Training.Count;
        double all = Math.Max(1, own + data.Validation.Count);
        if (folds.Count == 0)
            await student.WriteAsync(folder.StudentRationales(source), data.Training, done => Report(done * own / all), cancellationToken).ConfigureAwait(false);
        await student.WriteAsync(folder.ValidationRationales(source), data.Validation, done => Report((own + done * data.Validation.Count) / all), cancellationToken).ConfigureAwait(false);

        IEnumerable<string> files = folds.Count > 0 ? Enumerable.Range(0, folds.Count).Select(fold => folder.Fold(source, fold).StudentRationales(source)) : [folder.StudentRationales(source)];
        var training = files.SelectMany(RunFolder.ReadLines).ToLookup(line => line.QuestionId, line => line.Rationale, StringComparer.Ordinal);
        return (new(ExplainedSets.Join(data.Training, training), ExplainedSets.Join(data.Validation, RunFolder.ReadRationales(folder.ValidationRationales(source)))), folds);

        void Report(double done) => progress?.Report(new(DistillationStage.WriteRationales, done));
    }

    /// <summary>For each fold a student learns from all the others and writes for it.</summary>
    private async Task<IReadOnlyList<StudentReport>> CrossFitAsync(
        DistillationData data,
        ExplainedSets teacher,
        RunFolder folder,
        IProgress<DistillationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var assigned = Folds.Assign(data, source.Folds, source.Seed);
        var foldOf = data.Training.Select((question, i) => (question.Id, Fold: assigned[i])).ToDictionary(pair => pair.Id, pair => pair.Fold, StringComparer.Ordinal);
        // Each rank makes its folds as one process would. Then all read how all of them came out.
        if (Group.Size > 1)
            await Group.WorkApartAsync(() => MakeAsync(Group.Own([.. Enumerable.Range(0, source.Folds)]))).ConfigureAwait(false);
        return await MakeAsync([.. Enumerable.Range(0, source.Folds)]).ConfigureAwait(false);

        async Task<IReadOnlyList<StudentReport>> MakeAsync(int[] folds) =>
            await folds.ToAsyncEnumerable().Select(async (int fold, CancellationToken _) => await FoldAsync(fold).ConfigureAwait(false)).ToListAsync(cancellationToken).ConfigureAwait(false);

        async Task<StudentReport> FoldAsync(int fold)
        {
            var own = folder.Fold(source, fold);
            double before = (double)fold / source.Folds;
            ExplainedQuestion[] others = [.. teacher.Training.Where(explained => foldOf[explained.Question.Id] != fold)];
            if (others.Length == 0)
                throw new SciCoTException($"Fold {fold + 1} of {source.Folds} leaves no question with a rationale to learn from; take fewer folds.");
            // Writing is quick beside learning; the bar is learning's.
            var relay = new SynchronousProgress<TrainingProgress>(p => progress?.Report(new(DistillationStage.TrainFoldStudents, before + (double)p.Step / p.TotalSteps / source.Folds) { Training = p }));
            var report = await new StudentTrainer(plan) { Evaluators = StudentEvaluators.Rationale(plan, teacher.Validation), WhenPlanDiffers = WhenPlanDiffers }.TrainAsync(
                own.RationaleStudent, StudentExamples.Rationale(others), StudentExamples.Rationale(teacher.Validation), relay, cancellationToken).ConfigureAwait(false);
            await new RationaleWriting(own.RationaleStudent, plan, source, ProcessGroup.Single).WriteAsync(
                own.StudentRationales(source),
                [.. data.Training.Where(question => foldOf[question.Id] == fold)],
                _ => progress?.Report(new(DistillationStage.TrainFoldStudents, (fold + 1.0) / source.Folds)),
                cancellationToken).ConfigureAwait(false);
            return report;
        }
    }
}
