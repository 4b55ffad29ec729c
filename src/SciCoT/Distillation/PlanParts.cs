using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;
using SciCoT.Training.Plans;

namespace SciCoT.Distillation;

/// <summary>What the plans of runs, studies and students have in common.</summary>
internal static class PlanParts
{
    /// <summary>What versions did that did not write a member of a student's part.</summary>
    public static JsonObject EarlierStudent() => new()
    {
        ["training"] = TrainingPlan.Options(new()),
        ["lora"] = null,
        ["evaluatedQuestions"] = 0,
    };

    /// <summary>What versions did that wrote the filters' names alone.</summary>
    public static JsonObject EarlierFilterSettings() => FilterSettings(RationaleFilterChain.Default);

    public static JsonObject Student(StudentPlan plan) => new()
    {
        [StartPlan.Base] = plan.Base.Description,
        [StartPlan.Weights] = plan.Base.WeightsHash,
        ["tokenizer"] = plan.Base.TokenizerHash,
        ["training"] = TrainingPlan.Options(plan.Training),
        ["maxSourceTokens"] = plan.MaxSourceTokens,
        ["maxTargetTokens"] = plan.MaxTargetTokens,
        ["lora"] = plan.Lora?.ToString(),
        ["evaluatedQuestions"] = plan.EvaluatedQuestions,
    };

    public static JsonObject FilterSettings(RationaleFilterChain filters) =>
        new(filters.Settings.Where(filter => filter.Value.Length > 0).Select(filter => KeyValuePair.Create<string, JsonNode?>(filter.Key, filter.Value)));

    public static JsonNode? Selection(RationaleSelection selection) => JsonSerializer.SerializeToNode(selection, RunJson.Default.RationaleSelection);

    /// <summary>What decides the replies; how many are asked for at a time does not.</summary>
    public static string? Annotation(AnnotationSettings? settings) => settings is null
        ? null
        : $"{settings.SamplesPerQuestion} a question by {settings.Teacher}, prompt {settings.PromptHash ?? "none"}, answer revealed: {(settings.RevealAnswer ? "always" : settings.RationalizeDisagreements ? "on disagreement" : "never")}"
            + (settings.UnusableRetries > 0 ? $", {settings.UnusableRetries} more tries" : "");

    public static string Questions(DistillationData data) =>
        $"{data.Training.Count} training, {data.Validation.Count} validation, {data.Test.Count} test, sha256 "
        + Questions(data.Training.Concat(data.Validation).Concat(data.Test));

    /// <summary>The hash of questions in their order.</summary>
    public static string Questions(IEnumerable<ScienceQuestion> questions) =>
        Hash(questions.Select(question => $"{question.Id}\n{question.ContentHash}\n{string.Join(' ', question.Choices.Select(c => c.Label + c.Text))}\n{question.AnswerLabel}\n"));

    /// <summary>The rationales to learn, in their order.</summary>
    public static string Rationales(IReadOnlyCollection<RationaleLine> lines) =>
        $"{lines.Count} to learn, sha256 {Hash(lines.Select(line => $"{line.QuestionId.Length}:{line.QuestionId}{line.Rationale.Length}:{line.Rationale}"))}";

    public static string Hash(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
            hash.AppendData(Encoding.UTF8.GetBytes(text));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
