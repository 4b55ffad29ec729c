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

    public static TheoryData<string> Models { get; } = [Gated, Original];

    public static MatrixTheoryData<string, string> Cases { get; } =
        new([Gated, Original], ["small_full_logits", "ragged_long", "ragged_mid", "single_no_padding"]);

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

    /// <summary>Compares number by number.</summary>
    public static void Close(JsonElement expected, Tensor actual, double tolerance)
    {
        double[] wanted = Numbers(expected), found = Numbers(actual);
        Assert.Equal(wanted.Length, found.Length);
        for (int i = 0; i < wanted.Length; i++)
            Assert.Equal(wanted[i], found[i], tolerance);
    }

    /// <summary>Compares the sums of values, absolute values and squares; the tolerance is relative to the last two.</summary>
    public static void CloseSums(JsonElement expected, Tensor actual, double tolerance)
    {
        var values = Numbers(actual);
        double absolute = expected.GetProperty("abs_sum").GetDouble(), squares = expected.GetProperty("sq_sum").GetDouble();
        Assert.Equal(expected.GetProperty("sum").GetDouble(), values.Sum(), tolerance * absolute);
        Assert.Equal(absolute, values.Sum(Math.Abs), tolerance * absolute);
        Assert.Equal(squares, values.Sum(x => x * x), tolerance * squares);
    }

    public void Dispose()
    {
        Model.Dispose();
        _document.Dispose();
    }
}
