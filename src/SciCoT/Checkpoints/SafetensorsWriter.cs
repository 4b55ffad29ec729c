using SciCoT.IO;
using static TorchSharp.torch;

namespace SciCoT.Checkpoints;

/// <summary>Writes safetensors files byte for byte as Hugging Face's library does.</summary>
internal static class SafetensorsWriter
{
    private const int ChunkElements = 1 << 24;

    /// <summary>Writes tensors in the order given; the file appears whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors under their names, on any device.</param>
    /// <param name="precision">The precision to store.</param>
    public static void Write(string path, IReadOnlyList<KeyValuePair<string, Tensor>> tensors, ScalarType precision)
    {
        using var file = new AtomicFile.Pending(path);
        var dtype = SafetensorsDtype.NameOf(TensorReading.TypeOf(precision));
        SafetensorsHeaderWriter.Write(file.Stream, tensors.Select(tensor => (tensor.Key, dtype, tensor.Value.shape, ByteCount(tensor.Value, precision))));
        foreach (var (_, tensor) in tensors)
            WriteData(file.Stream, tensor, precision);
        file.Commit();
    }

    /// <summary>Bytes that a tensor takes in a file.</summary>
    public static long ByteCount(Tensor tensor, ScalarType precision) =>
        tensor.numel() * SafetensorsDtype.Size(SafetensorsDtype.NameOf(TensorReading.TypeOf(precision)));

    private static void WriteData(Stream stream, Tensor tensor, ScalarType precision)
    {
        using var scope = NewDisposeScope();
        var flat = tensor.detach().contiguous().view(-1);
        for (long start = 0; start < flat.shape[0]; start += ChunkElements)
        {
            using var part = flat.narrow(0, start, Math.Min(ChunkElements, flat.shape[0] - start));
            using var stored = part.to(precision, CPU);
            stream.Write(stored.bytes);
        }
    }
}
