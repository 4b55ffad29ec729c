using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SciCoT.Compute;

/// <summary>
/// The factors of one dropout: 0 with the given probability, else what keeps the expectation. Each is a function of the seed
/// and its place, so that any part can be had at any time, and a second time.
/// </summary>
/// <remarks>One draw of 64 bits decides four elements, and eight run side by side.</remarks>
internal readonly unsafe struct DropoutStream
{
    private const int Resolution = 1 << 16; // the probability is rounded to 1/65536

    /// <summary>Factors that come from one state of the generators.</summary>
    private const int Block = 1024;

    private readonly ulong _seed;
    private readonly ushort _dropped; // of the resolution

    public DropoutStream(ulong seed, double rate)
    {
        _seed = seed;
        _dropped = (ushort)Math.Round(rate * Resolution);
    }

    public ulong Seed => _seed;

    /// <summary>The probability that an element is dropped.</summary>
    public double Rate => _dropped / (double)Resolution;

    /// <summary>Whether nothing is dropped.</summary>
    public bool IsNone => _dropped == 0;

    /// <summary>What an element that is kept is multiplied by.</summary>
    public float Kept => (float)(Resolution / (double)(Resolution - _dropped));

    /// <summary>The factors of the places from <paramref name="from"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(Span<float> factors, long from)
    {
        const int Width = 32; // factors of one draw
        var threshold = Vector512.Create(_dropped);
        var value = Vector512.Create(BitConverter.SingleToInt32Bits(Kept));
        int* some = stackalloc int[Width];
        fixed (float* start = factors)
        {
            int* target = (int*)start, end = target + factors.Length;
            while (target < end)
            {
                int skipped = (int)(from % Block);
                var random = new Lanes(_seed, from / Block);
                int* stop = target + Math.Min(Block - skipped, end - target);
                from += stop - target;
                for (; skipped >= Width; skipped -= Width)
                    random.Next();
                if (skipped > 0)
                {
                    Draw(ref random, some);
                    int count = (int)Math.Min(Width - skipped, stop - target);
                    new Span<int>(some + skipped, count).CopyTo(new Span<int>(target, count));
                    target += count;
                }

                for (; target <= stop - Width; target += Width)
                    Draw(ref random, target);
                if (target < stop)
                {
                    Draw(ref random, some);
                    new Span<int>(some, (int)(stop - target)).CopyTo(new Span<int>(target, (int)(stop - target)));
                    target = stop;
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Draw(ref Lanes random, int* to)
        {
            var kept = Vector512.GreaterThanOrEqual(random.Next(), threshold).AsInt16(); // −1 or 0
            Vector512.Store(Vector512.WidenLower(kept) & value, to);
            Vector512.Store(Vector512.WidenUpper(kept) & value, to + Vector512<int>.Count);
        }
    }

    /// <summary>The same factors in bfloat16, from the first on.</summary>
    public void Fill(Span<ushort> factors)
    {
        var threshold = Vector512.Create(_dropped);
        var value = Vector512.Create((ushort)((BitConverter.SingleToUInt32Bits(Kept) + 0x8000) >> 16));
        Span<ushort> one = stackalloc ushort[Vector512<ushort>.Count];
        for (long block = 0; !factors.IsEmpty; block++)
        {
            var random = new Lanes(_seed, block);
            var rest = factors[..Math.Min(Block, factors.Length)];
            factors = factors[rest.Length..];
            for (; rest.Length >= one.Length; rest = rest[one.Length..])
                (Vector512.GreaterThanOrEqual(random.Next(), threshold) & value).CopyTo(rest);
            (Vector512.GreaterThanOrEqual(random.Next(), threshold) & value).CopyTo(one);
            one[..rest.Length].CopyTo(rest);
        }
    }

    /// <summary>Eight generators xorshift128+ (arXiv 1404.0390) side by side, 32 numbers of 16 bits at a time.</summary>
    private struct Lanes
    {
        private Vector512<ulong> _a;
        private Vector512<ulong> _b;

        public Lanes(ulong seed, long block)
        {
            Span<ulong> state = stackalloc ulong[2 * Vector512<ulong>.Count];
            for (int i = 0; i < state.Length; i++)
                state[i] = SplitMix64.Mix(unchecked(seed + (((ulong)block * (ulong)state.Length) + (ulong)(i + 1)) * SplitMix64.Gamma));
            _a = Vector512.Create<ulong>(state);
            _b = Vector512.Create<ulong>(state[Vector512<ulong>.Count..]);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ushort> Next()
        {
            var x = _a;
            var y = _b;
            _a = y;
            x ^= x << 23;
            _b = x ^ y ^ (x >>> 17) ^ (y >>> 26);
            return (_b + y).AsUInt16();
        }
    }
}
