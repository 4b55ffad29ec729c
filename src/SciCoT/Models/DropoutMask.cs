using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>
/// Factors of dropout: 0 with the given probability, else what keeps the expectation. TorchSharp draws such numbers one by one
/// (a tenth of a training step); here one draw of 64 bits decides four elements, and eight run side by side.
/// </summary>
/// <remarks>
/// A mask is a function of its seed alone, so that a block can be computed a second time with the same dropout. Seeds come from
/// a stream of the calling thread once its <see cref="Stream"/> was set, else from TorchSharp's generator.
/// </remarks>
internal static class DropoutMask
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const int Steps = 1 << 16; // the probability is rounded to 1/65536

    [ThreadStatic]
    private static ulong? s_stream;

    /// <summary>Where the calling thread's stream of seeds stands; <see langword="null"/> if it has none.</summary>
    public static ulong? Stream
    {
        get => s_stream;
        set => s_stream = value;
    }

    /// <summary>A mask for a tensor.</summary>
    /// <returns>Of the shape, precision and device of <paramref name="like"/>.</returns>
    public static Tensor Draw(Tensor like, double rate)
    {
        ulong seed = NextSeed();
        int dropped = (int)Math.Round(rate * Steps); // of 65536
        float kept = (float)(Steps / (double)(Steps - dropped));
        if (like.device_type == TorchSharp.DeviceType.CPU && like.dtype is ScalarType.Float32 or ScalarType.BFloat16)
        {
            var mask = empty(like.shape, dtype: like.dtype);
            Fill(mask, seed, (ushort)dropped, kept);
            return mask;
        }

        using var generator = new Generator(seed, like.device);
        return zeros(like.shape, dtype: like.dtype, device: like.device).bernoulli_(1 - (double)dropped / Steps, generator) * KeptScalar.Of(kept);
    }

    private static ulong NextSeed()
    {
        if (s_stream is not { } position)
            return (ulong)randint(long.MaxValue, [1], dtype: ScalarType.Int64).data<long>()[0];
        s_stream = unchecked(position + Golden);
        return Mix(position);
    }

    private static void Fill(Tensor mask, ulong seed, ushort dropped, float kept)
    {
        var random = new Lanes(seed);
        var threshold = Vector512.Create(dropped);
        if (mask.dtype == ScalarType.BFloat16)
        {
            var value = Vector512.Create((ushort)((BitConverter.SingleToUInt32Bits(kept) + 0x8000) >> 16));
            var half = MemoryMarshal.Cast<byte, ushort>(mask.bytes);
            for (; half.Length >= Vector512<ushort>.Count; half = half[Vector512<ushort>.Count..])
                (Vector512.GreaterThanOrEqual(random.Next(), threshold) & value).CopyTo(half);
            Span<ushort> rest = stackalloc ushort[Vector512<ushort>.Count];
            (Vector512.GreaterThanOrEqual(random.Next(), threshold) & value).CopyTo(rest);
            rest[..half.Length].CopyTo(half);
            return;
        }

        var bits = Vector512.Create(BitConverter.SingleToInt32Bits(kept));
        var whole = MemoryMarshal.Cast<byte, int>(mask.bytes);
        for (; whole.Length >= Vector512<ushort>.Count; whole = whole[Vector512<ushort>.Count..])
            Widen(ref random, threshold, bits, whole);
        Span<int> last = stackalloc int[Vector512<ushort>.Count];
        Widen(ref random, threshold, bits, last);
        last[..whole.Length].CopyTo(whole);
    }

    private static void Widen(ref Lanes random, Vector512<ushort> threshold, Vector512<int> bits, Span<int> target)
    {
        var kept = Vector512.GreaterThanOrEqual(random.Next(), threshold).AsInt16(); // −1 or 0
        (Vector512.WidenLower(kept) & bits).CopyTo(target);
        (Vector512.WidenUpper(kept) & bits).CopyTo(target[Vector512<int>.Count..]);
    }

    /// <summary>The finaliser of SplitMix64.</summary>
    private static ulong Mix(ulong z)
    {
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }

    /// <summary>Eight generators xorshift128+ (arXiv 1404.0390) side by side, 32 numbers of 16 bits at a time.</summary>
    private struct Lanes
    {
        private Vector512<ulong> _a;
        private Vector512<ulong> _b;

        public Lanes(ulong seed)
        {
            Span<ulong> state = stackalloc ulong[2 * Vector512<ulong>.Count];
            for (int i = 0; i < state.Length; i++)
                state[i] = Mix(unchecked(seed + (ulong)(i + 1) * Golden));
            _a = Vector512.Create<ulong>(state);
            _b = Vector512.Create<ulong>(state[Vector512<ulong>.Count..]);
        }

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
