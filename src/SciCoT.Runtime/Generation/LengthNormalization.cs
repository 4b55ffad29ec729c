namespace SciCoT.Generation;

/// <summary>Whether the log-likelihoods of choices are compared as they are or for their length.</summary>
public enum LengthNormalization
{
    /// <summary>As they are: <c>acc</c> of lm-evaluation-harness.</summary>
    None,

    /// <summary>Divided by the number of tokens, the end token included.</summary>
    Tokens,

    /// <summary>Divided by the number of characters: <c>acc_norm</c> of lm-evaluation-harness.</summary>
    Characters,
}
