using System.Text.Json;
using SciCoT.Models;
using SciCoT.Tests.Support;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

/// <summary>The reference numbers of one small model, and the model itself.</summary>
internal sealed class Golden : IDisposable
{
    public const string Gated = "tiny-t5-v1_1";
    public const string Original = "tiny-t5-original";

    private readonly JsonDocument _document;

    public Golden(string name)
    {
        _document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(name), "golden.json")));
        Model = T5Model.Load(Folder(name));
    }

    public T5Model Model { get; }

    public JsonElement Root => _document.RootElement;

    public static string Folder(string name) => TestFiles.Data("Golden", name);

    public JsonElement Case(string name) =>
        Root.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);

    /// <summary>A table of whole numbers as a tensor, <c>[rows, columns]</c>, int64.</summary>
    public static Tensor Ids(JsonElement table) =>
        tensor(table.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(x => x.GetInt64()).ToArray(), [table.GetArrayLength(), table[0].GetArrayLength()]);

    /// <summary>Numbers of any nesting in row-major order.</summary>
    public static double[] Numbers(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().SelectMany(Numbers)] : [element.GetDouble()];

    public static double[] Numbers(Tensor tensor)
    {
        using var flat = tensor.detach().to_type(ScalarType.Float64).contiguous().flatten();
        return flat.data<double>().ToArray();
    }

    public void Dispose()
    {
        Model.Dispose();
        _document.Dispose();
    }
}
