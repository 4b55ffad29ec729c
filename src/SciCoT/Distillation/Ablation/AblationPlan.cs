using System.Text.Json.Nodes;
using SciCoT.Prompting;

namespace SciCoT.Distillation;

/// <summary>What was asked of a study, as <c>study.json</c> keeps it. Systems and seeds may be added later; what they are made from may not change.</summary>
internal static class AblationPlan
{
    private static readonly string[] Students = ["rationaleStudent", "answerStudent", "direct", "oneStage", "multiTask"];

    /// <summary>What versions did that did not write a member.</summary>
    public static JsonObject Earlier { get; } = CreateEarlier();

    /// <param name="options">What is compared.</param>
    /// <param name="data">The questions.</param>
    /// <param name="chosen">The rationales to learn, where they come from a store.</param>
    /// <param name="hasTeacher">Whether they come from a teacher.</param>
    public static JsonObject Of(AblationOptions options, DistillationData data, SelectedRationales? chosen, bool hasTeacher)
    {
        var plan = new JsonObject
        {
            ["layout"] = StudentLayout.Version,
            ["questions"] = PlanParts.Questions(data),
            ["groups"] = data.GroupOf is { } group ? PlanParts.Hash(data.Training.Select(question => group(question) + "\n")) : "none",
            ["testRationales"] = data.TestRationales.Count == 0 ? null : PlanParts.Hash(data.Test.Select(question => data.TestRationales.GetValueOrDefault(question.Id) + "\n")),
            ["filters"] = string.Join(", ", options.Filters.Names),
            ["filterSettings"] = PlanParts.FilterSettings(options.Filters),
            ["selection"] = PlanParts.Selection(options.Rationales),
            ["annotation"] = hasTeacher ? PlanParts.Annotation(options.Annotation) : null,
            ["answerStudentContinuesRationaleStudent"] = options.AnswerStudentContinuesRationaleStudent,
            // null for 1, as in studies that were begun before the option was there
            ["oneStageAnswerWeight"] = options.OneStageAnswerWeight == 1 ? null : options.OneStageAnswerWeight,
        };
        StudentPlan[] plans = [options.RationaleStudent, options.AnswerStudent, options.Whole(options.Direct), options.Whole(options.OneStage), options.Whole(options.MultiTask)];
        foreach (var (name, student) in Students.Zip(plans))
            plan[name] = PlanParts.Student(student);
        if (chosen is not null)
            plan["rationales"] = PlanParts.Rationales(chosen.Lines);
        return plan;
    }

    private static JsonObject CreateEarlier()
    {
        var earlier = new JsonObject
        {
            ["testRationales"] = null,
            ["oneStageAnswerWeight"] = null,
            ["filterSettings"] = PlanParts.EarlierFilterSettings(),
            ["selection"] = PlanParts.Selection(RationaleSelection.All),
        };
        foreach (var name in Students)
            earlier[name] = PlanParts.EarlierStudent();
        return earlier;
    }
}
