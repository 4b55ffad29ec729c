using System.IO.Compression;
using System.IO.Hashing;
using SciCoT.IO;

namespace SciCoT.Checkpoints;

/// <summary>The tensors of a <c>pytorch_model.bin</c>: a zip archive with a pickle that names them and a member for each storage.</summary>
/// <remarks>
/// Archives of torch 1.6 and later; the format before it is a row of pickles, and is refused. The checksum of each member is compared
/// before its values count.
/// </remarks>
internal sealed class PickleFile : IDisposable
{
    private const string PickleName = "data.pkl";
    private const long MaxPickleBytes = 64 << 20;
    private const int ChunkElements = 1 << 24;
    private const int BufferBytes = 1 << 20;

    /// <summary>How a file of torch before 1.6 begins: protocol 2, and a number of ten bytes.</summary>
    private static readonly byte[] OldMagic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    private readonly FileStream _file;
    private readonly FileVersion _version;
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _storages = new(StringComparer.Ordinal);
    private readonly HashSet<string> _checked = new(StringComparer.Ordinal);

    /// <exception cref="InvalidFileException">The file is damaged or holds anything but tensors.</exception>
    public PickleFile(string path)
    {
        Path = path;
        (_file, _version, _archive) = Open(path);
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

    /// <summary>Reads one tensor as it is stored.</summary>
    /// <param name="name">Its name, for the message.</param>
    /// <param name="tensor">The tensor; one of this file's.</param>
    public WeightBlock Read(string name, PickledTensor tensor)
    {
        if (!SafetensorsDtype.TryWeightType(tensor.Storage.Dtype, out var stored))
            throw new InvalidFileException($"{Path}: tensor '{ForeignText.Shown(name)}' has dtype {tensor.Storage.Dtype}; weights must be one of {string.Join(", ", SafetensorsDtype.WeightNames)}.");
        var values = ReadStorage(tensor, stored);
        if (tensor.IsContiguous)
            return values;
        using (values)
            return Gather(values, tensor);
    }

    public void Dispose() => _archive.Dispose();

    /// <summary>Checks that what was read so far is one version of the file.</summary>
    /// <exception cref="InvalidFileException">The file was written to while it was read.</exception>
    public void CheckUnchanged() => _version.Check(_file.SafeFileHandle, Path);

    private static (FileStream, FileVersion, ZipArchive) Open(string path)
    {
        ForeignFile.Refuse(path);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            var version = FileVersion.Of(file.SafeFileHandle);
            Span<byte> beginning = stackalloc byte[OldMagic.Length];
            if (file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false) == beginning.Length && beginning.SequenceEqual(OldMagic))
            {
                throw new InvalidFileException("the file has the format that torch wrote before version 1.6, which is not read. In Python: "
                    + "torch.save(torch.load(file, map_location=\"cpu\", weights_only=True), file), or load the folder in transformers and call save_pretrained.");
            }

            ZipDirectory.Check(file);
            file.Position = 0;
            return (file, version, new ZipArchive(file, ZipArchiveMode.Read));
        }
        catch (Exception e)
        {
            file.Dispose();
            throw e switch
            {
                InvalidDataException => new InvalidFileException($"{path}: no zip archive: the file is cut off or damaged, or not of torch.save. Download it again. {e.Message}", e),
                InvalidFileException => new InvalidFileException($"{path}: {e.Message}", e),
                _ => e,
            };
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
            var entry = _archive.GetEntry($"{root}data/{storage.Key}") ?? throw new InvalidFileException($"storage '{ForeignText.Shown(storage.Key)}' is missing.");
            var bytes = (Int128)storage.Elements * SafetensorsDtype.Size(storage.Dtype);
            if (entry.Length != bytes || entry.CompressedLength != entry.Length)
                throw new InvalidFileException($"storage '{ForeignText.Shown(storage.Key)}' should be {bytes} bytes, not compressed; it is {entry.Length}, stored as {entry.CompressedLength}.");
            if (!_storages.TryAdd(storage.Key, entry))
                throw new InvalidFileException($"storage '{ForeignText.Shown(storage.Key)}' is used with two types or sizes.");
        }

        return tensors;
    }

    private static byte[] ReadAll(ZipArchiveEntry entry, long limit)
    {
        if (entry.Length > limit || entry.CompressedLength != entry.Length)
            throw new InvalidFileException($"{ForeignText.Shown(entry.FullName)} has {entry.Length} bytes, stored as {entry.CompressedLength}; expected at most {limit}, not compressed.");
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        var sum = new Crc32();
        sum.Append(bytes);
        Compare(entry, sum);
        return bytes;
    }

    /// <summary>Compares a storage's checksum, once.</summary>
    private void CheckSum(string key, ZipArchiveEntry entry)
    {
        if (!_checked.Add(key))
            return;
        var sum = new Crc32();
        var buffer = new byte[Math.Min(entry.Length, BufferBytes)];
        using var stream = entry.Open();
        for (int read; (read = stream.Read(buffer)) > 0;)
            sum.Append(buffer.AsSpan(0, read));
        Compare(entry, sum);
    }

    private static void Compare(ZipArchiveEntry entry, Crc32 sum)
    {
        if (sum.GetCurrentHashAsUInt32() != entry.Crc32)
            throw new InvalidFileException($"member '{ForeignText.Shown(entry.FullName)}' has the checksum {sum.GetCurrentHashAsUInt32():x8}, but the archive says {entry.Crc32:x8}: the file is damaged. Download it again.");
    }

    /// <summary>A tensor's values one after another, from the part of the storage that it uses.</summary>
    private static unsafe WeightBlock Gather(WeightBlock values, PickledTensor tensor)
    {
        int size = WeightBlock.SizeOf(values.Type);
        var gathered = new WeightBlock(values.Type, tensor.Shape);
        var index = new long[tensor.Shape.Length];
        long from = 0;
        for (long i = 0; i < gathered.Count; i++)
        {
            Buffer.MemoryCopy(values.Pointer + (from * size), gathered.Pointer + (i * size), size, size);
            for (int dimension = index.Length - 1; dimension >= 0; dimension--)
            {
                from += tensor.Strides[dimension];
                if (++index[dimension] < tensor.Shape[dimension])
                    break;
                from -= tensor.Strides[dimension] * tensor.Shape[dimension];
                index[dimension] = 0;
            }
        }

        return gathered;
    }

    /// <summary>The part of a storage that a tensor uses: many tensors may be views of one.</summary>
    private unsafe WeightBlock ReadStorage(PickledTensor tensor, WeightType type)
    {
        long first = tensor.Offset;
        long count = tensor.Shape.Contains(0) ? 0 : 1 + tensor.Shape.Zip(tensor.Strides, (n, stride) => (n - 1) * stride).Sum();
        int size = SafetensorsDtype.Size(tensor.Storage.Dtype);
        var values = new WeightBlock(type, tensor.IsContiguous ? tensor.Shape : [count]);
        var entry = _storages[tensor.Storage.Key];
        try
        {
            CheckSum(tensor.Storage.Key, entry);
            using var stream = entry.Open();
            Skip(stream, first * size);
            for (long start = 0; start < count; start += ChunkElements)
                stream.ReadExactly(new Span<byte>(values.Pointer + (start * size), (int)Math.Min(ChunkElements, count - start) * size));
        }
        catch (InvalidFileException e)
        {
            values.Dispose();
            throw new InvalidFileException($"{Path}: {e.Message}", e);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            values.Dispose();
            throw new InvalidFileException($"{Path}: storage '{ForeignText.Shown(tensor.Storage.Key)}' is cut off.", e);
        }

        return values;
    }

    private static void Skip(Stream stream, long bytes)
    {
        if (stream.CanSeek)
        {
            stream.Seek(bytes, SeekOrigin.Current);
            return;
        }

        Span<byte> buffer = stackalloc byte[4096];
        for (long left = bytes; left > 0;)
        {
            var part = buffer[..(int)Math.Min(buffer.Length, left)];
            stream.ReadExactly(part);
            left -= part.Length;
        }
    }
}
