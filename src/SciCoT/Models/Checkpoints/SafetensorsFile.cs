using Microsoft.Win32.SafeHandles;
using SciCoT.IO;
using SciCoT.Models.Tensors;
using static TorchSharp.torch;

namespace SciCoT.Models.Checkpoints;

/// <summary>The tensors of one safetensors file.</summary>
/// <remarks>
/// Tensors are copies in memory of their own. A mapped file would be read without a copy, but a file that is cut off in place ends the
/// process that reads its mapping, and one that is overwritten changes the weights of a model that answers.
/// </remarks>
internal sealed class SafetensorsFile : IDisposable
{
    /// <summary>Bytes that are read at a time. Larger tensors are read in parts side by side.</summary>
    private const int ChunkBytes = 1 << 23;

    private readonly SafeFileHandle _handle;
    private readonly (long Length, DateTime Written) _version;

    public SafetensorsFile(string path)
    {
        Path = path;
        ForeignFile.Refuse(path);
        _handle = File.OpenHandle(path);
        try
        {
            _version = Version();
            Header = SafetensorsHeader.Read(path, new FileStream(_handle, FileAccess.Read, bufferSize: 0)); // one handle: the file may be replaced meanwhile
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
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

        var tensor = Copy(entry, stored);
        if (stored == precision)
            return tensor;
        using (tensor)
            return tensor.to_type(precision);
    }

    /// <summary>Checks that what was read so far is one version of the file.</summary>
    /// <exception cref="InvalidFileException">The file was written to while it was read.</exception>
    public void CheckUnchanged()
    {
        if (Version() != _version)
            throw new InvalidFileException($"{Path}: the file was changed while it was read. Load it again once it is written, and replace files instead of writing into them.");
    }

    public void Dispose() => _handle.Dispose();

    private (long, DateTime) Version() => (RandomAccess.GetLength(_handle), File.GetLastWriteTimeUtc(_handle));

    private unsafe Tensor Copy(SafetensorsEntry entry, ScalarType type)
    {
        var tensor = empty(entry.Shape, dtype: type);
        long bytes = entry.End - entry.Begin;
        if (bytes == 0)
            return tensor;

        nint memory = (nint)TensorMemory.Address(tensor);
        try
        {
            int parts = checked((int)((bytes + ChunkBytes - 1) / ChunkBytes));
            if (parts == 1)
                Read(0);
            else
                Parallel.For(0, parts, Read);
        }
        catch (Exception e)
        {
            tensor.Dispose();
            if (e is AggregateException { InnerException: InvalidFileException inner })
                throw new InvalidFileException(inner.Message, inner);
            throw;
        }

        GC.KeepAlive(tensor);
        return tensor;

        void Read(int part)
        {
            long start = (long)part * ChunkBytes;
            var rest = new Span<byte>((byte*)memory + start, (int)Math.Min(ChunkBytes, bytes - start));
            for (long position = Header.DataStart + entry.Begin + start; rest.Length > 0;)
            {
                int read = RandomAccess.Read(_handle, rest, position);
                if (read == 0)
                    throw new InvalidFileException($"{Path}: the file was cut off while tensor '{ForeignText.Shown(entry.Name)}' was read.");
                rest = rest[read..];
                position += read;
            }
        }
    }
}
