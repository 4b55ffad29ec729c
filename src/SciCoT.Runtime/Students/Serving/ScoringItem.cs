using SciCoT.Generation;

namespace SciCoT.Students.Serving;

/// <summary>A source whose continuations are compared.</summary>
/// <param name="source">Its tokens.</param>
/// <param name="targets">The tokens of each continuation.</param>
/// <param name="prefix">Tokens that the decoder has written before, not scored.</param>
internal sealed class ScoringItem(int[] source, IReadOnlyList<IReadOnlyList<int>> targets, IReadOnlyList<int> prefix)
    : WorkItem<IReadOnlyList<ChoiceScore>>(typeof(ScoringItem), source.Length, rows: 1)
{
    public int[] Source => source;

    public IReadOnlyList<IReadOnlyList<int>> Targets => targets;

    public IReadOnlyList<int> Prefix => prefix;
}
