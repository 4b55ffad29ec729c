using System.Collections.Concurrent;
using SciCoT.Checkpoints;
using SciCoT.Compute;
using SciCoT.IO;
using SciCoT.TileKernels;

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
    /// <param name="halves">How matrices of bfloat16 are laid out for products.</param>
    public WeightMemory(IEnumerable<T5Parameter> parameters, WeightFormat format, NumberFormat halves)
    {
        long size = 0;
        foreach (var parameter in parameters)
        {
            var own = parameter.In(format) switch
            {
                WeightFormat.Int8 => NumberFormat.Int8,
                WeightFormat.BFloat16 => halves,
                _ => NumberFormat.Float32,
            };
            long count = parameter.Shape.Aggregate(1L, (product, length) => product * length);
            long values = Take(own switch
            {
                NumberFormat.Int8 => Int8Layout.Bytes(parameter.Shape[0], checked((int)parameter.Shape[1])),
                NumberFormat.BFloat16Tiles => HalfLayout.Bytes(parameter.Shape[0], checked((int)parameter.Shape[1])),
                NumberFormat.BFloat16 => count * sizeof(ushort),
                _ => count * sizeof(float),
            });
            long scales = own == NumberFormat.Int8 ? Take(parameter.Shape[0] * sizeof(float)) : -1;
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
        var withoutRoom = new ConcurrentQueue<(Place Place, long Output)>();
        foreach (var (name, place) in _places)
        {
            if (place.Format == NumberFormat.Int8 && files.StoredInt8(stored(name)) is { } rounded)
            {
                var scales = new FiniteWeights(rounded.Scales.Name, folder, rounded.Scales.Shape, WeightType.Float32);
                checks.Add(scales);
                int inputs = checked((int)place.Shape[1]);
                targets.Add(new TensorTarget(rounded.File, rounded.Values, 0, (values, start, bytes) =>
                {
                    Lay(place, (sbyte*)values, start, bytes);
                    for (long i = 0; i < bytes; i += inputs)
                    {
                        if (!Int8Room.Has((sbyte*)values + i, inputs))
                            withoutRoom.Enqueue((place, (start + i) / inputs));
                    }
                }, Int8Layout.TileOutputs * inputs));
                targets.Add(Whole(rounded.File, rounded.Scales, At(place.Scales), scales, sizeof(float)));
                continue;
            }

            if (place.Format is NumberFormat.BFloat16 or NumberFormat.BFloat16Tiles && files.Stored(stored(name), WeightType.BFloat16) is { } half)
            {
                var halves = new FiniteWeights(stored(name), folder, place.Shape, WeightType.BFloat16);
                checks.Add(halves);
                targets.Add(place.Format == NumberFormat.BFloat16
                    ? Whole(half.File, half.Entry, At(place.Values), halves, sizeof(ushort))
                    : new TensorTarget(half.File, half.Entry, 0, (values, start, bytes) =>
                    {
                        halves.Look(values, start / sizeof(ushort), bytes / sizeof(ushort));
                        Lay(place, (ushort*)values, start / sizeof(ushort), bytes / sizeof(ushort));
                    }, Int8Layout.TileOutputs * place.Shape[1] * sizeof(ushort)));
                continue;
            }

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
        foreach (var (place, output) in withoutRoom)
            RoundAgain(place, output);
    }

    /// <summary>Writes all weights as they are kept.</summary>
    /// <param name="path">The file; it appears whole.</param>
    /// <param name="format">The format that they were loaded in.</param>
    /// <param name="copies">Further names, each with the parameter that is written under it once more.</param>
    public void Save(string path, WeightFormat format, params IEnumerable<(string Name, string Parameter)> copies)
    {
        var tensors = _places.Select(place => (Name: place.Key, Place: place.Value))
            .Concat(copies.Select(copy => (copy.Name, Place: _places[copy.Parameter])))
            .OrderBy(tensor => tensor.Name, StringComparer.Ordinal)
            .SelectMany(tensor => Stored(tensor.Name, tensor.Place)).ToArray();
        using var file = new AtomicFile.Pending(path);
        SafetensorsHeaderWriter.Write(
            file.Stream,
            tensors.Select(tensor => (tensor.Name, tensor.Dtype, tensor.Shape, tensor.Bytes)),
            format == WeightFormat.Float32 ? [] : [KeyValuePair.Create(CheckpointFiles.RoundingKey, NameOf(format))]);
        foreach (var tensor in tensors)
        {
            if (tensor.Format is NumberFormat.Int8 or NumberFormat.BFloat16Tiles)
            {
                WriteRows(file.Stream, tensor.Format, tensor.Offset, tensor.Shape);
                continue;
            }

            for (long start = 0; start < tensor.Bytes; start += TensorParts.Bytes)
                file.Stream.Write(new ReadOnlySpan<byte>(At(tensor.Offset + start), (int)Math.Min(TensorParts.Bytes, tensor.Bytes - start)));
        }

        file.Commit();
    }

    /// <summary>A format's name in files.</summary>
    public static string NameOf(WeightFormat format) => format switch { WeightFormat.Int8 => "int8", WeightFormat.BFloat16 => "bfloat16", _ => "float32" };

    /// <summary>The tensors in a file that hold a parameter.</summary>
    private static IEnumerable<(string Name, NumberFormat Format, string Dtype, long[] Shape, long Offset, long Bytes)> Stored(string name, Place place)
    {
        var (dtype, size) = place.Format switch
        {
            NumberFormat.Int8 => (SafetensorsDtype.Int8, sizeof(sbyte)),
            NumberFormat.BFloat16 or NumberFormat.BFloat16Tiles => (SafetensorsDtype.NameOf(WeightType.BFloat16), sizeof(ushort)),
            _ => (SafetensorsDtype.NameOf(WeightType.Float32), sizeof(float)),
        };
        yield return (name, place.Format, dtype, place.Shape, place.Values, size * place.Shape.Aggregate(1L, (product, length) => product * length));
        if (place.Scales >= 0)
            yield return (CheckpointFiles.ScalesOf(name), NumberFormat.Float32, SafetensorsDtype.NameOf(WeightType.Float32), [place.Shape[0]], place.Scales, place.Shape[0] * sizeof(float));
    }

    public Matrix Matrix(string name)
    {
        var place = _places[name];
        int inputs = checked((int)place.Shape[1]);
        return new Matrix(At(place.Values), place.Format, place.Scales < 0 ? null : (float*)At(place.Scales), checked((int)place.Shape[0]), inputs, inputs);
    }

    public T5Weights.Vector Vector(string name) => new((float*)At(_places[name].Values));

    public bool Contains(string name) => _places.ContainsKey(name);

    public void Dispose() => _block.Dispose();

    private TensorTarget Target(Place place, SafetensorsFile file, SafetensorsEntry entry, FiniteWeights check)
    {
        if (place.Format == NumberFormat.Float32)
            return Whole(file, entry, At(place.Values), check, sizeof(float));
        return new TensorTarget(file, entry, 0, (values, start, bytes) =>
        {
            check.Look(values, start / sizeof(float), bytes / sizeof(float));
            Keep(place, values, start / sizeof(float), bytes / sizeof(float));
        }, place.Shape[1] * sizeof(float));
    }

    /// <summary>A tensor that is kept as it is stored.</summary>
    private static TensorTarget Whole(SafetensorsFile file, SafetensorsEntry entry, byte* memory, FiniteWeights check, int size) =>
        new(file, entry, (nint)memory, (values, start, bytes) => check.Look(values, start / size, bytes / size));

    /// <summary>Keeps float32 values in a parameter's format; of int8 weights whole rows.</summary>
    private void Keep(Place place, byte* values, long start, long count)
    {
        switch (place.Format)
        {
            case NumberFormat.Int8:
                int inputs = checked((int)place.Shape[1]);
                fixed (sbyte* row = new sbyte[inputs])
                {
                    for (long i = 0; i < count; i += inputs)
                    {
                        Rounding.Round((float*)values + i, inputs, row, (float*)At(place.Scales) + ((start + i) / inputs));
                        Lay(place, row, start + i, inputs);
                    }
                }

                break;
            case NumberFormat.BFloat16Tiles:
                int width = checked((int)place.Shape[1]);
                fixed (ushort* row = new ushort[width])
                {
                    for (long i = 0; i < count; i += width)
                    {
                        Rounding.Round((uint*)values + i, width, row);
                        Lay(place, row, start + i, width);
                    }
                }

                break;
            case NumberFormat.BFloat16:
                for (long i = 0; i < count; i += TensorParts.Bytes)
                    Rounding.Round((uint*)values + i, (int)Math.Min(TensorParts.Bytes, count - i), (ushort*)At(place.Values) + start + i);
                break;
            default:
                Buffer.MemoryCopy(values, (float*)At(place.Values) + start, count * sizeof(float), count * sizeof(float));
                break;
        }
    }

    /// <summary>Puts rows of int8 values in their places.</summary>
    private void Lay(Place place, sbyte* values, long start, long count)
    {
        int inputs = checked((int)place.Shape[1]);
        for (long i = 0; i < count; i += inputs)
            Int8Layout.Write(values + i, inputs, (start + i) / inputs, (sbyte*)At(place.Values));
    }

    /// <summary>Rounds an output's int8 values, which others rounded, so that they have room for sums of products.</summary>
    private void RoundAgain(Place place, long output)
    {
        int inputs = checked((int)place.Shape[1]);
        float* scale = (float*)At(place.Scales) + output;
        fixed (float* values = new float[inputs])
        fixed (sbyte* row = new sbyte[inputs])
        {
            Int8Layout.Read((sbyte*)At(place.Values), inputs, output, *scale, values);
            Rounding.Round(values, inputs, row, scale);
            Int8Layout.Write(row, inputs, output, (sbyte*)At(place.Values));
        }
    }

    /// <summary>Puts rows of bfloat16 values in their places.</summary>
    private void Lay(Place place, ushort* values, long start, long count)
    {
        int inputs = checked((int)place.Shape[1]);
        for (long i = 0; i < count; i += inputs)
            HalfLayout.Write(values + i, inputs, (start + i) / inputs, (ushort*)At(place.Values));
    }

    /// <summary>Writes what lies in tiles row by row.</summary>
    private void WriteRows(Stream stream, NumberFormat format, long offset, long[] shape)
    {
        int inputs = checked((int)shape[1]);
        var row = new byte[inputs * (format == NumberFormat.Int8 ? sizeof(sbyte) : sizeof(ushort))];
        fixed (byte* values = row)
        {
            for (long output = 0; output < shape[0]; output++)
            {
                if (format == NumberFormat.Int8)
                    Int8Layout.Read((sbyte*)At(offset), inputs, output, (sbyte*)values);
                else
                    HalfLayout.Read((ushort*)At(offset), inputs, output, (ushort*)values);
                stream.Write(row);
            }
        }
    }

    private byte* At(long offset) => (byte*)_block.Pointer + offset;

    private sealed record Place(long[] Shape, NumberFormat Format, long Values, long Scales);
}
