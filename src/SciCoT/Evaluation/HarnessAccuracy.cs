using System.Text;

namespace SciCoT.Evaluation;

/// <summary>
/// <c>acc</c>, <c>acc_norm</c> and <c>acc_bytes</c> as lm-evaluation-harness defines them, from the log-likelihoods of the choices' texts.
/// </summary>
/// <param name="Acc">The share of questions whose gold choice has the highest log-likelihood.</param>
/// <param name="AccStandardError">Its standard error.</param>
/// <param name="AccNorm">The share whose gold choice has the highest log-likelihood for each character of its text.</param>
/// <param name="AccNormStandardError">Its standard error.</param>
/// <param name="AccBytes">The share whose gold choice has the highest log-likelihood for each byte of its text in UTF-8.</param>
/// <param name="AccBytesStandardError">Its standard error.</param>
public sealed record HarnessAccuracy(double Acc, double AccStandardError, double AccNorm, double AccNormStandardError, double AccBytes, double AccBytesStandardError)
{
    /// <summary>Computes all three; <see langword="null"/> when an outcome has no log-likelihoods.</summary>
    /// <param name="outcomes">Outcomes of questions with choices.</param>
    public static HarnessAccuracy? Of(IReadOnlyList<QuestionOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        if (outcomes.Count == 0 || outcomes.Any(outcome => outcome.LogLikelihoods.Count == 0))
            return null;
        var (acc, accError) = Share("acc");
        var (norm, normError) = Share("acc_norm");
        var (bytes, bytesError) = Share("acc_bytes");
        return new(acc, accError, norm, normError, bytes, bytesError);

        (double Share, double StandardError) Share(string metric)
        {
            int right = outcomes.Count(outcome => IsRight(outcome, metric));
            return ((double)right / outcomes.Count, Proportion.StandardError(right, outcomes.Count));
        }
    }

    /// <summary>A metric by its name in the harness; <see langword="null"/> for other names.</summary>
    /// <param name="metric"><c>acc</c>, <c>acc_norm</c> or <c>acc_bytes</c>.</param>
    internal double? Value(string metric) => metric switch
    {
        "acc" => Acc,
        "acc_norm" => AccNorm,
        "acc_bytes" => AccBytes,
        _ => null,
    };

    /// <summary>Whether an outcome with log-likelihoods counts as right.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="metric"><c>acc</c>, <c>acc_norm</c> or <c>acc_bytes</c>.</param>
    internal static bool IsRight(QuestionOutcome outcome, string metric)
    {
        var choices = outcome.Question.Choices;
        var texts = outcome.ScoredTexts.Count > 0 ? outcome.ScoredTexts : [.. choices.Select(choice => choice.Text)];
        int chosen = Best([.. outcome.LogLikelihoods.Zip(texts, (value, text) => metric switch
        {
            "acc_norm" => value / text.EnumerateRunes().Count(),
            "acc_bytes" => value / Encoding.UTF8.GetByteCount(text),
            _ => value,
        })]);
        return choices[chosen].Label == outcome.Gold;
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
}
