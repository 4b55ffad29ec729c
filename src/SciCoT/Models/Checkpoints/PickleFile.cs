using System.IO.Compression;
using static TorchSharp.torch;

namespace SciCoT.Models.Checkpoints;

/// <summary>The tensors of a <c>pytorch_model.bin</c>: a zip archive with a pickle that names them and a member for each storage.</summary>
/// <remarks>Archives of torch 1.6 and later; the format before it is a row of pickles, and is refused.</remarks>
internal sealed class PickleFile : IDisposable
{
    private const string PickleName = "data.pkl";
    private const long MaxPickleBytes = 64 << 20;
    private const int ChunkElements = 1 << 24;

    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _storages = new(StringComparer.Ordinal);

    /// <exception cref="InvalidFileException">The file is damaged or holds anything but tensors.</exception>
    public PickleFile(string path)
    {
        Path = path;
        _archive = Open(path);
        try
        {
            Tensors = ReadTensors();
        }
        catch (Exception e)
        {
            _archive.Dispose();
            if (e is InvalidFileException or InvalidDataException)
                throw new InvalidFileException($"{path}: {e.Message}", e);
            throw;
        }
    }

    public string Path { get; }

    /// <summary>The tensors by name, in the file's order.</summary>
    public IReadOnlyList<KeyValuePair<string, PickledTensor>> Tensors { get; }

    /// <summary>Reads one tensor.</summary>
    /// <param name="name">Its name, for the message.</param>
    /// <param name="tensor">The tensor; one of this file's.</param>
    /// <param name="precision">The wanted precision.</param>
    public Tensor Read(string name, PickledTensor tensor, ScalarType precision)
    {
        if (!SafetensorsDtype.TryWeightType(tensor.Storage.Dtype, out var stored))
            throw new InvalidFileException($"{Path}: tensor '{name}' has dtype {tensor.Storage.Dtype}; weights must be one of {string.Join(", ", SafetensorsDtype.WeightNames)}.");
        using var scope = NewDisposeScope();
        var values = ReadStorage(tensor, stored, out long first);
        return values.as_strided(tensor.Shape, tensor.Strides, tensor.Offset - first).to(precision, CPU, copy: true).contiguous().MoveToOuterDisposeScope();
    }

    public void Dispose() => _archive.Dispose();

    private static ZipArchive Open(string path)
    {
        try
        {
            return ZipFile.OpenRead(path);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidFileException($"{path}: no zip archive: the file is cut off, damaged, or of the format before torch 1.6. {e.Message}", e);
        }
    }

    private IReadOnlyList<KeyValuePair<string, PickledTensor>> ReadTensors()
    {
        var pickles = _archive.Entries.Where(e => e.Name == PickleName).ToArray();
        if (pickles.Length != 1 || pickles[0].FullName.Count(c => c == '/') != 1)
            throw new InvalidFileException($"expected one {PickleName} in one folder, as torch.save writes it; found {pickles.Length}.");
        var root = pickles[0].FullName[..^PickleName.Length];
        if (_archive.GetEntry(root + "byteorder") is { } order && ReadAll(order, 16) is var text && !text.AsSpan().SequenceEqual("little"u8))
            throw new InvalidFileException("the values are stored with the highest byte first, which is not read.");

        var tensors = TensorPickle.Read(ReadAll(pickles[0], MaxPickleBytes));
        foreach (var storage in tensors.Select(t => t.Value.Storage).Distinct())
        {
            var entry = _archive.GetEntry($"{root}data/{storage.Key}") ?? throw new InvalidFileException($"storage '{storage.Key}' is missing.");
            var bytes = (Int128)storage.Elements * SafetensorsDtype.Size(storage.Dtype);
            if (entry.Length != bytes || entry.CompressedLength != entry.Length)
                throw new InvalidFileException($"storage '{storage.Key}' should be {bytes} bytes, not compressed; it is {entry.Length}, stored as {entry.CompressedLength}.");
            if (!_storages.TryAdd(storage.Key, entry))
                throw new InvalidFileException($"storage '{storage.Key}' is used with two types or sizes.");
        }

        return tensors;
    }

    private static byte[] ReadAll(ZipArchiveEntry entry, long limit)
    {
        if (entry.Length > limit || entry.CompressedLength != entry.Length)
            throw new InvalidFileException($"{entry.FullName} has {entry.Length} bytes, stored as {entry.CompressedLength}; expected at most {limit}, not compressed.");
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The part of a storage that a tensor uses: many tensors may be views of one.</summary>
    private Tensor ReadStorage(PickledTensor tensor, ScalarType type, out long first)
    {
        bool isEmpty = tensor.Shape.Contains(0);
        first = tensor.Offset;
        long count = isEmpty ? 0 : 1 + tensor.Shape.Zip(tensor.Strides, (n, stride) => (n - 1) * stride).Sum();
        int size = SafetensorsDtype.Size(tensor.Storage.Dtype);
        var values = empty([count], dtype: type);
        using var stream = _storages[tensor.Storage.Key].Open();
        try
        {
            Skip(stream, first * size);
            for (long start = 0; start < count; start += ChunkElements)
            {
                using var chunk = values.narrow(0, start, Math.Min(ChunkElements, count - start));
                stream.ReadExactly(chunk.bytes);
            }
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidFileException($"{Path}: storage '{tensor.Storage.Key}' is cut off.", e);
        }

        return values;
    }

    private static void Skip(Stream stream, long bytes)
    {
        Span<byte> buffer = stackalloc byte[4096];
        for (long left = bytes; left > 0;)
        {
            var part = buffer[..(int)Math.Min(buffer.Length, left)];
            stream.ReadExactly(part);
            left -= part.Length;
        }
    }
}
