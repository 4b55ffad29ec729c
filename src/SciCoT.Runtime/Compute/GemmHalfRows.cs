using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SciCoT.Compute;

/// <summary>A right matrix whose columns are rows of bfloat16 numbers.</summary>
internal readonly unsafe struct GemmHalfRows(ushort* data, long stride) : Gemm.IRight
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(int depth, int column, int depths, int columns, float* target)
    {
        float* wide = stackalloc float[Gemm.TileColumns * 16];
        for (int tile = 0; tile < columns; tile += Gemm.TileColumns, target += depths * Gemm.TileColumns)
        {
            int width = Math.Min(Gemm.TileColumns, columns - tile);
            for (int from = 0; from < depths; from += 16)
            {
                int count = Math.Min(16, depths - from);
                for (int j = 0; j < width; j++)
                {
                    ushort* row = data + ((column + tile + j) * stride) + depth + from;
                    if (count == 16)
                    {
                        Vector512.Store(Simd512.Load(row), wide + (j * 16));
                        continue;
                    }

                    for (int i = 0; i < count; i++)
                        wide[(j * 16) + i] = BitConverter.Int32BitsToSingle(row[i] << 16);
                }

                GemmPacking.Right(new Gemm.View(wide, 1, 16), count, width, target + (from * Gemm.TileColumns));
            }
        }
    }
}
