using System.Text.Json;

namespace SciCoT.Models.Checkpoints;

/// <summary>The table of a checkpoint in several files: which tensor lies in which shard.</summary>
internal static class ShardIndex
{
    public const string FileName = "model.safetensors.index.json";
    private const long MaxBytes = 100_000_000;

    /// <summary>Reads <c>weight_map</c>: tensor names to the names of files in the index's own folder.</summary>
    /// <exception cref="InvalidDataException">The index is damaged or names a file outside its folder.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        long length = new FileInfo(path).Length;
        if (length > MaxBytes)
            throw new InvalidDataException($"{path}: an index is at most {MaxBytes} bytes; this one has {length}.");

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out var map)
                || map.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"{path}: expected an object with weight_map, an object of tensor names and file names.");

            var shards = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var property in map.EnumerateObject())
            {
                var shard = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : "";
                if (!IsPlainFileName(shard))
                    throw new InvalidDataException($"{path}: weight_map gives tensor '{property.Name}' to '{shard}'; expected the plain name of a .safetensors file in the same folder.");
                shards[property.Name] = shard;
            }

            return shards;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: not valid JSON: {e.Message}", e);
        }
    }

    private static bool IsPlainFileName(string name) =>
        name.EndsWith(".safetensors", StringComparison.Ordinal)
        && name.AsSpan().IndexOfAny("/\\:\0") < 0
        && name[0] != '.';
}
