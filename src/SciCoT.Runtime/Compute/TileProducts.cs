using System.Runtime.CompilerServices;
using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>Products of rounded rows with matrices that lie in tiles, of int8 or bfloat16.</summary>
/// <remarks>A number of the result has the same bits whatever the other sizes and the number of threads; of int8 whatever the processor too.</remarks>
internal static unsafe class TileProducts
{
    private const int Outputs = Int8Layout.TileOutputs;

    /// <inheritdoc cref="IKernels.Multiply"/>
    public static void Multiply(ITileKernel kernel, in Matrix matrix, int from, int to, in InputRows x, float* y, int yStride, bool add)
    {
        if (x.RestsFor(matrix) == Rests.OfAll)
        {
            Multiply(kernel, matrix, from, to, x.Row(matrix, 0), 2 * x.Count, 2, y, yStride, add);
            return;
        }

        Multiply(kernel, matrix, from, to, x.Row(matrix, 0), x.Count, 1, y, yStride, add);
        if (x.RestsFor(matrix) == Rests.None)
            return;
        for (int row = 0, end; row < x.Count; row = end)
        {
            end = row + 1;
            if (!Counts(x, matrix, row))
                continue;
            while (end < x.Count && Counts(x, matrix, end))
                end++;
            Multiply(kernel, matrix, from, to, x.Rest(matrix, row), end - row, 1, y + ((long)row * yStride), yStride, true);
        }

        static bool Counts(in InputRows x, in Matrix matrix, int row) => RoundedRow.Scale(x.Rest(matrix, row), matrix.Inputs) != 0;
    }

    /// <summary>The same with so many rounded rows, of which one or two make one row of the result.</summary>
    private static void Multiply(ITileKernel kernel, in Matrix matrix, int from, int to, byte* x, int count, int parts, float* y, int yStride, bool add)
    {
        int groups = matrix.Groups, stride = matrix.RowBytes;
        long tileBytes = (long)groups * Int8Layout.GroupBytes;
        for (int row = 0; row < count; row += ITileKernel.MostRows)
        {
            // So many rows stay in the second-level cache while they pass over the tiles.
            int rows = Math.Min(count - row, ITileKernel.MostRows);
            for (int output = from, tiles; output < to; output += tiles * Outputs)
            {
                int tile = output / Outputs, first = tile * Outputs;
                tiles = Math.Min((to - first) / Outputs, kernel.Tiles);
                var block = new TileBlock
                {
                    Groups = groups,
                    X = x + ((long)row * stride),
                    Stride = stride,
                    Rows = rows,
                    Weights = (byte*)matrix.Data + (tile * tileBytes),
                    Scales = matrix.Scales is null ? null : matrix.Scales + first,
                    Tiles = tiles,
                    Parts = parts,
                    Y = y + ((long)(row / parts) * yStride) + first,
                    YStride = yStride,
                    Adds = add,
                };
                if (output == first && tiles > 0)
                {
                    int left = Math.Min((to - first) / Outputs - tiles, kernel.Tiles);
                    Multiply(kernel, block, rows, left * tileBytes);
                    continue;
                }

                tiles = 1;
                MultiplySome(kernel, block, rows, output - first, Math.Min(to - first, Outputs));
                output = first;
            }
        }
    }

    /// <summary>Multiplies rows by whole tiles, about as many at a time each time. While they pass over the tiles, the next ones come from memory.</summary>
    private static void Multiply(ITileKernel kernel, TileBlock block, int rows, long ahead)
    {
        int times = (rows + kernel.Rows - 1) / kernel.Rows;
        int step = Math.Min(kernel.Rows, ((rows + times - 1) / times) + block.Parts - 1) / block.Parts * block.Parts;
        block.Ahead = block.Weights + (block.Tiles * (long)block.Groups * Int8Layout.GroupBytes);
        block.AheadBytes = ahead / times;
        for (; rows > 0; rows -= step)
        {
            block.Rows = Math.Min(step, rows);
            kernel.Multiply(block);
            block.X += step * block.Stride;
            block.Y += (long)(step / block.Parts) * block.YStride;
            block.Ahead += block.AheadBytes;
        }
    }

    /// <summary>Multiplies rows by some outputs of a tile; where a matrix ends there are no scales for the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplySome(ITileKernel kernel, TileBlock block, int rows, int from, int to)
    {
        float* scales = stackalloc float[Outputs], products = stackalloc float[Outputs];
        for (int i = 0; i < Outputs; i++)
            scales[i] = i < to && block.Scales is not null ? block.Scales[i] : 0;
        var one = block with { Scales = scales, Tiles = 1, Rows = 1, Parts = 1, Y = products, YStride = Outputs, Adds = false };
        for (int row = 0; row < rows; row++, one.X += one.Stride)
        {
            kernel.Multiply(one);
            float* y = block.Y + ((long)(row / block.Parts) * block.YStride);
            bool adds = block.Adds || row % block.Parts > 0;
            for (int i = from; i < to; i++)
                y[i] = adds ? y[i] + products[i] : products[i];
        }
    }
}
