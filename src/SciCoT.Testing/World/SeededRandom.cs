using SciCoT.Compute;

namespace SciCoT.Testing.World;

/// <summary>
/// SplitMix64 with a stream for each purpose. The framework's generator may change between versions; the world made from a
/// seed may not.
/// </summary>
internal sealed class SeededRandom
{
    private readonly SplitMix64 _random;

    /// <summary>A stream of its own for each purpose, so that a change to one part of the world leaves the others alone.</summary>
    public SeededRandom(int seed, string purpose)
    {
        ulong state = unchecked((ulong)seed * SplitMix64.Gamma);
        foreach (char c in purpose)
            state = unchecked((state ^ c) * 0x100000001B3);
        _random = new SplitMix64(state);
        _random.Next();
    }

    /// <summary>A whole number from 0 to <paramref name="limit"/> - 1.</summary>
    public int Next(int limit) => (int)(_random.Next() % (ulong)limit);

    /// <summary>A number in [0, 1).</summary>
    public double NextDouble() => _random.NextDouble();

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
}
