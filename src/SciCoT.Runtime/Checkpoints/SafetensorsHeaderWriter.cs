using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SciCoT.Checkpoints;

/// <summary>Writes the header of a safetensors file byte for byte as Hugging Face's library does.</summary>
internal static class SafetensorsHeaderWriter
{
    private const int Alignment = 8;

    /// <summary>Writes the header of tensors that lie in the order given.</summary>
    /// <param name="stream">The file's beginning.</param>
    /// <param name="tensors">Each tensor's name, dtype, shape and bytes.</param>
    /// <param name="metadata">What stands in the metadata beside the format.</param>
    public static void Write(Stream stream, IEnumerable<(string Name, string Dtype, long[] Shape, long Bytes)> tensors, params IEnumerable<KeyValuePair<string, string>> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            foreach (var (key, value) in metadata)
                json.WriteString(key, value);
            json.WriteEndObject();
            long begin = 0;
            foreach (var (name, dtype, shape, bytes) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", dtype);
                WriteArray(json, "shape", shape);
                WriteArray(json, "data_offsets", [begin, begin + bytes]);
                json.WriteEndObject();
                begin += bytes;
            }

            json.WriteEndObject();
        }

        // Spaces behind the JSON keep the data aligned, so that it can be mapped.
        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)buffer.Length);
        stream.Write(length);
        buffer.WriteTo(stream);
    }

    private static void WriteArray(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
