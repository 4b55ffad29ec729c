namespace SciCoT.Rationales;

/// <summary>The unfinished last line that a crash left in a store; it was moved to a file beside it when the store was opened.</summary>
/// <param name="Line">The line's number in the store, from 1.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="AsidePath">The file that it was appended to.</param>
public sealed record TornTail(long Line, long Length, string AsidePath);
