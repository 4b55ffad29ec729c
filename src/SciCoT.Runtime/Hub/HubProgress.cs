namespace SciCoT.Hub;

/// <summary>The progress of a download.</summary>
/// <param name="File">The file that is being fetched.</param>
/// <param name="FileBytes">How much of it is there.</param>
/// <param name="FileLength">Its size in bytes; <see langword="null"/> where the server does not say.</param>
public sealed record HubProgress(string File, long FileBytes, long? FileLength);
