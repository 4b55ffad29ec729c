namespace SciCoT.Testing.World;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood 2014). The framework's generator may change between versions; the world made from a
/// seed may not.
/// </summary>
internal sealed class SeededRandom
{
    private ulong _state;

    /// <summary>A stream of its own for each purpose, so that a change to one part of the world leaves the others alone.</summary>
    public SeededRandom(int seed, string purpose)
    {
        _state = unchecked((ulong)seed * 0x9E3779B97F4A7C15);
        foreach (char c in purpose)
            _state = unchecked((_state ^ c) * 0x100000001B3);
        NextUInt64();
    }

    /// <summary>A whole number from 0 to <paramref name="limit"/> - 1.</summary>
    public int Next(int limit) => (int)(NextUInt64() % (ulong)limit);

    /// <summary>A number in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    public List<T> Shuffled<T>(IEnumerable<T> items)
    {
        var list = items.ToList();
        for (int i = list.Count - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (list[i], list[j]) = (list[j], list[i]);
        }

        return list;
    }

    /// <summary>The whole numbers below a limit in random order, each once, drawn as they are asked for.</summary>
    public IEnumerable<int> Draws(int limit)
    {
        // Fisher and Yates' shuffle, of which only the moved places are kept: a few draws of many cost a few steps.
        var moved = new Dictionary<int, int>();
        for (int left = limit; left > 0; left--)
        {
            int i = Next(left);
            yield return moved.GetValueOrDefault(i, i);
            moved[i] = moved.GetValueOrDefault(left - 1, left - 1);
        }
    }

    private ulong NextUInt64()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            ulong z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
