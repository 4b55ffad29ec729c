namespace SciCoT.Batches;

/// <summary>What a service says of a batch.</summary>
/// <param name="Id">The service's identifier.</param>
/// <param name="State">The service's word for the state.</param>
internal sealed record BatchState(string Id, string State)
{
    public int Completed { get; init; }

    public int Failed { get; init; }

    /// <summary>The file of the replies; <see langword="null"/> where there is none yet.</summary>
    public string? OutputFile { get; init; }

    /// <summary>The file of the requests without a reply.</summary>
    public string? ErrorFile { get; init; }

    /// <summary>Why the batch was not begun.</summary>
    public IReadOnlyList<(string Code, string Message)> Errors { get; init; } = [];
}
