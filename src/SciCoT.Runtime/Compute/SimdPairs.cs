using System.Runtime.CompilerServices;

namespace SciCoT.Compute;

/// <summary>How a group of <see cref="KeyValueHead"/> becomes vectors.</summary>
internal static unsafe class SimdPairs<TSimd, TVector>
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    /// <summary>A format; static, so that a kernel is compiled for it.</summary>
    public interface IFormat
    {
        /// <summary>Bytes of a group.</summary>
        static abstract int Bytes { get; }

        /// <summary>Loads numbers of a group's first half, and those of the second that belong to them.</summary>
        /// <param name="group">The group, and four bytes more for each number that is left out.</param>
        /// <param name="first">Of the first half.</param>
        /// <param name="second">Of the second.</param>
        static abstract void Load(byte* group, out TVector first, out TVector second);
    }

    public readonly struct Float32 : IFormat
    {
        public static int Bytes => KeyValueHead.Group * sizeof(float);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Load(byte* group, out TVector first, out TVector second) =>
            (first, second) = (TSimd.Load((float*)group), TSimd.Load((float*)group + KeyValueHead.Block));
    }

    public readonly struct BFloat16 : IFormat
    {
        public static int Bytes => KeyValueHead.Group * sizeof(ushort);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Load(byte* group, out TVector first, out TVector second)
        {
            var pairs = TSimd.Load((float*)group);
            (first, second) = (TSimd.Lower(pairs), TSimd.Upper(pairs));
        }
    }
}
