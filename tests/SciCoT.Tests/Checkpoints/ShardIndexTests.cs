using System.Text.Json.Nodes;
using SciCoT.Checkpoints;
using SciCoT.Models;
using SciCoT.Tests.Models;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Checkpoints;

/// <summary>Indexes that disagree with their shards or point elsewhere.</summary>
public sealed class ShardIndexTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ShardIndexTests()
    {
        using var model = TinyModel.Create(TinyModel.Gated);
        T5Checkpoint.Save(model, _folder.Path, maxShardBytes: 6000);
    }

    private string Index => _folder.File(ShardIndex.FileName);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Index_NamesEveryTensorAndTheTotalSize()
    {
        var index = JsonNode.Parse(File.ReadAllText(Index))!;
        Assert.Equal((long)(4 * TinyModel.Gated.ParameterCount), (long)index["metadata"]!["total_size"]!);
        using var files = CheckpointFiles.Open(_folder.Path);
        Assert.Equal(files.Names.Order(StringComparer.Ordinal), index["weight_map"]!.AsObject().Select(p => p.Key));
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/model.safetensors")]
    [InlineData("sub/model.safetensors")]
    [InlineData("..\\model.safetensors")]
    [InlineData("c:model.safetensors")]
    [InlineData(".safetensors")]
    [InlineData("model\0.safetensors")]
    [InlineData("config.json")]
    [InlineData("")]
    public void ShardOutsideTheFolder_IsRefused(string shard)
    {
        Change(map => map["shared.weight"] = shard);
        var error = Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path));
        Assert.StartsWith(Index, error.Message);
        Assert.Contains("shared.weight", error.Message);
    }

    [Fact]
    public void ShardThatIsNoText_IsRefused()
    {
        Change(map => map["shared.weight"] = 7);
        Assert.Contains("shared.weight", Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path)).Message);
    }

    [Fact]
    public void MissingShard_IsNamed()
    {
        var shard = Directory.GetFiles(_folder.Path, "model-00001-of-*")[0];
        File.Delete(shard);
        Assert.StartsWith(shard, Assert.Throws<MissingFileException>(() => T5Model.Load(_folder.Path)).Message);
    }

    [Fact]
    public void TensorInAnotherShard_IsRefused()
    {
        Change(map => map["shared.weight"] = (string)map["decoder.final_layer_norm.weight"]!);
        Assert.Contains("'shared.weight' should be here", Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path)).Message);
    }

    [Fact]
    public void TensorThatTheIndexLeavesOut_IsRefused()
    {
        Change(map => map.Remove("shared.weight"));
        Assert.Contains("'shared.weight' is not in", Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path)).Message);
    }

    [Fact]
    public void TensorInTwoShards_IsRefused()
    {
        var shards = Directory.GetFiles(_folder.Path, "model-*-of-*").Order().ToArray();
        File.Copy(shards[0], shards[1], overwrite: true);
        Assert.Contains("is also in", Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"weight_map\": []}")]
    [InlineData("{\"weight_map\": {\"a\": \"x.safetensors\", \"a\": \"x.safetensors\"}}")]
    [InlineData("{\"weight_map\": {\"\\ud800\": \"x.safetensors\"}}")]
    public void DamagedIndex_IsRefused(string json)
    {
        File.WriteAllText(Index, json);
        Assert.StartsWith(Index, Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path)).Message);
    }

    [Fact]
    public void DeeplyNestedIndex_IsRefused()
    {
        File.WriteAllText(Index, "{\"weight_map\":" + new string('[', 100_000) + new string(']', 100_000) + "}");
        Assert.StartsWith(Index, Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path)).Message);
    }

    private void Change(Action<JsonObject> change)
    {
        var index = JsonNode.Parse(File.ReadAllText(Index))!;
        change(index["weight_map"]!.AsObject());
        File.WriteAllText(Index, index.ToJsonString());
    }
}
