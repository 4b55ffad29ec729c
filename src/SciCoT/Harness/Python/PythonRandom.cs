namespace SciCoT.Harness.Python;

/// <summary>
/// CPython's <c>random.Random</c>, seeded with a whole number: the Mersenne Twister (M. Matsumoto and T. Nishimura, ACM TOMACS 8, 1998)
/// and <c>sample</c> as CPython 3.11 to 3.14 draws it. lm-evaluation-harness draws few-shot examples with it.
/// </summary>
internal sealed class PythonRandom
{
    private const int Words = 624;
    private const int Shift = 397;
    private const uint Twist = 0x9908b0df;

    private readonly uint[] _state = new uint[Words];
    private int _next = Words;

    /// <param name="seed">The seed; CPython takes its absolute value.</param>
    public PythonRandom(long seed)
    {
        ulong magnitude = seed < 0 ? (ulong)-(seed + 1) + 1 : (ulong)seed;
        InitByArray(magnitude <= uint.MaxValue ? [(uint)magnitude] : [(uint)magnitude, (uint)(magnitude >> 32)]);
    }

    /// <summary>The next bits, as <c>getrandbits</c>.</summary>
    /// <param name="count">How many, from 1 to 32.</param>
    public uint Bits(int count) => NextWord() >> (32 - count);

    /// <summary>A number from 0 to below a limit, as <c>_randbelow</c>.</summary>
    /// <param name="limit">The limit, at least 1.</param>
    public int Below(int limit)
    {
        int bits = 32 - int.LeadingZeroCount(limit);
        uint drawn = Bits(bits);
        while (drawn >= (uint)limit)
            drawn = Bits(bits);
        return (int)drawn;
    }

    /// <summary>Different places among a number of them, as <c>sample(range(population), count)</c>.</summary>
    /// <param name="population">How many there are.</param>
    /// <param name="count">How many to draw.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than are to be drawn, or a number is negative.</exception>
    public int[] Sample(int population, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(population);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, population);
        return population <= LargestPool(count) ? FromPool(population, count) : FromAll(population, count);
    }

    /// <summary>Up to this size CPython copies the population, which is smaller than a set of what was drawn.</summary>
    private static long LargestPool(int count)
    {
        if (count <= 5)
            return 21;
        long power = 1;
        while (power < 3L * count)
            power *= 4;
        return 21 + power;
    }

    private int[] FromPool(int population, int count)
    {
        int[] pool = [.. Enumerable.Range(0, population)];
        var drawn = new int[count];
        for (int i = 0; i < count; i++)
        {
            int place = Below(population - i);
            drawn[i] = pool[place];
            pool[place] = pool[population - i - 1];
        }

        return drawn;
    }

    private int[] FromAll(int population, int count)
    {
        var taken = new HashSet<int>();
        var drawn = new int[count];
        for (int i = 0; i < count; i++)
        {
            int place = Below(population);
            while (!taken.Add(place))
                place = Below(population);
            drawn[i] = place;
        }

        return drawn;
    }

    private void InitByArray(ReadOnlySpan<uint> key)
    {
        _state[0] = 19650218;
        for (int word = 1; word < Words; word++)
            _state[word] = (1812433253 * Mixed(word - 1)) + (uint)word;

        int i = 1, k = 0;
        for (int left = Math.Max(Words, key.Length); left > 0; left--)
        {
            _state[i] = (_state[i] ^ (Mixed(i - 1) * 1664525)) + key[k] + (uint)k;
            i = Following(i);
            k = (k + 1) % key.Length;
        }

        for (int left = Words - 1; left > 0; left--)
        {
            _state[i] = (_state[i] ^ (Mixed(i - 1) * 1566083941)) - (uint)i;
            i = Following(i);
        }

        _state[0] = 0x80000000;
    }

    private uint Mixed(int word) => _state[word] ^ (_state[word] >> 30);

    private int Following(int word)
    {
        if (++word < Words)
            return word;
        _state[0] = _state[Words - 1];
        return 1;
    }

    private uint NextWord()
    {
        if (_next == Words)
            Refill();
        uint word = _state[_next++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c5680;
        word ^= (word << 15) & 0xefc60000;
        return word ^ (word >> 18);
    }

    private void Refill()
    {
        for (int word = 0; word < Words; word++)
        {
            uint mixed = (_state[word] & 0x80000000) | (_state[(word + 1) % Words] & 0x7fffffff);
            _state[word] = _state[(word + Shift) % Words] ^ (mixed >> 1) ^ ((mixed & 1) * Twist);
        }

        _next = 0;
    }
}
