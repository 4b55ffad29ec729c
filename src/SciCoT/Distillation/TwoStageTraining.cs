using SciCoT.Distributed;
using SciCoT.Students;
using SciCoT.Tokenization;
using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>
/// Trains both students from a teacher's rationales: trains the rationale student, obtains the rationales on which the answer student
/// is trained, and trains the answer student.
/// </summary>
internal sealed class TwoStageTraining
{
    /// <summary>How the rationale student is made.</summary>
    public required StudentPlan RationaleStudent { get; init; }

    /// <summary>How the answer student is made.</summary>
    public required StudentPlan AnswerStudent { get; init; }

    /// <summary>Whether the answer student starts from the trained rationale student.</summary>
    public required bool AnswerStudentContinuesRationaleStudent { get; init; }

    /// <summary>Whose rationales the answer student reads while it learns.</summary>
    public required RationaleSource AnswerRationales { get; init; }

    /// <summary>What else measures the rationale student.</summary>
    public Func<T5Tokenizer, IReadOnlyList<ITrainingEvaluator>>? RationaleEvaluators { get; init; }

    /// <summary>What else measures the answer student.</summary>
    public Func<T5Tokenizer, IReadOnlyList<ITrainingEvaluator>>? AnswerEvaluators { get; init; }

    /// <summary>What happens where a student was made under another plan.</summary>
    public PlanChange WhenPlanDiffers { get; init; }

    /// <summary>The processes that work together.</summary>
    public IProcessGroup Group { get; init; } = ProcessGroup.Single;

    /// <summary>Does what is not done yet.</summary>
    /// <param name="data">The questions.</param>
    /// <param name="teacher">What the rationale student learns from.</param>
    /// <param name="folder">Where the rationale student and what is written go.</param>
    /// <param name="answerStudent">Where the answer student goes.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Stops at the next step; a later call continues.</param>
    public async Task<TrainedStages> RunAsync(
        DistillationData data,
        ExplainedSets teacher,
        RunFolder folder,
        string answerStudent,
        IProgress<DistillationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var (first, folds, read) = await PrepareAsync(data, teacher, folder, progress, cancellationToken).ConfigureAwait(false);

        var plan = AnswerStudentContinuesRationaleStudent
            ? AnswerStudent with { Base = StudentBase.FromCheckpoint(folder.RationaleStudent, AnswerStudent.Base.Device) }
            : AnswerStudent;
        var second = await new StudentTrainer(plan) { Evaluators = StudentEvaluators.With(StudentEvaluators.Answer(plan, read.Validation, model => new T5AnswerStudent(model)), AnswerEvaluators), WhenPlanDiffers = WhenPlanDiffers, Group = Group }.TrainAsync(
            DistillationStage.TrainAnswerStudent, answerStudent,
            StudentExamples.Answer(read.Training), StudentExamples.Answer(read.Validation),
            progress, cancellationToken).ConfigureAwait(false);
        return new(first, folds, second);
    }

    /// <summary>Trains the rationale student and obtains the rationales on which the student that answers is trained.</summary>
    /// <param name="data">The questions.</param>
    /// <param name="teacher">What the rationale student learns from.</param>
    /// <param name="folder">Where the rationale student and what is written go.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Stops at the next step; a later call continues.</param>
    public async Task<(StudentReport RationaleStudent, IReadOnlyList<StudentReport> FoldStudents, ExplainedSets Read)> PrepareAsync(
        DistillationData data,
        ExplainedSets teacher,
        RunFolder folder,
        IProgress<DistillationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var first = await new StudentTrainer(RationaleStudent) { Evaluators = StudentEvaluators.With(StudentEvaluators.Rationale(RationaleStudent, teacher.Validation), RationaleEvaluators), WhenPlanDiffers = WhenPlanDiffers, Group = Group }.TrainAsync(
            DistillationStage.TrainRationaleStudent, folder.RationaleStudent,
            StudentExamples.Rationale(teacher.Training), StudentExamples.Rationale(teacher.Validation),
            progress, cancellationToken).ConfigureAwait(false);

        var (written, folds) = AnswerRationales.Author == RationaleAuthor.Teacher
            ? (null, [])
            : await new WritingStage(RationaleStudent, AnswerRationales) { WhenPlanDiffers = WhenPlanDiffers, Group = Group }.RunAsync(data, teacher, folder, progress, cancellationToken).ConfigureAwait(false);
        return (first, folds, ExplainedSets.For(AnswerRationales, data, teacher, written));
    }
}

/// <summary>The training of both students.</summary>
/// <param name="RationaleStudent">The first stage's.</param>
/// <param name="FoldStudents">Those that wrote for the folds they did not see; none without cross-fitting.</param>
/// <param name="AnswerStudent">The second stage's.</param>
internal sealed record TrainedStages(StudentReport RationaleStudent, IReadOnlyList<StudentReport> FoldStudents, StudentReport AnswerStudent);
