namespace SciCoT.Training.Batches;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): a small generator whose numbers stay the same on every runtime, which
/// .NET does not promise for its own.
/// </summary>
internal struct StableRandom(ulong state)
{
    /// <summary>A generator for one of many streams under a seed, such as an epoch or a step.</summary>
    public static StableRandom ForStream(long seed, long stream)
    {
        var outer = new StableRandom(unchecked((ulong)seed));
        return new StableRandom(outer.Next() + unchecked((ulong)stream * 0x9E3779B97F4A7C15));
    }

    public ulong Next()
    {
        ulong z = unchecked(state += 0x9E3779B97F4A7C15);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }

    /// <summary>Uniform from 0 to below 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>Fisher and Yates' shuffle.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            // The high half of the product is uniform to within 2^-32 for every count that an array can have.
            int j = (int)Math.BigMul(Next(), (ulong)(i + 1), out _);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
