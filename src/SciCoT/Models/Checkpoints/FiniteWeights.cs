using SciCoT.Compute;
using SciCoT.Models.Tensors;
using static TorchSharp.torch;

namespace SciCoT.Models.Checkpoints;

/// <summary>Whether weights are numbers that can be computed with. A single NaN makes every answer of a model one.</summary>
internal static unsafe class FiniteWeights
{
    /// <summary>Values that one thread looks at, at a time.</summary>
    private const int Chunk = 1 << 20;

    /// <summary>Checks a tensor of a checkpoint.</summary>
    /// <param name="weights">Contiguous, on the CPU, in float32 or bfloat16.</param>
    /// <param name="name">Its name in the file.</param>
    /// <param name="place">The folder or file that it comes from.</param>
    /// <exception cref="InvalidFileException">A value is NaN or infinite; the message names the tensor and the value's place.</exception>
    public static void Check(Tensor weights, string name, string place)
    {
        if (weights.numel() == 0 || weights.dtype is not (ScalarType.Float32 or ScalarType.BFloat16))
            return;
        long found = FirstNotFinite(weights);
        if (found < 0)
            return;

        using var flat = weights.view(-1);
        using var value = flat.narrow(0, found, 1).to_type(ScalarType.Float32);
        var index = string.Join(", ", Index(found, weights.shape));
        throw new InvalidFileException(
            $"{place}: tensor '{name}' holds {Describe(value.item<float>())} at [{index}], read as {weights.dtype}; weights must be finite. "
            + "The file is damaged, or comes from a training that diverged: download it again, or take an earlier checkpoint.");
    }

    /// <summary>The place of the first value that is NaN or infinite; −1 where there is none.</summary>
    private static long FirstNotFinite(Tensor weights)
    {
        var gate = new Lock();
        long count = weights.numel(), first = long.MaxValue;
        nint memory = (nint)TensorMemory.Address(weights);
        bool narrow = weights.dtype == ScalarType.BFloat16;
        int chunks = checked((int)((count + Chunk - 1) / Chunk));
        if (chunks == 1)
            Look(0);
        else
            Parallel.For(0, chunks, Look);
        GC.KeepAlive(weights);
        return first == long.MaxValue ? -1 : first;

        void Look(int chunk)
        {
            long start = (long)chunk * Chunk;
            int length = (int)Math.Min(Chunk, count - start);
            int place = narrow
                ? FiniteNumbers.FirstNotFinite(new ReadOnlySpan<ushort>((ushort*)memory + start, length))
                : FiniteNumbers.FirstNotFinite(new ReadOnlySpan<float>((float*)memory + start, length));
            if (place < 0)
                return;
            long found = start + place;
            lock (gate)
                first = Math.Min(first, found);
        }
    }

    private static IEnumerable<long> Index(long place, long[] shape)
    {
        var index = new long[shape.Length];
        for (int dimension = shape.Length - 1; dimension >= 0; dimension--)
            (place, index[dimension]) = Math.DivRem(place, shape[dimension]);
        return index;
    }

    private static string Describe(float value) => float.IsNaN(value) ? "NaN" : value > 0 ? "infinity" : "minus infinity";
}
