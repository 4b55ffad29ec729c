namespace SciCoT.Generation;

/// <summary>A small random generator whose numbers will stay the same for a seed (Steele, Lea and Flood, OOPSLA 2014).</summary>
/// <param name="seed">The seed.</param>
/// <param name="stream">Which of the many independent generators that the seed gives.</param>
internal sealed class SplitMix64(ulong seed, int stream)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong _state = Mix(Mix(seed) + GoldenGamma * ((ulong)stream + 1));

    /// <summary>A seed that depends on a text as well: different texts do not draw the same numbers.</summary>
    public static ulong SeedFor(long seed, IEnumerable<long> tokens) =>
        tokens.Aggregate(Mix((ulong)seed), (hash, token) => Mix(hash + GoldenGamma + (ulong)token));

    /// <summary>Evenly distributed from 0 to below 1.</summary>
    public double NextDouble()
    {
        _state += GoldenGamma;
        return (Mix(_state) >> 11) * (1.0 / (1UL << 53));
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
