using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using SciCoT.IO;
using static TorchSharp.torch;

namespace SciCoT.Checkpoints;

/// <summary>Writes safetensors files byte for byte as Hugging Face's library does.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;
    private const int ChunkElements = 1 << 24;

    /// <summary>Writes tensors in the order given; the file appears whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors under their names, on any device.</param>
    /// <param name="precision">The precision to store.</param>
    public static void Write(string path, IReadOnlyList<KeyValuePair<string, Tensor>> tensors, ScalarType precision)
    {
        using var file = new AtomicFile.Pending(path);
        var header = Header(tensors, precision);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        file.Stream.Write(length);
        file.Stream.Write(header);
        foreach (var (_, tensor) in tensors)
            WriteData(file.Stream, tensor, precision);
        file.Commit();
    }

    /// <summary>Bytes that a tensor takes in a file.</summary>
    public static long ByteCount(Tensor tensor, ScalarType precision) =>
        tensor.numel() * SafetensorsDtype.Size(SafetensorsDtype.NameOf(TensorReading.TypeOf(precision)));

    private static byte[] Header(IReadOnlyList<KeyValuePair<string, Tensor>> tensors, ScalarType precision)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            long begin = 0;
            foreach (var (name, tensor) in tensors)
            {
                long end = begin + ByteCount(tensor, precision);
                json.WriteStartObject(name);
                json.WriteString("dtype", SafetensorsDtype.NameOf(TensorReading.TypeOf(precision)));
                WriteArray(json, "shape", tensor.shape);
                WriteArray(json, "data_offsets", [begin, end]);
                json.WriteEndObject();
                begin = end;
            }

            json.WriteEndObject();
        }

        // Spaces behind the JSON keep the data aligned, so that it can be mapped.
        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteArray(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

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
