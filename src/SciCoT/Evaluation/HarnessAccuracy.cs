using SciCoT.Prompting;

namespace SciCoT.Evaluation;

/// <summary><c>acc</c> and <c>acc_norm</c> as lm-evaluation-harness defines them, from the log-likelihoods of the choices' texts.</summary>
/// <param name="Acc">The share of questions whose gold choice has the highest log-likelihood.</param>
/// <param name="AccStandardError">Its standard error.</param>
/// <param name="AccNorm">The share whose gold choice has the highest log-likelihood for each character of its text.</param>
/// <param name="AccNormStandardError">Its standard error.</param>
public sealed record HarnessAccuracy(double Acc, double AccStandardError, double AccNorm, double AccNormStandardError)
{
    /// <summary>Computes both; <see langword="null"/> when an outcome has no log-likelihoods.</summary>
    /// <param name="outcomes">Outcomes of questions with choices.</param>
    public static HarnessAccuracy? Of(IReadOnlyList<QuestionOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        if (outcomes.Count == 0 || outcomes.Any(outcome => outcome.LogLikelihoods.Count == 0))
            return null;
        int acc = outcomes.Count(outcome => IsGold(outcome, Best(outcome.LogLikelihoods)));
        int accNorm = outcomes.Count(outcome => IsGold(outcome, BestPerCharacter(outcome)));
        return new(
            (double)acc / outcomes.Count, Proportion.StandardError(acc, outcomes.Count),
            (double)accNorm / outcomes.Count, Proportion.StandardError(accNorm, outcomes.Count));
    }

    /// <summary>The index of the largest value; of equal ones the first.</summary>
    internal static int Best(IReadOnlyList<double> values)
    {
        int best = 0;
        for (int i = 1; i < values.Count; i++)
        {
            if (values[i] > values[best])
                best = i;
        }

        return best;
    }

    private static int BestPerCharacter(QuestionOutcome outcome) =>
        Best([.. outcome.LogLikelihoods.Zip(outcome.Question.Choices, (value, choice) => value / HarnessTask.NormalizingLength(choice))]);

    private static bool IsGold(QuestionOutcome outcome, int choice) => outcome.Question.Choices[choice].Label == outcome.Gold;
}
