using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.IO;

namespace SciCoT.Checkpoints;

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
        Dictionary<string, string>? shards = null;
        OutsideJson.ReadTokens(bytes, path, maxDepth: 16, (ref Utf8JsonReader reader) =>
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isMap = reader.ValueTextEquals("weight_map"u8);
                reader.Read();
                if (isMap && reader.TokenType == JsonTokenType.StartObject)
                    shards = shards is null ? ReadMap(ref reader, path) : throw Twice(path, "weight_map");
                else
                    reader.Skip();
            }
        });
        return shards ?? throw new InvalidFileException($"{path}: expected an object with weight_map, an object of tensor names and file names.");
    }

    private static Dictionary<string, string> ReadMap(ref Utf8JsonReader reader, string path)
    {
        var ending = Path.GetFileName(path) == PickleFileName ? ".bin" : ".safetensors";
        var shards = new Dictionary<string, string>(StringComparer.Ordinal);
        string shard = "";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var tensor = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw Unexpected(tensor, "");
            if (!reader.ValueTextEquals(shard)) // neighbours mostly lie in one file: its name is kept once
                shard = reader.GetString()!;
            if (!IsPlainFileName(shard, ending))
                throw Unexpected(tensor, shard);
            if (!shards.TryAdd(tensor, shard))
                throw Twice(path, tensor);
        }

        return shards;

        InvalidFileException Unexpected(string tensor, string shard) =>
            new($"{path}: weight_map gives tensor '{ForeignText.Shown(tensor)}' to '{ForeignText.Shown(shard)}'; expected the plain name of a {ending} file in the same folder.");
    }

    private static InvalidFileException Twice(string path, string name) =>
        new($"{path}: the name '{ForeignText.Shown(name)}' stands twice; expected each once.");

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
