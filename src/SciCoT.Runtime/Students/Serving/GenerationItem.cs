using SciCoT.Generation;

namespace SciCoT.Students.Serving;

/// <summary>A source to be continued.</summary>
/// <param name="source">Its tokens.</param>
/// <param name="options">How to search, without allowed continuations.</param>
/// <param name="allowed">The only continuations that may be written; <see langword="null"/> allows all.</param>
/// <param name="onToken">Told each token as it is chosen; for greedy search and sampling of one sequence.</param>
internal sealed class GenerationItem(int[] source, GenerationOptions options, IReadOnlyList<IReadOnlyList<int>>? allowed = null, Action<int>? onToken = null)
    : WorkItem<IReadOnlyList<GeneratedSequence>>((options, allowed is null), source.Length, Math.Max(options.NumBeams, options.NumReturnSequences))
{
    public int[] Source => source;

    public GenerationOptions Options => options;

    public IReadOnlyList<IReadOnlyList<int>>? Allowed => allowed;

    public void Tell(int token)
    {
        if (onToken is null || IsOver)
            return;
        HasBegun = true;
        onToken(token);
    }
}
