namespace SciCoT.Teaching;

/// <summary>The requests and tokens that a service allows a minute.</summary>
/// <include file="Examples.xml" path="examples/TeacherRateLimits/example"/>
public sealed record TeacherRateLimits
{
    private readonly int? _requestsPerMinute;
    private readonly int? _tokensPerMinute;
    private readonly int _expectedTokensPerCall = 1000;

    /// <summary>Calls a minute.</summary>
    /// <value>The default is <see langword="null"/>: no limit.</value>
    public int? RequestsPerMinute
    {
        get => _requestsPerMinute;
        init => _requestsPerMinute = Positive(value, nameof(RequestsPerMinute));
    }

    /// <summary>Tokens a minute, read and written together.</summary>
    /// <value>The default is <see langword="null"/>: no limit.</value>
    public int? TokensPerMinute
    {
        get => _tokensPerMinute;
        init => _tokensPerMinute = Positive(value, nameof(TokensPerMinute));
    }

    /// <summary>
    /// How many tokens a call is expected to take before one is known. From then on the mean of the latest calls is expected,
    /// and each call is charged what it took once the service has told.
    /// </summary>
    /// <value>The default is 1000.</value>
    public int ExpectedTokensPerCall
    {
        get => _expectedTokensPerCall;
        init => _expectedTokensPerCall = Positive(value, nameof(ExpectedTokensPerCall))!.Value;
    }

    private static int? Positive(int? value, string name)
    {
        if (value is { } given)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(given, name);
        return value;
    }
}
