using Microsoft.Win32.SafeHandles;
using SciCoT.IO;

namespace SciCoT.Checkpoints;

/// <summary>The tensors of one safetensors file.</summary>
/// <remarks>
/// Tensors are copies in memory of their own. A mapped file would be read without a copy, but a file that is cut off in place ends the
/// process that reads its mapping, and one that is overwritten changes the weights of a model that answers.
/// </remarks>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly FileVersion _version;

    public SafetensorsFile(string path)
    {
        Path = path;
        ForeignFile.Refuse(path);
        _handle = File.OpenHandle(path);
        try
        {
            _version = FileVersion.Of(_handle);
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

    /// <summary>The type of a tensor's values.</summary>
    /// <param name="entry">The tensor; one of this file's header.</param>
    /// <exception cref="InvalidFileException">Weights are not stored in that type.</exception>
    public WeightType TypeOf(SafetensorsEntry entry) =>
        SafetensorsDtype.TryWeightType(entry.Dtype, out var stored)
            ? stored
            : throw new InvalidFileException($"{Path}: tensor '{ForeignText.Shown(entry.Name)}' has dtype {entry.Dtype}; weights must be one of {string.Join(", ", SafetensorsDtype.WeightNames)}.");

    /// <summary>Reads one tensor as it is stored.</summary>
    /// <param name="entry">The tensor; one of this file's header.</param>
    public WeightBlock Read(SafetensorsEntry entry)
    {
        var block = new WeightBlock(TypeOf(entry), entry.Shape);
        try
        {
            ReadTo(entry, (nint)block.Pointer);
            return block;
        }
        catch
        {
            block.Dispose();
            throw;
        }
    }

    /// <summary>Reads one tensor into memory that is large enough.</summary>
    /// <param name="entry">The tensor; one of this file's header.</param>
    /// <param name="target">Where its values are to lie.</param>
    public void ReadTo(SafetensorsEntry entry, nint target)
    {
        if (entry.End > entry.Begin)
            TensorParts.Read([new TensorTarget(this, entry, target)]);
    }

    /// <summary>Reads some bytes of a tensor.</summary>
    /// <param name="entry">The tensor; one of this file's header.</param>
    /// <param name="start">The first byte, counted from the tensor's.</param>
    /// <param name="target">Where they are to lie; filled as a whole.</param>
    /// <exception cref="InvalidFileException">The file was cut off.</exception>
    public void Read(SafetensorsEntry entry, long start, Span<byte> target)
    {
        for (long position = Header.DataStart + entry.Begin + start; target.Length > 0;)
        {
            int read = RandomAccess.Read(_handle, target, position);
            if (read == 0)
                throw new InvalidFileException($"{Path}: the file was cut off while tensor '{ForeignText.Shown(entry.Name)}' was read.");
            target = target[read..];
            position += read;
        }
    }

    /// <summary>Checks that what was read so far is one version of the file.</summary>
    /// <exception cref="InvalidFileException">The file was written to while it was read.</exception>
    public void CheckUnchanged() => _version.Check(_handle, Path);

    public void Dispose() => _handle.Dispose();
}
