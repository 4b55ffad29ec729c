using SciCoT.Models;

namespace SciCoT.Generation;

/// <summary>
/// What the decoder is given to score one source's choices. Choices that differ in their last token only (the usual
/// single letters without an end token) need the same input, and share it.
/// </summary>
internal sealed class ChoiceRows
{
    public ChoiceRows(ISequenceModel model, int source, IReadOnlyList<IReadOnlyList<int>> choices, IReadOnlyList<int> prefix)
    {
        SourceCheck.Tokens(model, prefix, $"The prefix of source {source}");
        PrefixLength = prefix.Count;
        for (int choice = 0; choice < choices.Count; choice++)
        {
            var target = choices[choice];
            if (target.Count == 0)
                throw new ArgumentException($"Choice {choice} of source {source} has no tokens; each choice needs at least one.", nameof(choices));
            SourceCheck.Tokens(model, target, $"Choice {choice} of source {source}");

            if ((long)prefix.Count + target.Count > ChoiceScorer.MaxTargetTokens)
                throw new ArgumentException(FormattableString.Invariant($"Choice {choice} of source {source} has {target.Count} tokens{(prefix.Count > 0 ? FormattableString.Invariant($" after a prefix of {prefix.Count}") : "")}; at most {ChoiceScorer.MaxTargetTokens} can be scored. Shorten it."), nameof(choices));

            Add([model.DecoderStartTokenId, .. prefix, .. target.SkipLast(1)], target);
        }
    }

    private ChoiceRows(int prefixLength) => PrefixLength = prefixLength;

    /// <summary>Distinct inputs of the decoder: start token, prefix, target without its last token.</summary>
    public List<int[]> Inputs { get; } = [];

    /// <summary>Each choice's input and tokens.</summary>
    public List<(int Row, IReadOnlyList<int> Tokens)> Targets { get; } = [];

    public int PrefixLength { get; }

    /// <summary>The choices in parts of so many at most, in their order; as they are where no more inputs than that are needed.</summary>
    public IEnumerable<ChoiceRows> Parts(int most)
    {
        if (Inputs.Count <= most)
            return [this];
        return Targets.Chunk(most).Select(targets =>
        {
            var part = new ChoiceRows(PrefixLength);
            foreach (var (row, tokens) in targets)
                part.Add(Inputs[row], tokens);
            return part;
        });
    }

    private void Add(int[] input, IReadOnlyList<int> target)
    {
        int row = Inputs.FindIndex(known => known.AsSpan().SequenceEqual(input));
        if (row < 0)
        {
            row = Inputs.Count;
            Inputs.Add(input);
        }

        Targets.Add((row, target));
    }

    /// <summary>Length of the longest input.</summary>
    public int Length => Inputs.Count == 0 ? 0 : Inputs.Max(input => input.Length);
}
