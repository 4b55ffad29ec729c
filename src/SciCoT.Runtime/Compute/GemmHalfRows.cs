using System.Runtime.CompilerServices;

namespace SciCoT.Compute;

/// <summary>A right matrix whose columns are rows of bfloat16 numbers.</summary>
internal readonly unsafe struct GemmHalfRows(ushort* data, long stride) : Gemm.IRight
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack<TSimd, TVector>(int depth, int column, int depths, int columns, float* target)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        int tileColumns = GemmTiles<TSimd, TVector>.Columns, step = TSimd.Width;
        float* wide = stackalloc float[tileColumns * step];
        for (int tile = 0; tile < columns; tile += tileColumns, target += depths * tileColumns)
        {
            int width = Math.Min(tileColumns, columns - tile);
            for (int from = 0; from < depths; from += step)
            {
                int count = Math.Min(step, depths - from);
                for (int j = 0; j < width; j++)
                {
                    ushort* row = data + ((column + tile + j) * stride) + depth + from;
                    if (count == step)
                    {
                        TSimd.Store(TSimd.Load(row), wide + (j * step));
                        continue;
                    }

                    for (int i = 0; i < count; i++)
                        wide[(j * step) + i] = BitConverter.Int32BitsToSingle(row[i] << 16);
                }

                GemmPacking<TSimd, TVector>.Right(new Gemm.View(wide, 1, step), count, width, target + (from * tileColumns));
            }
        }
    }
}
