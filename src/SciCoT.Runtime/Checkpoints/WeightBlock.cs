using SciCoT.Compute;

namespace SciCoT.Checkpoints;

/// <summary>A tensor's values in native memory, contiguous, in the type in which they are stored.</summary>
/// <param name="type">What the values are.</param>
/// <param name="shape">The tensor's dimensions.</param>
internal sealed unsafe class WeightBlock(WeightType type, long[] shape) : IDisposable
{
    private readonly NativeBuffer _memory = new((CountOf(shape) * SizeOf(type) + sizeof(float) - 1) / sizeof(float));

    public WeightType Type => type;

    public long[] Shape => shape;

    public long Count { get; } = CountOf(shape);

    public long Bytes => Count * SizeOf(type);

    public byte* Pointer => (byte*)_memory.Pointer;

    public static int SizeOf(WeightType type) => type switch
    {
        WeightType.Float64 => sizeof(double),
        WeightType.Float32 => sizeof(float),
        _ => sizeof(ushort),
    };

    /// <summary>The values in float32; this block itself where they are stored so.</summary>
    public WeightBlock ToFloat32()
    {
        if (type == WeightType.Float32)
            return this;
        var wide = new WeightBlock(WeightType.Float32, shape);
        float* to = (float*)wide.Pointer;
        switch (type)
        {
            case WeightType.BFloat16:
                Rounding.Widen((ushort*)Pointer, Count, to);
                break;
            case WeightType.Float64:
                for (long i = 0; i < Count; i++)
                    to[i] = (float)((double*)Pointer)[i];
                break;
            default:
                for (long i = 0; i < Count; i++)
                    to[i] = (float)((Half*)Pointer)[i];
                break;
        }

        return wide;
    }

    public void Dispose() => _memory.Dispose();

    private static long CountOf(long[] shape) => shape.Aggregate(1L, (product, size) => checked(product * size));
}
