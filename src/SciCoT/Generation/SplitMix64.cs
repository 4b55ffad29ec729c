namespace SciCoT.Generation;

/// <summary>A small random generator whose numbers will stay the same for a seed (Steele, Lea and Flood, OOPSLA 2014).</summary>
internal sealed class SplitMix64(ulong state)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <summary>One of many independent generators that a seed gives.</summary>
    public static SplitMix64 ForStream(long seed, int stream) => new(Mix(Mix((ulong)seed) + GoldenGamma * ((ulong)stream + 1)));

    /// <summary>Evenly distributed from 0 to below 1.</summary>
    public double NextDouble()
    {
        state += GoldenGamma;
        return (Mix(state) >> 11) * (1.0 / (1UL << 53));
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
