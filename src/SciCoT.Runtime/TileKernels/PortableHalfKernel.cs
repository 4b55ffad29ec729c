using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SciCoT.TileKernels;

/// <summary>Products of bfloat16 numbers on any processor: for matrices that were laid out for another, and to compare with.</summary>
internal sealed unsafe class PortableHalfKernel : ITileKernel
{
    public int Rows => 1;

    public int Tiles => 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(in TileBlock block)
    {
        var sums = Vector512<float>.Zero;
        for (int group = 0; group < block.Groups; group++)
        {
            var weights = Vector512.Load((uint*)(block.Weights + (group * Int8Layout.GroupBytes)));
            uint x = ((uint*)block.X)[group];
            sums += Odd(weights) * BitConverter.UInt32BitsToSingle(x & 0xFFFF0000);
            sums += Even(weights) * BitConverter.UInt32BitsToSingle(x << 16);
        }

        (block.Adds ? Vector512.Load(block.Y) + sums : sums).Store(block.Y);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<float> Even(Vector512<uint> pairs) => (pairs << 16).AsSingle();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<float> Odd(Vector512<uint> pairs) => (pairs & Vector512.Create(0xFFFF0000)).AsSingle();
    }
}
