using Microsoft.Win32.SafeHandles;
using SciCoT.IO;
using static TorchSharp.torch;

namespace SciCoT.Models.Checkpoints;

/// <summary>The tensors of one safetensors file.</summary>
/// <remarks>
/// Where the stored precision is the wanted one, a tensor is the file's own memory, mapped copy-on-write: loading costs no
/// copy, the pages are shared between processes, and writing to the tensor leaves the file alone. Such a tensor holds
/// the mapping on its own. Replacing the file is safe; cutting it off in place is not, as with every mapped file.
/// </remarks>
internal sealed class SafetensorsFile : IDisposable
{
    private const int ChunkElements = 1 << 24;

    private readonly SafeFileHandle _handle;
    private readonly long _length;
    private readonly Dictionary<ScalarType, Tensor> _mappings = [];

    public SafetensorsFile(string path)
    {
        Path = path;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        _length = stream.Length;
        ForeignFile.Refuse(path);
        Header = SafetensorsHeader.Read(path, stream);
        _handle = File.OpenHandle(path);
    }

    public string Path { get; }

    public SafetensorsHeader Header { get; }

    /// <summary>Reads one tensor.</summary>
    /// <param name="entry">The tensor; one of this file's header.</param>
    /// <param name="precision">The wanted precision.</param>
    public Tensor Read(SafetensorsEntry entry, ScalarType precision)
    {
        if (!SafetensorsDtype.TryWeightType(entry.Dtype, out var stored))
            throw new InvalidFileException($"{Path}: tensor '{ForeignText.Shown(entry.Name)}' has dtype {entry.Dtype}; weights must be one of {string.Join(", ", SafetensorsDtype.WeightNames)}.");

        // Windows refuses to replace a file that is mapped, which would forbid saving a model over itself.
        bool map = !OperatingSystem.IsWindows() && (Header.DataStart + entry.Begin) % SafetensorsDtype.Size(entry.Dtype) == 0 && entry.End > entry.Begin;
        var tensor = map ? Map(entry, stored) : Copy(entry, stored);
        if (stored == precision)
            return tensor;
        using (tensor)
            return tensor.to_type(precision);
    }

    public void Dispose()
    {
        _handle.Dispose();
        foreach (var mapping in _mappings.Values)
            mapping.Dispose();
    }

    private Tensor Map(SafetensorsEntry entry, ScalarType type)
    {
        int size = SafetensorsDtype.Size(entry.Dtype);
        if (!_mappings.TryGetValue(type, out var mapping))
            _mappings[type] = mapping = from_file(Path, shared: false, size: _length / size, dtype: type).DetachFromDisposeScope();
        using var part = mapping.narrow(0, (Header.DataStart + entry.Begin) / size, (entry.End - entry.Begin) / size);
        return part.view(entry.Shape);
    }

    private Tensor Copy(SafetensorsEntry entry, ScalarType type)
    {
        var tensor = empty(entry.Shape, dtype: type);
        using var flat = tensor.view(-1);
        long position = Header.DataStart + entry.Begin;
        for (long start = 0; start < flat.shape[0]; start += ChunkElements)
        {
            using var chunk = flat.narrow(0, start, Math.Min(ChunkElements, flat.shape[0] - start));
            for (var rest = chunk.bytes; rest.Length > 0;)
            {
                int read = RandomAccess.Read(_handle, rest, position);
                if (read == 0)
                    throw new InvalidFileException($"{Path}: the file was cut off while tensor '{ForeignText.Shown(entry.Name)}' was read.");
                rest = rest[read..];
                position += read;
            }
        }

        return tensor;
    }
}
