using System.Runtime.CompilerServices;

namespace SciCoT.Compute;

/// <summary>How the numbers of a matrix become vectors.</summary>
internal static unsafe class SimdFormats<TSimd, TVector>
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    /// <summary>A format; static, so that a kernel is compiled for it.</summary>
    public interface IFormat
    {
        static abstract int Bytes { get; }

        static abstract TVector Load(void* row, int index);

        static abstract float At(void* row, int index);
    }

    public readonly struct Float32 : IFormat
    {
        public static int Bytes => sizeof(float);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Load(void* row, int index) => TSimd.Load((float*)row + index);

        public static float At(void* row, int index) => ((float*)row)[index];
    }

    public readonly struct BFloat16 : IFormat
    {
        public static int Bytes => sizeof(ushort);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Load(void* row, int index) => TSimd.Load((ushort*)row + index);

        public static float At(void* row, int index) => BitConverter.Int32BitsToSingle(((ushort*)row)[index] << 16);
    }
}
