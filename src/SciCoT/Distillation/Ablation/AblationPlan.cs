using SciCoT.Prompting;

namespace SciCoT.Distillation;

/// <summary>What was asked of a study, as <c>study.json</c> keeps it. Systems and seeds may be added later; what they are made from may not change.</summary>
internal sealed record AblationPlan
{
    public required string Layout { get; init; }

    public required string Questions { get; init; }

    public required string Groups { get; init; }

    /// <summary>A hash of the teacher's rationales for test questions.</summary>
    public string? TestRationales { get; init; }

    public required string Filters { get; init; }

    public required string Annotation { get; init; }

    public required bool AnswerStudentContinuesRationaleStudent { get; init; }

    public required PlannedStudent RationaleStudent { get; init; }

    public required PlannedStudent AnswerStudent { get; init; }

    public required PlannedStudent Direct { get; init; }

    public required PlannedStudent OneStage { get; init; }

    public required PlannedStudent MultiTask { get; init; }

    /// <summary><see langword="null"/> for 1, as in studies that were begun before the option was there.</summary>
    public double? OneStageAnswerWeight { get; init; }

    public static AblationPlan Of(AblationOptions options, DistillationData data) => new()
    {
        Layout = StudentLayout.Version,
        Questions = $"{data.Training.Count} training, {data.Validation.Count} validation, {data.Test.Count} test, sha256 {RunPlan.Fingerprint(data)}",
        Groups = data.GroupOf is { } group ? RunPlan.Hash(data.Training.Select(question => group(question) + "\n")) : "none",
        TestRationales = data.TestRationales.Count == 0 ? null : RunPlan.Hash(data.Test.Select(question => data.TestRationales.GetValueOrDefault(question.Id) + "\n")),
        Filters = string.Join(", ", options.Filters.Names),
        Annotation = RunPlan.Summary(options.Annotation),
        AnswerStudentContinuesRationaleStudent = options.AnswerStudentContinuesRationaleStudent,
        RationaleStudent = PlannedStudent.Of(options.RationaleStudent),
        AnswerStudent = PlannedStudent.Of(options.AnswerStudent),
        Direct = PlannedStudent.Of(options.Whole(options.Direct)),
        OneStage = PlannedStudent.Of(options.Whole(options.OneStage)),
        MultiTask = PlannedStudent.Of(options.Whole(options.MultiTask)),
        OneStageAnswerWeight = options.OneStageAnswerWeight == 1 ? null : options.OneStageAnswerWeight,
    };
}
