namespace SciCoT.Teaching;

/// <summary>What a <see cref="ChatCompletionsHandler"/> does with requests and replies.</summary>
/// <include file="Examples.xml" path="examples/ChatCompletionsOptions/example"/>
public sealed record ChatCompletionsOptions
{
    private readonly int _maxReplyBytes = 1_000_000;

    /// <summary>The longest reply that is read, in bytes after decompression. A longer one is a failure that names the endpoint.</summary>
    /// <value>The default is 1,000,000.</value>
    public int MaxReplyBytes
    {
        get => _maxReplyBytes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(MaxReplyBytes));
            _maxReplyBytes = value;
        }
    }

    /// <summary>The field of the request that bounds the length of a reply.</summary>
    /// <value>The default is <see cref="ReplyLimitField.Automatic"/>.</value>
    public ReplyLimitField LimitField { get; init; }
}

/// <summary>The names that services have for the limit of a reply's tokens.</summary>
public enum ReplyLimitField
{
    /// <summary>
    /// <c>max_completion_tokens</c> for OpenAI and Azure, <c>max_tokens</c> for all others. A service that refuses the one with
    /// 400 or 422 is sent the other from then on.
    /// </summary>
    Automatic,

    /// <summary>Always <c>max_tokens</c>.</summary>
    MaxTokens,

    /// <summary>Always <c>max_completion_tokens</c>.</summary>
    MaxCompletionTokens,
}
