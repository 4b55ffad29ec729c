using SciCoT.Checkpoints;
using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>The weights of a model in one block of native memory: each value is read, checked and, where it is to be, rounded while it is in the cache.</summary>
/// <remarks>
/// One block can have large pages, and every matrix begins on a cache line. Of weights that are rounded, float32 values exist only part
/// by part. What is stored otherwise than in float32, or in a pickle, is read tensor by tensor.
/// </remarks>
internal sealed unsafe class WeightMemory : IDisposable
{
    private const int CacheLine = 64;

    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private readonly NativeBuffer _block;

    /// <param name="parameters">What there is.</param>
    /// <param name="format">How it is to be kept.</param>
    public WeightMemory(IEnumerable<T5Parameter> parameters, WeightFormat format)
    {
        long size = 0;
        foreach (var parameter in parameters)
        {
            var own = parameter.In(format);
            long count = parameter.Shape.Aggregate(1L, (product, length) => product * length);
            long values = Take(count * (own switch { WeightFormat.Int8 => 1, WeightFormat.BFloat16 => sizeof(ushort), _ => sizeof(float) }));
            long scales = own == WeightFormat.Int8 ? Take(parameter.Shape[0] * sizeof(float)) : -1;
            _places.Add(parameter.Name, new Place(parameter.Shape, own, values, scales));
        }

        _block = new NativeBuffer(size / sizeof(float));
        HugePages.Advise((nint)_block.Pointer, size);

        long Take(long bytes)
        {
            long start = size;
            size += (bytes + CacheLine - 1) / CacheLine * CacheLine;
            return start;
        }
    }

    /// <summary>Reads all weights.</summary>
    /// <param name="files">The checkpoint.</param>
    /// <param name="stored">The name of each parameter in it.</param>
    /// <param name="folder">Its folder, for messages.</param>
    /// <exception cref="InvalidFileException">A file was cut off, or a value is NaN or infinite.</exception>
    public void Read(CheckpointFiles files, Func<string, string> stored, string folder)
    {
        var targets = new List<TensorTarget>();
        var checks = new List<FiniteWeights>();
        foreach (var (name, place) in _places)
        {
            var check = new FiniteWeights(stored(name), folder, place.Shape, WeightType.Float32);
            if (files.Stored(stored(name), WeightType.Float32) is { } source)
            {
                checks.Add(check);
                targets.Add(Target(place, source.File, source.Entry, check));
                continue;
            }

            using var read = files.Read(stored(name));
            using var block = read.ToFloat32();
            FiniteWeights.Check(block.Pointer, block.Count, check, WeightType.Float32);
            Keep(place, block.Pointer, 0, block.Count);
        }

        TensorParts.Read(targets);
        foreach (var check in checks)
            check.ThrowIfFound();
    }

    public Matrix Matrix(string name)
    {
        var place = _places[name];
        int inputs = checked((int)place.Shape[1]);
        var format = place.Format switch { WeightFormat.Int8 => NumberFormat.Int8, WeightFormat.BFloat16 => NumberFormat.BFloat16, _ => NumberFormat.Float32 };
        return new Matrix(At(place.Values), format, place.Scales < 0 ? null : (float*)At(place.Scales), checked((int)place.Shape[0]), inputs, inputs);
    }

    public T5Weights.Vector Vector(string name) => new((float*)At(_places[name].Values));

    public bool Contains(string name) => _places.ContainsKey(name);

    public void Dispose() => _block.Dispose();

    private TensorTarget Target(Place place, SafetensorsFile file, SafetensorsEntry entry, FiniteWeights check)
    {
        if (place.Format == WeightFormat.Float32)
            return new TensorTarget(file, entry, (nint)At(place.Values), (values, start, bytes) => check.Look(values, start / sizeof(float), bytes / sizeof(float)));
        return new TensorTarget(file, entry, 0, (values, start, bytes) =>
        {
            check.Look(values, start / sizeof(float), bytes / sizeof(float));
            Keep(place, values, start / sizeof(float), bytes / sizeof(float));
        }, place.Shape[1] * sizeof(float));
    }

    /// <summary>Keeps float32 values in a parameter's format; of int8 weights whole rows.</summary>
    private void Keep(Place place, byte* values, long start, long count)
    {
        switch (place.Format)
        {
            case WeightFormat.Int8:
                int inputs = checked((int)place.Shape[1]);
                for (long i = 0; i < count; i += inputs)
                    Rounding.Round((float*)values + i, inputs, (sbyte*)At(place.Values) + start + i, (float*)At(place.Scales) + ((start + i) / inputs));
                break;
            case WeightFormat.BFloat16:
                for (long i = 0; i < count; i += TensorParts.Bytes)
                    Rounding.Round((uint*)values + i, (int)Math.Min(TensorParts.Bytes, count - i), (ushort*)At(place.Values) + start + i);
                break;
            default:
                Buffer.MemoryCopy(values, (float*)At(place.Values) + start, count * sizeof(float), count * sizeof(float));
                break;
        }
    }

    private byte* At(long offset) => (byte*)_block.Pointer + offset;

    private sealed record Place(long[] Shape, WeightFormat Format, long Values, long Scales);
}
