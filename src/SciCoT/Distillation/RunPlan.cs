using System.Text.Json.Nodes;
using SciCoT.Prompting;

namespace SciCoT.Distillation;

/// <summary>What was asked of a run, as <c>run.json</c> keeps it.</summary>
internal static class RunPlan
{
    /// <summary>The questions of each set by their hash, so that a message tells which set differs.</summary>
    public const string QuestionSets = "questionSets";

    private const string Rationales = "rationales";
    private const string AnnotationOfTeacher = "annotation";

    /// <summary>What versions did that did not write a member.</summary>
    public static JsonObject Earlier { get; } = new()
    {
        ["filterSettings"] = PlanParts.EarlierFilterSettings(),
        ["selection"] = PlanParts.Selection(RationaleSelection.All),
        ["answerRationales"] = RunJson.Node(RationaleSource.Teacher),
        ["rationaleStudent"] = PlanParts.EarlierStudent(),
        ["answerStudent"] = PlanParts.EarlierStudent(),
    };

    /// <param name="options">How the run goes.</param>
    /// <param name="data">The questions.</param>
    /// <param name="chosen">The rationales to learn, where they come from a store.</param>
    /// <param name="hasTeacher">Whether they come from a teacher.</param>
    public static JsonObject Of(DistillationOptions options, DistillationData data, SelectedRationales? chosen, bool hasTeacher)
    {
        var source = options.AnswerRationales;
        var plan = new JsonObject
        {
            ["layout"] = StudentLayout.Version,
            ["questions"] = PlanParts.Questions(data),
            [QuestionSets] = new JsonObject
            {
                ["training"] = PlanParts.Questions(data.Training),
                ["validation"] = PlanParts.Questions(data.Validation),
                ["test"] = PlanParts.Questions(data.Test),
            },
            // Which question is in which fold depends on the groups, which are a function.
            ["folds"] = source.Author == RationaleAuthor.CrossFitted ? PlanParts.Hash(Folds.Assign(data, source.Folds, source.Seed).Select(fold => $"{fold}\n")) : null,
            ["filters"] = string.Join(", ", options.Filters.Names),
            ["filterSettings"] = PlanParts.FilterSettings(options.Filters),
            ["selection"] = PlanParts.Selection(options.Rationales),
            ["answerRationales"] = RunJson.Node(source),
            [AnnotationOfTeacher] = hasTeacher ? PlanParts.Annotation(options.Annotation) : null,
            ["answerStudentContinuesRationaleStudent"] = options.AnswerStudentContinuesRationaleStudent,
            ["rationaleStudent"] = PlanParts.Student(options.RationaleStudent),
            ["answerStudent"] = PlanParts.Student(options.AnswerStudent),
        };
        if (chosen is not null)
            plan[Rationales] = PlanParts.Rationales(chosen.Lines);
        return plan;
    }

    /// <summary>
    /// Runs of earlier versions took stored rationales for a teacher's replies. What they learned from lies in their folder and is
    /// compared in place of how it was asked for.
    /// </summary>
    public static void Upgrade(JsonObject was, RunFolder folder)
    {
        if (was.ContainsKey(Rationales))
            return;
        was[AnnotationOfTeacher] = null;
        if (File.Exists(folder.AcceptedRationales))
            was[Rationales] = PlanParts.Rationales([.. RunFolder.ReadLines(folder.AcceptedRationales)]);
    }
}
