using SciCoT.Generation;
using SciCoT.Students;
using SciCoT.Tokenization;
using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>What a student is measured by while it learns, beside the validation loss, as its plan asks for.</summary>
internal static class StudentEvaluators
{
    /// <summary>For a rationale student.</summary>
    public static Func<T5Tokenizer, IReadOnlyList<ITrainingEvaluator>> Rationale(StudentPlan plan, IReadOnlyList<ExplainedQuestion> validation)
    {
        var taken = Taken(plan, validation);
        var search = new GenerationOptions { MaxNewTokens = plan.MaxTargetTokens };
        return tokenizer => taken.Length == 0 ? [] : [new RougeLEvaluator(tokenizer, taken, model => new T5RationaleStudent(model, search), plan.MaxSourceTokens)];
    }

    /// <summary>For a student that answers.</summary>
    public static Func<T5Tokenizer, IReadOnlyList<ITrainingEvaluator>> Answer(StudentPlan plan, IReadOnlyList<ExplainedQuestion> validation, Func<T5TextModel, IAnswerStudent> student)
    {
        var taken = Taken(plan, validation);
        return tokenizer => taken.Length == 0 ? [] : [new AccuracyEvaluator(tokenizer, taken, student, plan.MaxSourceTokens)];
    }

    /// <summary>Evaluators of the plan, and the caller's own behind them.</summary>
    public static Func<T5Tokenizer, IReadOnlyList<ITrainingEvaluator>> With(Func<T5Tokenizer, IReadOnlyList<ITrainingEvaluator>> planned, Func<T5Tokenizer, IReadOnlyList<ITrainingEvaluator>>? own) =>
        own is null ? planned : tokenizer => [.. planned(tokenizer), .. own(tokenizer)];

    /// <summary>The first questions, with all their rationales.</summary>
    private static ExplainedQuestion[] Taken(StudentPlan plan, IReadOnlyList<ExplainedQuestion> validation)
    {
        var ids = validation.Select(e => e.Question.Id).Distinct().Take(plan.EvaluatedQuestions).ToHashSet(StringComparer.Ordinal);
        return [.. validation.Where(e => ids.Contains(e.Question.Id))];
    }
}
