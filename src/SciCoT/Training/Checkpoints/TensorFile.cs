using System.Text.Json;
using SciCoT.IO;
using SciCoT.Models.Checkpoints;
using static TorchSharp.torch;

namespace SciCoT.Training.Checkpoints;

/// <summary>Named tensors in a safetensors file, read back into memory that is already there.</summary>
internal static class TensorFile
{
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var file = new AtomicFile.Pending(path);
        long end = 0;
        var header = JsonSerializer.SerializeToUtf8Bytes(tensors.ToDictionary(t => t.Key, t => new { dtype = "F32", shape = t.Value.shape, data_offsets = new[] { end, end += t.Value.numel() * 4 } }));
        var padded = new byte[(header.Length + 7) / 8 * 8];
        Array.Fill(padded, (byte)' ');
        header.CopyTo(padded, 0);
        file.Stream.Write(BitConverter.GetBytes((long)padded.Length));
        file.Stream.Write(padded);
        foreach (var t in tensors.Values) { using var c = t.detach().cpu().contiguous(); file.Stream.Write(c.bytes); }
        file.Commit();
    }

    /// <exception cref="InvalidDataException">A tensor is missing or has another shape.</exception>
    public static void Read(string path, IReadOnlyDictionary<string, Tensor> targets)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var file = new SafetensorsFile(path);
        var entries = file.Header.Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        foreach (var (name, target) in targets)
        {
            if (!entries.TryGetValue(name, out var entry) || !entry.Shape.SequenceEqual(target.shape))
                throw new InvalidDataException($"{path}: expected a tensor '{name}' of shape [{string.Join(", ", target.shape)}]. Remove the folder to continue from the checkpoint before it.");
            target.copy_(file.Read(entry, target.dtype));
        }
    }
}
