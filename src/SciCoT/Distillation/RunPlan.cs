using System.Security.Cryptography;
using System.Text;
using SciCoT.Prompting;
using SciCoT.Teaching;
using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>What was asked of a run, as <c>run.json</c> keeps it: a run continues only under the plan it was begun with.</summary>
internal sealed record RunPlan
{
    public required string Layout { get; init; }

    public required string Questions { get; init; }

    /// <summary>Which question is in which fold, as a hash: it depends on the groups, which are a function.</summary>
    public string? Folds { get; init; }

    public required string Filters { get; init; }

    public required RationaleSource AnswerRationales { get; init; }

    public required string Annotation { get; init; }

    public required bool AnswerStudentContinuesRationaleStudent { get; init; }

    public required PlannedStudent RationaleStudent { get; init; }

    public required PlannedStudent AnswerStudent { get; init; }

    public static RunPlan Of(DistillationOptions options, DistillationData data) => new()
    {
        Layout = StudentLayout.Version,
        Folds = options.AnswerRationales.Author == RationaleAuthor.CrossFitted ? Hash(Distillation.Folds.Assign(data, options.AnswerRationales.Folds, options.AnswerRationales.Seed).Select(fold => $"{fold}\n")) : null,
        Questions = $"{data.Training.Count} training, {data.Validation.Count} validation, {data.Test.Count} test, sha256 {Fingerprint(data)}",
        Filters = string.Join(", ", options.Filters.Names),
        AnswerRationales = options.AnswerRationales,
        Annotation = Summary(options.Annotation),
        AnswerStudentContinuesRationaleStudent = options.AnswerStudentContinuesRationaleStudent,
        RationaleStudent = PlannedStudent.Of(options.RationaleStudent),
        AnswerStudent = PlannedStudent.Of(options.AnswerStudent),
    };

    /// <summary>What decides the replies; how many are asked for at a time does not.</summary>
    internal static string Summary(AnnotationSettings settings) =>
        $"{settings.SamplesPerQuestion} a question by {settings.Teacher}, prompt {settings.PromptHash ?? "none"}, answer revealed: {(settings.RevealAnswer ? "always" : settings.RationalizeDisagreements ? "on disagreement" : "never")}"
        + (settings.UnusableRetries > 0 ? $", {settings.UnusableRetries} more tries" : "");

    internal static string Fingerprint(DistillationData data) => Hash(data.Training.Concat(data.Validation).Concat(data.Test)
        .Select(question => $"{question.Id}\n{question.ContentHash}\n{string.Join(' ', question.Choices.Select(c => c.Label + c.Text))}\n{question.AnswerLabel}\n"));

    internal static string Hash(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
            hash.AppendData(Encoding.UTF8.GetBytes(text));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>A student's part of the plan.</summary>
internal sealed record PlannedStudent(string Base, TrainingOptions Training, int MaxSourceTokens, int MaxTargetTokens, string? Lora = null, int EvaluatedQuestions = 0)
{
    public static PlannedStudent Of(StudentPlan plan) => new(plan.Base.Description, plan.Training, plan.MaxSourceTokens, plan.MaxTargetTokens, plan.Lora?.ToString(), plan.EvaluatedQuestions);
}
