using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SciCoT.TileKernels;

/// <summary>The kinds of <see cref="IInt8Dot{TVector}"/>.</summary>
internal static unsafe class Int8Dots
{
    /// <summary>AVX-VNNI: one instruction for the four products and their sum, of unsigned numbers and signed ones: the sign of a weight goes over to the input.</summary>
    public readonly struct Vnni : IInt8Dot<Vector256<int>>
    {
        public static int Width => 8;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> Load(sbyte* source) => Vector256.Load(source).AsInt32();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> Repeat(sbyte* source) => Vector256.Create(*(int*)source);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> Prepare(Vector256<int> weights) => Avx2.Abs(weights.AsSByte()).AsInt32();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> Add(Vector256<int> sums, Vector256<int> weights, Vector256<int> prepared, Vector256<int> x) =>
            AvxVnni.MultiplyWideningAndAdd(sums, prepared.AsByte(), Avx2.Sign(x.AsSByte(), weights.AsSByte()));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> Sum(Vector256<int> a, Vector256<int> b) => a + b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector256<int> sums, int* target) => sums.Store(target);
    }

    /// <summary>ARM's dot product.</summary>
    public readonly struct Arm : IInt8Dot<Vector128<int>>
    {
        public static int Width => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<int> Load(sbyte* source) => Vector128.Load(source).AsInt32();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<int> Repeat(sbyte* source) => Vector128.Create(*(int*)source);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<int> Prepare(Vector128<int> weights) => weights;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<int> Add(Vector128<int> sums, Vector128<int> weights, Vector128<int> prepared, Vector128<int> x) =>
            Dp.DotProduct(sums, weights.AsSByte(), x.AsSByte());

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<int> Sum(Vector128<int> a, Vector128<int> b) => a + b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector128<int> sums, int* target) => sums.Store(target);
    }

    /// <summary>Every processor: numbers at even and at odd places are widened to 16 bits, in which the sum of two products has room.</summary>
    public readonly struct Portable : IInt8Dot<Vector128<int>>
    {
        public static int Width => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<int> Load(sbyte* source) => Vector128.Load(source).AsInt32();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<int> Repeat(sbyte* source) => Vector128.Create(*(int*)source);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<int> Prepare(Vector128<int> weights) => weights;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<int> Add(Vector128<int> sums, Vector128<int> weights, Vector128<int> prepared, Vector128<int> x)
        {
            var pairs = ((Even(weights) * Even(x)) + (Odd(weights) * Odd(x))).AsInt32();
            return sums + ((pairs << 16) >> 16) + (pairs >> 16);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<int> Sum(Vector128<int> a, Vector128<int> b) => a + b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector128<int> sums, int* target) => sums.Store(target);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<short> Even(Vector128<int> numbers) => (numbers.AsInt16() << 8) >> 8;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<short> Odd(Vector128<int> numbers) => numbers.AsInt16() >> 8;
    }
}
