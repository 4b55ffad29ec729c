using System.Text.Json.Nodes;
using SciCoT.Evaluation;
using SciCoT.Prompting;

namespace SciCoT.Harness;

/// <summary>A question as the row of the data set on the Hugging Face Hub that lm-evaluation-harness reads and hashes.</summary>
internal static class HarnessDocument
{
    public static JsonObject Of(HarnessTask task, ScienceQuestion question)
    {
        if (task == HarnessTask.SciQ && question.Choices.Count == 4)
            return SciQ(question);
        JsonArray texts = new([.. question.Choices.Select(choice => JsonValue.Create(choice.Text))]), labels = new([.. question.Choices.Select(choice => JsonValue.Create(choice.Label))]);
        bool isCommonsense = task == HarnessTask.CommonsenseQa;
        var document = new JsonObject { ["id"] = question.Id, [task == HarnessTask.OpenBookQa ? "question_stem" : "question"] = question.Stem };
        if (isCommonsense && question.Concept is { } concept)
            document["question_concept"] = concept;
        document["choices"] = isCommonsense ? new JsonObject { ["label"] = labels, ["text"] = texts } : new JsonObject { ["text"] = texts, ["label"] = labels };
        document["answerKey"] = question.AnswerLabel;
        return document;
    }

    /// <summary>What the harness logs as the target: the place of the right choice, or its letter.</summary>
    public static string Target(HarnessTask task, ScienceQuestion question) => task.ScoresLetters
        ? question.AnswerLabel!
        : HarnessTask.Gold(question).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static JsonObject SciQ(ScienceQuestion question)
    {
        string[] wrong = [.. question.Choices.Where(choice => choice.Label != question.AnswerLabel).Select(choice => choice.Text)];
        return new()
        {
            ["question"] = question.Stem,
            ["distractor3"] = wrong[2],
            ["distractor1"] = wrong[0],
            ["distractor2"] = wrong[1],
            ["correct_answer"] = question.GoldChoice!.Text,
            ["support"] = question.Context ?? "",
        };
    }
}
