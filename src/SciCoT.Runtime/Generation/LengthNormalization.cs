namespace SciCoT.Generation;

/// <summary>Whether log-likelihoods of choices are divided by a length before they are compared.</summary>
public enum LengthNormalization
{
    /// <summary>As they are: <c>acc</c> of lm-evaluation-harness.</summary>
    None,

    /// <summary>Divided by the number of tokens, the end token included.</summary>
    Tokens,

    /// <summary>Divided by the number of characters: <c>acc_norm</c> of lm-evaluation-harness.</summary>
    Characters,
}
