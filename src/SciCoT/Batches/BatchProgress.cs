namespace SciCoT.Batches;

/// <summary>The state of a batch at its service.</summary>
/// <param name="Batch">The service's identifier.</param>
/// <param name="State">The service's word: <c>validating</c>, <c>in_progress</c>, <c>finalizing</c>, <c>completed</c>, <c>failed</c>, <c>expired</c>, <c>cancelling</c> or <c>cancelled</c>.</param>
/// <param name="Requests">The requests of the batch.</param>
/// <param name="Completed">The requests that have a reply.</param>
/// <param name="Failed">The requests that failed.</param>
public sealed record BatchProgress(string Batch, string State, int Requests, int Completed, int Failed);
