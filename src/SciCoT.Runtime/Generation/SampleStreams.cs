using SciCoT.Compute;

namespace SciCoT.Generation;

/// <summary>The generators of sampled sequences: a seed for each source, and a stream for each of its sequences.</summary>
internal static class SampleStreams
{
    /// <summary>A seed that depends on a source as well: different sources do not draw the same numbers.</summary>
    public static ulong SeedOf(long seed, IEnumerable<long> tokens) =>
        tokens.Aggregate(SplitMix64.Mix(unchecked((ulong)seed)), (hash, token) => SplitMix64.Mix(unchecked(hash + SplitMix64.Gamma + (ulong)token)));

    /// <param name="seed">The source's seed.</param>
    /// <param name="sequence">Which of its sequences.</param>
    public static SplitMix64 Of(ulong seed, int sequence) => new(SplitMix64.Mix(unchecked(SplitMix64.Mix(seed) + (SplitMix64.Gamma * ((ulong)sequence + 1)))));
}
