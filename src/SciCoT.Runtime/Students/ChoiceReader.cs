using SciCoT.Generation;
using SciCoT.IO;
using SciCoT.Prompting;

namespace SciCoT.Students;

/// <summary>Turns a model's likelihoods into predictions; what all answering students share.</summary>
internal static class ChoiceReader
{
    /// <summary>A decoder's memory grows with the square of a choice's length.</summary>
    private const int LongestChoice = 4000;

    private const int MostChoices = 10_000;

    /// <summary>Answers each question from its source text: choices by likelihood, open questions in writing.</summary>
    public static async Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(
        T5TextModel model,
        IReadOnlyList<ScienceQuestion> questions,
        IReadOnlyList<string> sources,
        int maxAnswerTokens,
        LengthNormalization normalization,
        CancellationToken cancellationToken)
    {
        var predictions = new AnswerPrediction[questions.Count];
        await ChooseAsync(model, questions, sources, null, predictions, normalization, cancellationToken).ConfigureAwait(false);

        int[] open = [.. Enumerable.Range(0, questions.Count).Where(i => questions[i].Choices.Count == 0)];
        var options = new GenerationOptions { MaxNewTokens = maxAnswerTokens };
        var written = await model.GenerateAsync([.. open.Select(i => sources[i])], options, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < open.Length; i++)
            predictions[open[i]] = new AnswerPrediction(null, written[i].Text, []) { Confidence = Math.Exp(written[i].LogProbability), IsShortened = model.IsTooLong(sources[open[i]]) };
        return predictions;
    }

    /// <summary>Fills in the predictions of the questions that have choices.</summary>
    /// <param name="model">The model.</param>
    /// <param name="questions">All questions; open ones are skipped.</param>
    /// <param name="sources">What the encoder reads for each.</param>
    /// <param name="prefixes">What the decoder has written for each before it answers, if anything.</param>
    /// <param name="predictions">One place for each question.</param>
    /// <param name="normalization">What the log-likelihoods are divided by.</param>
    /// <param name="cancellationToken">Returns at once.</param>
    public static async Task ChooseAsync(
        T5TextModel model,
        IReadOnlyList<ScienceQuestion> questions,
        IReadOnlyList<string> sources,
        IReadOnlyList<string>? prefixes,
        AnswerPrediction[] predictions,
        LengthNormalization normalization,
        CancellationToken cancellationToken)
    {
        foreach (var question in questions)
            Check(question);

        int[] closed = [.. Enumerable.Range(0, questions.Count).Where(i => questions[i].Choices.Count > 0)];
        var scores = await model.ScoreAsync(
            [.. closed.Select(i => sources[i])],
            [.. closed.Select(i => StudentLayout.ChoiceTargets(questions[i]))],
            prefixes is null ? null : [.. closed.Select(i => prefixes[i])],
            cancellationToken: cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < closed.Length; i++)
        {
            var question = questions[closed[i]];
            var prediction = FromScores(question, [.. scores[i].Zip(question.Choices, (score, choice) => score.By(normalization, choice.Text))]);
            predictions[closed[i]] = prediction with { IsShortened = model.IsTooLong(sources[closed[i]]), LogLikelihoods = [.. scores[i].Select(score => score.LogLikelihood)] };
        }
    }

    /// <summary>Refuses a question whose choices no model can compare, before the model meets them.</summary>
    /// <exception cref="InvalidQuestionException">A choice is too long, or there are too many.</exception>
    public static void Check(ScienceQuestion question)
    {
        if (question.Choices.Count > MostChoices)
            throw new InvalidQuestionException(FormattableString.Invariant($"Question '{ForeignText.Shown(question.Id)}' has {question.Choices.Count} choices; at most {MostChoices} can be compared. Leave some out."));
        if (question.Choices.FirstOrDefault(choice => choice.Text.Length > LongestChoice) is { } choice)
            throw new InvalidQuestionException(FormattableString.Invariant($"Question '{ForeignText.Shown(question.Id)}': choice ({ForeignText.Shown(choice.Label)}) has {choice.Text.Length} characters; at most {LongestChoice} can be compared. Shorten the choice."));
    }

    /// <summary>
    /// Probabilities among the choices: the softmax of their log-likelihoods.
    /// </summary>
    internal static AnswerPrediction FromScores(ScienceQuestion question, IReadOnlyList<double> logLikelihoods)
    {
        double highest = logLikelihoods.Max();
        var weights = logLikelihoods.Select(value => Math.Exp(value - highest)).ToArray();
        double sum = weights.Sum();
        var probabilities = weights.Select(weight => weight / sum).ToArray();
        int best = Array.IndexOf(weights, weights.Max());
        var choice = question.Choices[best];
        return new AnswerPrediction(choice.Label, choice.Text, probabilities) { Confidence = probabilities[best] };
    }
}
