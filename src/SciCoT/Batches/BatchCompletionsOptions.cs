namespace SciCoT.Batches;

/// <summary>Options of a <see cref="BatchCompletionsHandler"/>.</summary>
/// <include file="Examples.xml" path="examples/BatchCompletionsOptions/example"/>
public sealed record BatchCompletionsOptions
{
    private readonly int _maxRequests = 50_000;
    private readonly TimeSpan _gatherFor = TimeSpan.FromSeconds(5);
    private readonly TimeSpan _pollInterval = TimeSpan.FromMinutes(1);

    /// <summary>The folder that keeps the batches' requests, identifiers and replies. One process uses it at a time. It is made where it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>The most requests of a batch.</summary>
    /// <value>The default is 50,000, OpenAI's limit.</value>
    public int MaxRequests
    {
        get => _maxRequests;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(MaxRequests));
            _maxRequests = value;
        }
    }

    /// <summary>A batch is sent when no further request has come for this time, or when it is full.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan GatherFor
    {
        get => _gatherFor;
        init => _gatherFor = Positive(value, nameof(GatherFor));
    }

    /// <summary>The time between two questions for a batch's state.</summary>
    /// <value>The default is 1 minute.</value>
    public TimeSpan PollInterval
    {
        get => _pollInterval;
        init => _pollInterval = Positive(value, nameof(PollInterval));
    }

    /// <summary>The time within which the service shall answer a batch, as the service writes it.</summary>
    /// <value>The default is <c>24h</c>.</value>
    public string CompletionWindow { get; init; } = "24h";

    /// <summary>The service's path for chat completions in a batch's lines.</summary>
    /// <value>The default is <c>/v1/chat/completions</c>.</value>
    public string RequestPath { get; init; } = "/v1/chat/completions";

    /// <summary>Is told when a batch's state or counts change, from any thread.</summary>
    /// <value>The default is <see langword="null"/>: nobody.</value>
    public IProgress<BatchProgress>? Progress { get; init; }

    private static TimeSpan Positive(TimeSpan value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, name);
        return value;
    }
}
