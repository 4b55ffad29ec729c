<<<<<<< HEAD
using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using SciCoT.IO;
=======
>>>>>>> ckpt2
using SciCoT.Models.Checkpoints;
using static TorchSharp.torch;

namespace SciCoT.Training.Checkpoints;

/// <summary>Named tensors in a safetensors file, read back into memory that is already there.</summary>
internal static class TensorFile
{
<<<<<<< HEAD
    /// <summary>Writes float32 tensors, flushed to disk.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var file = new AtomicFile.Pending(path);
        var header = Header(tensors);
        Span<byte> size = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(size, header.Length);
        file.Stream.Write(size);
        file.Stream.Write(header);
        foreach (var tensor in tensors.Values)
        {
            using var scope = NewDisposeScope();
            file.Stream.Write(tensor.detach().cpu().contiguous().bytes);
        }

        file.Commit();
    }
=======
    /// <summary>Writes tensors in float32.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors) =>
        SafetensorsWriter.Write(path, [.. tensors], ScalarType.Float32);
>>>>>>> ckpt2

    /// <summary>The JSON header, filled up with spaces so that the data is aligned.</summary>
    private static byte[] Header(IReadOnlyDictionary<string, Tensor> tensors)
    {
        var json = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        long begin = 0;
        foreach (var (name, tensor) in tensors)
        {
            long end = begin + tensor.numel() * sizeof(float);
            json[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. tensor.shape.Select(s => (JsonNode)s)]),
                ["data_offsets"] = new JsonArray(begin, end),
            };
            begin = end;
        }

        var text = json.ToJsonString();
        return Encoding.UTF8.GetBytes(text.PadRight((text.Length + 7) / 8 * 8));
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
