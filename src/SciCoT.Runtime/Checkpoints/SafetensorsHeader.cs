using System.Buffers.Binary;
using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Checkpoints;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dtype">Its element type as the format names it.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Begin">Where it begins, in bytes from the start of the data section.</param>
/// <param name="End">Where it ends.</param>
internal sealed record SafetensorsEntry(string Name, string Dtype, long[] Shape, long Begin, long End);

/// <summary>
/// The header of a safetensors file: eight bytes of length, then JSON. All the checks of the format's official reader are
/// made, so that what follows may rely on every tensor lying inside the file and none overlapping another.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>Below the format's own limit of 100 MB, because a header costs several times its size in memory; enough for 50,000 tensors.</summary>
    private const long MaxHeaderBytes = 6 << 20;

    private const int LengthBytes = sizeof(ulong);
    private const string MetadataKey = "__metadata__";

    private SafetensorsHeader(IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata, long dataStart)
    {
        Entries = entries;
        Metadata = metadata;
        DataStart = dataStart;
    }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Where the data section begins, in bytes from the start of the file.</summary>
    public long DataStart { get; }

    /// <summary>The first bytes, of which some are read already.</summary>
    private static byte[] Beginning(Stream stream, ReadOnlySpan<byte> read)
    {
        var beginning = new byte[Math.Min(stream.Length, ForeignFile.PeekedBytes)];
        read.CopyTo(beginning);
        stream.ReadExactly(beginning.AsSpan(read.Length));
        return beginning;
    }

    /// <exception cref="InvalidFileException">The file is not a sound safetensors file; the message names the file and the tensor.</exception>
    public static SafetensorsHeader Read(string path, Stream stream)
    {
        long fileLength = stream.Length;
        if (fileLength < LengthBytes)
            throw new InvalidFileException($"{path}: a safetensors file begins with {LengthBytes} bytes of header length; this one has {fileLength} bytes in all.");

        Span<byte> length = stackalloc byte[LengthBytes];
        stream.ReadExactly(length);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (headerLength > MaxHeaderBytes && Beginning(stream, length) is var beginning && ForeignFile.DescribeWeights(beginning) is { } foreign)
            throw new InvalidFileException($"{path}: {foreign}");
        if (headerLength > MaxHeaderBytes)
            throw new InvalidFileException($"{path}: the header says it has {headerLength} bytes; at most {MaxHeaderBytes} are allowed. The file is damaged or no safetensors file.");
        if ((long)headerLength > fileLength - LengthBytes)
            throw new InvalidFileException($"{path}: the header says it has {headerLength} bytes, but only {fileLength - LengthBytes} follow. The file is cut off or no safetensors file; download it again.");

        var json = new byte[headerLength];
        stream.ReadExactly(json);
        long dataStart = LengthBytes + json.Length;
        try
        {
            return Parse(json, dataStart, fileLength - dataStart);
        }
        catch (InvalidFileException e)
        {
            throw new InvalidFileException($"{path}: {e.Message}", e);
        }
    }

    private static SafetensorsHeader Parse(byte[] json, long dataStart, long dataLength)
    {
        if (!json.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("{"u8))
            throw new InvalidFileException("the header must begin with '{'; this is no safetensors file.");
        OutsideJson.RefuseDense(json, "the header");
        using var document = OutsideJson.Parse(json, "the header", maxDepth: 8);
        var entries = new List<SafetensorsEntry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Name == MetadataKey)
                ReadMetadata(property.Value, metadata);
            else
                entries.Add(ReadEntry(property.Name, property.Value));
        }

        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        CheckLayout(entries, dataLength);
        return new SafetensorsHeader(entries, metadata, dataStart);
    }

    private static void ReadMetadata(JsonElement value, Dictionary<string, string> metadata)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new InvalidFileException($"{MetadataKey} must be an object of texts; found {value.ValueKind}.");
        foreach (var property in value.EnumerateObject())
        {
            metadata[property.Name] = property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw new InvalidFileException($"{MetadataKey} must be an object of texts; '{ForeignText.Shown(property.Name)}' is {property.Value.ValueKind}.");
        }
    }

    private static SafetensorsEntry ReadEntry(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new InvalidFileException($"tensor '{ForeignText.Shown(name)}' must be an object with dtype, shape and data_offsets; found {value.ValueKind}.");

        var dtype = Field("dtype", JsonValueKind.String).GetString()!;
        if (!SafetensorsDtype.IsKnown(dtype))
            throw new InvalidFileException($"tensor '{ForeignText.Shown(name)}' has the unknown dtype '{ForeignText.Shown(dtype)}'; known are {string.Join(", ", SafetensorsDtype.Names)}.");

        var shape = Integers("shape");
        var offsets = Integers("data_offsets");
        if (offsets.Length != 2 || offsets[1] < offsets[0])
            throw new InvalidFileException($"tensor '{ForeignText.Shown(name)}': data_offsets must be [begin, end] with begin ≤ end; found [{string.Join(", ", offsets.Take(8))}].");

        // A dimension of zero makes the product zero, whatever the others are.
        var bytes = shape.Contains(0) ? 0 : shape.Aggregate((Int128)SafetensorsDtype.Size(dtype), (product, size) => product > long.MaxValue ? product : product * size);
        if (bytes != offsets[1] - offsets[0])
            throw new InvalidFileException($"tensor '{ForeignText.Shown(name)}': {dtype} of shape [{string.Join(", ", shape.Take(8))}] does not fill data_offsets [{string.Join(", ", offsets)}], which are {offsets[1] - offsets[0]} bytes.");
        return new SafetensorsEntry(name, dtype, shape, offsets[0], offsets[1]);

        JsonElement Field(string key, JsonValueKind kind) =>
            value.TryGetProperty(key, out var field) && field.ValueKind == kind
                ? field
                : throw new InvalidFileException($"tensor '{ForeignText.Shown(name)}': {key} must be there and be a {kind}.");

        long[] Integers(string key) =>
            [.. Field(key, JsonValueKind.Array).EnumerateArray().Select(item =>
                item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out long number) && number >= 0
                    ? number
                    : throw new InvalidFileException($"tensor '{ForeignText.Shown(name)}': {key} must hold whole numbers from 0 to {long.MaxValue}; found {item.ValueKind} {Shown(item)}."))];

        static string Shown(JsonElement item) => ForeignText.Shown(item.GetRawText(), 40);
    }

    /// <summary>The data section must be filled from its first byte to its last, without holes or overlaps.</summary>
    private static void CheckLayout(List<SafetensorsEntry> entries, long dataLength)
    {
        long end = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin != end)
                throw new InvalidFileException($"tensor '{ForeignText.Shown(entry.Name)}' begins at byte {entry.Begin} of the data section where byte {end} was expected: tensors must neither overlap nor leave holes.");
            end = entry.End;
        }

        if (end != dataLength)
            throw new InvalidFileException($"the tensors take {end} bytes, but the data section has {dataLength}. The file is cut off or has bytes after its end.");
    }
}
