using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.IO;

namespace SciCoT.Models.Checkpoints;

/// <summary>The table of a checkpoint in several files: which tensor lies in which shard.</summary>
internal static class ShardIndex
{
    public const string FileName = "model.safetensors.index.json";
    public const string PickleFileName = "pytorch_model.bin.index.json";
    private const long MaxBytes = 16 << 20; // some hundred thousand tensors

    /// <summary>Reads <c>weight_map</c>: tensor names to the names of files in the index's own folder.</summary>
    /// <exception cref="InvalidFileException">The index is damaged or names a file outside its folder.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        var bytes = OutsideJson.ReadBytes(path, MaxBytes);
        OutsideJson.RefuseDense(bytes, path);
        using var document = OutsideJson.Parse(bytes, path, maxDepth: 16);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("weight_map", out var map)
            || map.ValueKind != JsonValueKind.Object)
            throw new InvalidFileException($"{path}: expected an object with weight_map, an object of tensor names and file names.");

        var ending = Path.GetFileName(path) == PickleFileName ? ".bin" : ".safetensors";
        var shards = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in map.EnumerateObject())
        {
            var shard = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : "";
            if (!IsPlainFileName(shard, ending))
                throw new InvalidFileException($"{path}: weight_map gives tensor '{ForeignText.Shown(property.Name)}' to '{ForeignText.Shown(shard)}'; expected the plain name of a {ending} file in the same folder.");
            shards[property.Name] = shard;
        }

        return shards;
    }

    /// <summary>Writes the table as Hugging Face lays it out.</summary>
    public static void Write(string path, IEnumerable<(string Tensor, string Shard)> map, long totalBytes)
    {
        var weights = new JsonObject();
        foreach (var (tensor, shard) in map)
            weights[tensor] = shard;
        var index = new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = totalBytes }, ["weight_map"] = weights };
        AtomicFile.WriteAllText(path, IndentedJson.Write(index) + "\n");
    }

    private static bool IsPlainFileName(string name, string ending) =>
        name.EndsWith(ending, StringComparison.Ordinal)
        && name.AsSpan().IndexOfAny("/\\:\0") < 0
        && name[0] != '.';
}
