namespace SciCoT.Compute;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the one generator of everything that a seed decides. Its numbers stay the same
/// on every runtime, which .NET does not promise for <see cref="System.Random"/>.
/// </summary>
/// <param name="state">Where it starts.</param>
internal sealed class SplitMix64(ulong state)
{
    /// <summary>What the state grows by from one number to the next.</summary>
    public const ulong Gamma = 0x9E3779B97F4A7C15;

    private ulong _state = state;

    /// <summary>A generator for one of many streams under a seed, such as an epoch or a step.</summary>
    public static SplitMix64 ForStream(long seed, long stream)
    {
        var outer = new SplitMix64(unchecked((ulong)seed));
        return new SplitMix64(unchecked(outer.Next() + ((ulong)stream * Gamma)));
    }

    /// <summary>The finaliser: a permutation of the numbers of 64 bits.</summary>
    public static ulong Mix(ulong z)
    {
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }

    public ulong Next() => Mix(unchecked(_state += Gamma));

    /// <summary>A whole number from 0 to below a limit.</summary>
    public int Next(int limit) =>
        // The high half of the product is uniform to within 2^-32 for every limit that an array can have.
        (int)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>Uniform from 0 to below 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Fisher and Yates' shuffle.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
