using SciCoT.Generation;
using SciCoT.Prompting;
using SciCoT.Students;

namespace SciCoT.Evaluation;

/// <summary>
/// Lets a model write its answers and reads the choices out of them. An answer that cannot be read counts as wrong; it is never
/// replaced by a guess, and <see cref="QuestionOutcome.ExtractionFailed"/> tells it.
/// </summary>
public static class GenerativeEvaluator
{
    /// <summary>Lets a model answer each question in writing.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">
    /// What it reads for a question, for example <see cref="StudentLayout.OneStageInput"/>. Where it writes a rationale and
    /// <c>answer:</c> first, what follows is the answer.
    /// </param>
    /// <param name="questions">Questions with known answers.</param>
    /// <param name="options">How to search.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>The outcomes in the order of the questions, with what was written as their text.</returns>
    public static async Task<IReadOnlyList<QuestionOutcome>> EvaluateAsync(
        T5TextModel model,
        Func<ScienceQuestion, string> input,
        IReadOnlyList<ScienceQuestion> questions,
        GenerationOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(questions);
        var written = await model.GenerateAsync([.. questions.Select(input)], options, cancellationToken).ConfigureAwait(false);
        return [.. questions.Zip(written, (question, text) => Read(question, text.Text) with { Tokens = model.Tokenizer.EncodeToIds(text.Text).Count })];
    }

    /// <summary>Judges a written answer.</summary>
    /// <param name="question">A question whose answer is known.</param>
    /// <param name="written">What was written.</param>
    public static QuestionOutcome Read(ScienceQuestion question, string written)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(written);
        var (rationale, answer) = StudentLayout.SplitOneStage(written);
        var choice = ChoiceExtractor.Extract(question, answer ?? written);
        return QuestionOutcome.Judge(question, choice?.Label, answer ?? written) with { Rationale = answer is null ? null : rationale };
    }
}
