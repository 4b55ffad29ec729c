using System.Runtime.InteropServices;
using SciCoT.IO;

namespace SciCoT.Checkpoints;

/// <summary>All tensors of a checkpoint folder, whether in one file or in shards.</summary>
internal sealed class CheckpointFiles : IDisposable
{
    public const string SingleFileName = "model.safetensors";
    public const string PickleFileName = "pytorch_model.bin";

    /// <summary>The key in a safetensors file's metadata under which an export says how it rounded the weights.</summary>
    public const string RoundingKey = "scicot.weights";

    /// <summary>What follows an int8 tensor's name in the name of its scales.</summary>
    private const string ScaleSuffix = "_scale";

    private readonly List<IDisposable> _files = [];
    private readonly Dictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);

    private CheckpointFiles()
    {
    }

    /// <summary>The tensors, without the scales of rounded ones.</summary>
    public IReadOnlyCollection<string> Names => Rounding is null ? _tensors.Keys : [.. _tensors.Keys.Where(name => !IsScale(name))];

    /// <summary>How the weights were rounded by an export; <see langword="null"/> in every other checkpoint.</summary>
    public string? Rounding { get; private set; }

    /// <summary>Opens a folder's weights: safetensors where there are some, otherwise a pickle where one is allowed.</summary>
    /// <exception cref="MissingFileException">The folder has no weights in this format, or a shard is missing.</exception>
    /// <exception cref="InvalidFileException">A file is damaged, or the index and the shards do not agree.</exception>
    public static CheckpointFiles Open(string directory, bool allowPickle = false)
    {
        var single = Path.Combine(directory, SingleFileName);
        var index = Path.Combine(directory, ShardIndex.FileName);
        var pickle = Path.Combine(directory, PickleFileName);
        var pickleIndex = Path.Combine(directory, ShardIndex.PickleFileName);
        var files = new CheckpointFiles();
        try
        {
            if (File.Exists(single))
                files.Add(single);
            else if (File.Exists(index))
                files.AddShards(directory, index);
            else if (allowPickle && File.Exists(pickle))
                files.Add(pickle);
            else if (allowPickle && File.Exists(pickleIndex))
                files.AddShards(directory, pickleIndex);
            else
                throw Missing(directory, single, File.Exists(pickle) || File.Exists(pickleIndex));
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Number of values in all tensors together.</summary>
    public Int128 Values => _tensors.Values.Aggregate(Int128.Zero, (sum, tensor) => sum + tensor.Shape.Aggregate(Int128.One, (product, size) => product * size));

    public long[] Shape(string name) => _tensors[name].Shape;

    /// <summary>Reads a tensor as it is stored.</summary>
    public WeightBlock Read(string name) => _tensors[name].Read();

    /// <summary>Where a tensor lies, if that is in a safetensors file and in the wanted precision, so that it can be read in parts.</summary>
    public (SafetensorsFile File, SafetensorsEntry Entry)? Stored(string name, WeightType precision) =>
        _tensors[name].Stored is { } stored && SafetensorsDtype.TryWeightType(stored.Entry.Dtype, out var type) && type == precision ? stored : null;

    /// <summary>Where an exported int8 tensor and its scales lie; <see langword="null"/> where a tensor is stored otherwise.</summary>
    /// <exception cref="InvalidFileException">The scales are missing, or are not one float32 number for each row.</exception>
    public (SafetensorsFile File, SafetensorsEntry Values, SafetensorsEntry Scales)? StoredInt8(string name)
    {
        if (Rounding is null || _tensors[name].Stored is not { Entry.Dtype: SafetensorsDtype.Int8 } values)
            return null;
        if (!_tensors.TryGetValue(name + ScaleSuffix, out var scales) || scales.Stored is not { } stored || stored.Entry.Dtype != SafetensorsDtype.NameOf(WeightType.Float32) || !stored.Entry.Shape.SequenceEqual([values.Entry.Shape[0]]))
            throw new InvalidFileException($"{values.File.Path}: tensor '{ForeignText.Shown(name)}' is stored in int8; expected '{ForeignText.Shown(name)}{ScaleSuffix}' beside it, {values.Entry.Shape[0]} float32 numbers. Export the model again.");
        return (values.File, values.Entry, stored.Entry);
    }

    /// <summary>The name of an int8 tensor's scales.</summary>
    public static string ScalesOf(string name) => name + ScaleSuffix;

    /// <summary>Whether two tensors have the same shape and values.</summary>
    public bool AreEqual(string first, string second)
    {
        if (!Shape(first).SequenceEqual(Shape(second)))
            return false;
        if (_tensors[first].Stored is { } one && _tensors[second].Stored is { } other && one.Entry.Dtype == other.Entry.Dtype)
            return AreEqual(one, other); // without memory for either
        if (_tensors[first].Stored is { Entry.Dtype: SafetensorsDtype.Int8 } || _tensors[second].Stored is { Entry.Dtype: SafetensorsDtype.Int8 })
            return false; // one of them was rounded, and the other not
        using WeightBlock read = Read(first), compared = Read(second);
        return AreEqual(read, compared);
    }

    /// <summary>Checks that what was read is one version of each file.</summary>
    /// <exception cref="InvalidFileException">A file was written to while it was read.</exception>
    public void CheckUnchanged()
    {
        foreach (var file in _files)
        {
            if (file is SafetensorsFile safetensors)
                safetensors.CheckUnchanged();
            else
                ((PickleFile)file).CheckUnchanged();
        }
    }

    private static bool AreEqual((SafetensorsFile File, SafetensorsEntry Entry) one, (SafetensorsFile File, SafetensorsEntry Entry) other)
    {
        var (a, b) = (new byte[TensorParts.Bytes], new byte[TensorParts.Bytes]);
        for (long start = 0, bytes = one.Entry.End - one.Entry.Begin; start < bytes; start += a.Length)
        {
            int length = (int)Math.Min(a.Length, bytes - start);
            one.File.Read(one.Entry, start, a.AsSpan(0, length));
            other.File.Read(other.Entry, start, b.AsSpan(0, length));
            if (a.AsSpan(0, length).SequenceEqual(b.AsSpan(0, length)))
                continue;
            bool differ = one.Entry.Dtype != SafetensorsDtype.NameOf(WeightType.Float32)
                || !MemoryMarshal.Cast<byte, float>(a.AsSpan(0, length)).SequenceEqual(MemoryMarshal.Cast<byte, float>(b.AsSpan(0, length))); // 0 and −0 are equal
            if (differ)
                return false;
        }

        return true;
    }

    private static unsafe bool AreEqual(WeightBlock one, WeightBlock other)
    {
        WeightBlock a = one.ToFloat32(), b = other.ToFloat32();
        try
        {
            float* x = (float*)a.Pointer, y = (float*)b.Pointer;
            for (long i = 0; i < a.Count; i++)
            {
                if (x[i] != y[i])
                    return false;
            }

            return true;
        }
        finally
        {
            a.Dispose();
            b.Dispose();
        }
    }

    private static MissingFileException Missing(string directory, string single, bool hasPickle)
    {
        var pickle = $"Weights in {PickleFileName} are read only when asked for: load with allowPickle (scicot: --allow-pickle), and save to have safetensors.";
        return new MissingFileException(
            $"{directory}: there is neither {SingleFileName} nor {ShardIndex.FileName} here. "
            + (hasPickle ? pickle : OtherFormats.Describe(OtherFormats.Names(directory)) ?? $"Copy or download {SingleFileName} (or all shards with their index) into the folder; a student's is written by the run that trains it."), single);
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private void Add(string path)
    {
        if (path.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            var file = new SafetensorsFile(path);
            _files.Add(file);
            Rounding ??= file.Header.Metadata.GetValueOrDefault(RoundingKey);
            foreach (var entry in file.Header.Entries)
                Add(entry.Name, new(path, entry.Shape, () => file.Read(entry), (file, entry)));
        }
        else
        {
            var file = new PickleFile(path);
            _files.Add(file);
            foreach (var (name, tensor) in file.Tensors)
                Add(name, new(path, tensor.Shape, () => file.Read(name, tensor), null));
        }
    }

    private bool IsScale(string name) =>
        name.EndsWith(ScaleSuffix, StringComparison.Ordinal) && _tensors.TryGetValue(name[..^ScaleSuffix.Length], out var tensor) && tensor.Stored is { Entry.Dtype: SafetensorsDtype.Int8 };

    private void Add(string name, StoredTensor tensor)
    {
        if (!_tensors.TryAdd(name, tensor))
            throw new InvalidFileException($"{tensor.Path}: tensor '{ForeignText.Shown(name)}' is also in {_tensors[name].Path}. Download the folder again.");
    }

    private void AddShards(string directory, string index)
    {
        var map = ShardIndex.Read(index);
        foreach (var shard in map.Values.Distinct().Order(StringComparer.Ordinal))
        {
            var path = Path.Combine(directory, shard);
            if (!File.Exists(path))
                throw new MissingFileException($"{path}: this shard is missing; {Path.GetFileName(index)} gives it {map.Values.Count(s => s == shard)} tensors.", path);
            Add(path);
        }

        foreach (var (name, shard) in map)
        {
            if (!_tensors.TryGetValue(name, out var found) && TensorNames.IsShared(name))
                continue; // a matrix with several names is stored under one of them
            if (found is null || Path.GetFileName(found.Path) != shard)
                throw new InvalidFileException($"{Path.Combine(directory, shard)}: tensor '{ForeignText.Shown(name)}' should be here by {Path.GetFileName(index)}, but is not. Download index and shards again.");
        }

        if (_tensors.Keys.FirstOrDefault(name => !map.ContainsKey(name)) is { } extra)
            throw new InvalidFileException($"{_tensors[extra].Path}: tensor '{ForeignText.Shown(extra)}' is not in {Path.GetFileName(index)}. Download index and shards again.");
    }

    /// <summary>A tensor, wherever and however it is stored.</summary>
    private sealed record StoredTensor(string Path, long[] Shape, Func<WeightBlock> Read, (SafetensorsFile File, SafetensorsEntry Entry)? Stored);
}
