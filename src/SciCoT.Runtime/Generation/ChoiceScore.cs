namespace SciCoT.Generation;

/// <summary>The log-likelihood that a model gives to a target.</summary>
/// <param name="LogLikelihood">The sum of the log-probabilities of the target's tokens, in nats.</param>
/// <param name="TokenCount">Number of tokens in the target; dividing by it gives the mean.</param>
public sealed record ChoiceScore(double LogLikelihood, int TokenCount)
{
    /// <summary>Whether greedy search would write the target: each of its tokens has the highest probability after those before it.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool IsGreedy { get; init; }

    /// <summary>The log-likelihood of a token on average.</summary>
    public double PerToken => LogLikelihood / TokenCount;

    /// <summary>The log-likelihood of a character on average, by which <c>acc_norm</c> of lm-evaluation-harness compares choices.</summary>
    /// <param name="text">The target's text; Unicode code points are counted, at least one.</param>
    public double PerCharacter(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return LogLikelihood / Math.Max(1, text.EnumerateRunes().Count());
    }

    /// <summary>The value that choices are compared by.</summary>
    /// <param name="normalization">What the log-likelihood is divided by.</param>
    /// <param name="text">The target's text.</param>
    public double By(LengthNormalization normalization, string text) => normalization switch
    {
        LengthNormalization.None => LogLikelihood,
        LengthNormalization.Tokens => PerToken,
        LengthNormalization.Characters => PerCharacter(text),
        _ => throw new ArgumentOutOfRangeException(nameof(normalization), normalization, "Expected None, Tokens or Characters."),
    };
}
