using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SciCoT.Compute;

/// <summary>Products of rounded rows with int8 matrices: whole numbers up to the last step, which makes float32 of the sums.</summary>
/// <remarks>A number of the result has the same bits whatever the processor, the other sizes and the number of threads.</remarks>
internal static unsafe class Int8Products
{
    /// <summary>Rows that pass over a tile while they stay in the second-level cache.</summary>
    private const int Block = 128;

    private const int CacheLine = 64;

    /// <inheritdoc cref="IKernels.Multiply"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(IInt8Kernel kernel, in Matrix matrix, int from, int to, in InputRows x, float* y, int yStride, bool add)
    {
        int inputs = matrix.Inputs, groups = Int8Layout.Groups(inputs), parts = x.Parts, count = x.Count * parts, step = kernel.Rows / parts * parts;
        long stride = RoundedRow.Bytes(inputs), tileBytes = (long)groups * Int8Layout.GroupBytes;
        int* sums = stackalloc int[step * Int8Layout.TileOutputs];
        for (int block = 0; block < count; block += Block)
        {
            int end = Math.Min(count, block + Block);
            for (int tile = from / Int8Layout.TileOutputs; tile * Int8Layout.TileOutputs < to; tile++)
            {
                sbyte* weights = (sbyte*)matrix.Data + (tile * tileBytes);
                int first = Math.Max(from, tile * Int8Layout.TileOutputs), last = Math.Min(to, (tile + 1) * Int8Layout.TileOutputs);

                // While rows pass over this tile, the next one comes from memory.
                sbyte* next = weights + tileBytes, nextEnd = last < to ? next + tileBytes : next;
                long ahead = tileBytes * step / (end - block);
                for (int row = block; row < end; row += step)
                {
                    for (sbyte* stop = next + ahead; next < stop && next < nextEnd; next += CacheLine)
                        Prefetch(next);
                    int rows = Math.Min(step, end - row);
                    byte* rounded = x.Rounded + (row * stride);
                    kernel.Multiply(weights, groups, (sbyte*)rounded, stride, rows, sums);
                    for (int i = 0; i < rows; i++)
                    {
                        float scale = RoundedRow.Scale(rounded + (i * stride), inputs);
                        int* own = sums + (i * Int8Layout.TileOutputs) + (first % Int8Layout.TileOutputs);
                        Finish(own, scale, matrix.Scales + first, last - first, y + ((long)((row + i) / parts) * yStride) + first, add || i % parts > 0);
                    }
                }
            }
        }
    }

    /// <summary>Scales sums and stores them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(int* sums, float scale, float* scales, int count, float* y, bool add)
    {
        int i = 0;
        for (; i <= count - Vector128<float>.Count; i += Vector128<float>.Count)
        {
            var product = Vector128.ConvertToSingle(Vector128.Load(sums + i)) * (Vector128.Load(scales + i) * scale);
            (add ? Vector128.Load(y + i) + product : product).Store(y + i);
        }

        for (; i < count; i++)
        {
            float product = sums[i] * (scales[i] * scale);
            y[i] = add ? y[i] + product : product;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}
