using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SciCoT.IO;

namespace SciCoT.Tests.IO;

/// <summary>No number keeps JSON from being written.</summary>
public sealed class JsonNumberTests
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new JsonNumber() } };

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void NumberThatJsonHasNoFormFor_IsNull(double value)
    {
        var json = JsonSerializer.Serialize(new Figures(value, value, [1.5, value]), Options);

        Assert.Equal("""{"Mean":null,"Maybe":null,"All":[1.5,null]}""", json);
        var read = JsonSerializer.Deserialize<Figures>(json, Options)!;
        Assert.Equal(double.NaN, read.Mean);
        Assert.Null(read.Maybe);
    }

    [Fact]
    public void Tree_KeepsAllElse()
    {
        var tree = new JsonObject
        {
            ["probability"] = double.NaN,
            ["single"] = float.PositiveInfinity,
            ["half"] = 0.5,
            ["text"] = "NaN",
            ["list"] = new JsonArray(1, double.NegativeInfinity, new JsonObject { ["inner"] = double.NaN, ["nothing"] = null }),
        };

        Assert.Equal("""{"probability":null,"single":null,"half":0.5,"text":"NaN","list":[1,null,{"inner":null,"nothing":null}]}""", JsonNumber.Finite(tree)!.ToJsonString());
    }

    [Fact]
    public void EveryJsonContextOfTheLibrary_WritesSuchNumbers()
    {
        var contexts = typeof(JsonNumber).Assembly.GetTypes().Concat(typeof(SciCoT.Models.T5Model).Assembly.GetTypes()).Where(type => type.IsSubclassOf(typeof(JsonSerializerContext))).ToArray();

        Assert.NotEmpty(contexts);
        Assert.All(contexts, type =>
        {
            var context = (JsonSerializerContext)type.GetProperty("Default")!.GetValue(null)!;
            if (context.GetTypeInfo(typeof(double)) is not { } number)
                return; // none of its types holds such a number
            _ = JsonSerializer.Serialize(double.NaN, number);
        });
    }

    private sealed record Figures(double Mean, double? Maybe, double[] All);
}
