using SciCoT.Compute;

namespace SciCoT.Checkpoints;

/// <summary>
/// Whether a tensor's values are numbers that can be computed with. A single NaN makes every answer of a model one. Parts may be looked at
/// in any order and by several threads.
/// </summary>
/// <param name="name">The tensor's name in the file.</param>
/// <param name="place">The folder or file that it comes from.</param>
/// <param name="shape">Its shape.</param>
/// <param name="type">float32 or bfloat16; values of other types are not looked at.</param>
internal sealed unsafe class FiniteWeights(string name, string place, long[] shape, WeightType type)
{
    /// <summary>Values that one thread looks at, at a time.</summary>
    private const int Chunk = 1 << 18;

    private readonly Lock _gate = new();
    private long _first = long.MaxValue;
    private float _value;

    /// <summary>Checks a tensor of a checkpoint.</summary>
    /// <param name="values">Its values, contiguous.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="check">The tensor.</param>
    /// <param name="type">What the values are.</param>
    /// <exception cref="InvalidFileException">A value is NaN or infinite; the message names the tensor and the value's place.</exception>
    public static void Check(void* values, long count, FiniteWeights check, WeightType type)
    {
        if (count == 0)
            return;
        nint memory = (nint)values;
        int size = WeightBlock.SizeOf(type);
        int chunks = checked((int)((count + Chunk - 1) / Chunk));
        if (chunks == 1)
            Look(0);
        else
            Parallel.For(0, chunks, Look);
        check.ThrowIfFound();

        void Look(int chunk)
        {
            long start = (long)chunk * Chunk;
            check.Look((byte*)memory + (start * size), start, (int)Math.Min(Chunk, count - start));
        }
    }

    /// <summary>Looks at some of the values.</summary>
    /// <param name="values">Where they lie.</param>
    /// <param name="start">The place of the first of them in the tensor.</param>
    /// <param name="count">How many they are.</param>
    public void Look(void* values, long start, int count)
    {
        int found = type switch
        {
            WeightType.Float32 => FiniteNumbers.FirstNotFinite(new ReadOnlySpan<float>(values, count)),
            WeightType.BFloat16 => FiniteNumbers.FirstNotFinite(new ReadOnlySpan<ushort>(values, count)),
            _ => -1,
        };
        if (found < 0)
            return;
        lock (_gate)
        {
            if (start + found >= _first)
                return;
            _first = start + found;
            _value = type == WeightType.Float32 ? ((float*)values)[found] : BitConverter.UInt32BitsToSingle((uint)((ushort*)values)[found] << 16);
        }
    }

    /// <exception cref="InvalidFileException">A value is NaN or infinite; the message names the tensor and the place of the first.</exception>
    public void ThrowIfFound()
    {
        if (_first == long.MaxValue)
            return;
        throw new InvalidFileException(
            $"{place}: tensor '{name}' holds {Describe(_value)} at [{string.Join(", ", Index(_first))}], read as {type}; weights must be finite. "
            + "The file is damaged, or comes from a training that diverged: download it again, or take an earlier checkpoint.");
    }

    private long[] Index(long found)
    {
        var index = new long[shape.Length];
        for (int dimension = shape.Length - 1; dimension >= 0; dimension--)
            (found, index[dimension]) = Math.DivRem(found, shape[dimension]);
        return index;
    }

    private static string Describe(float value) => float.IsNaN(value) ? "NaN" : value > 0 ? "infinity" : "minus infinity";
}
