using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SciCoT.Compute;

/// <summary>
/// Where dropout comes from: seeds of a stream of the calling thread once its <see cref="Stream"/> was set, else of TorchSharp's
/// generator. A block can be computed a second time with the same dropout by setting the stream back.
/// </summary>
internal static class DropoutMask
{
    /// <summary>Where the calling thread's stream of seeds stands; <see langword="null"/> if it has none.</summary>
    [field: ThreadStatic]
    public static ulong? Stream { get; set; }

    /// <summary>The next dropout.</summary>
    /// <param name="rate">The probability that an element is dropped; without any, no seed is taken.</param>
    public static DropoutStream Next(double rate) => rate > 0 ? new DropoutStream(NextSeed(), rate) : default;

    /// <summary>A mask for a tensor.</summary>
    /// <returns>Of the shape, precision and device of <paramref name="like"/>.</returns>
    public static Tensor Draw(Tensor like, double rate)
    {
        var dropout = Next(rate);
        if (like.device_type == TorchSharp.DeviceType.CPU && like.dtype is ScalarType.Float32 or ScalarType.BFloat16)
        {
            var mask = empty(like.shape, dtype: like.dtype);
            if (mask.dtype == ScalarType.Float32)
                dropout.Fill(MemoryMarshal.Cast<byte, float>(mask.bytes), 0);
            else
                dropout.Fill(MemoryMarshal.Cast<byte, ushort>(mask.bytes));
            return mask;
        }

        using var generator = new Generator(dropout.Seed, like.device);
        return zeros(like.shape, dtype: like.dtype, device: like.device).bernoulli_(1 - dropout.Rate, generator) * KeptScalar.Of(dropout.Kept);
    }

    private static ulong NextSeed()
    {
        if (Stream is not { } position)
            return (ulong)randint(long.MaxValue, [1], dtype: ScalarType.Int64).data<long>()[0];
        Stream = unchecked(position + SplitMix64.Gamma);
        return SplitMix64.Mix(position);
    }
}
