using SciCoT.Checkpoints;
using SciCoT.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

public class T5ModelTests
{
    public static TheoryData<string, bool> Forms { get; } = new MatrixTheoryData<string, bool>(["relu", "gated-gelu", "gated-silu"], [true, false]);

    [Theory]
    [MemberData(nameof(Golden.Models), MemberType = typeof(Golden))]
    public void StateDict_HasTheKeysOfHuggingFaceInTheirOrder(string name)
    {
        using var golden = new Golden(name);
        string[] expected = [.. golden.Root.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()!)];
        Assert.Equal(expected, golden.Model.named_parameters().Select(p => p.name));
        Assert.Equal(expected.Order(), golden.Model.state_dict().Keys.Order());
        Assert.Empty(golden.Model.buffers());

        using var files = CheckpointFiles.Open(Golden.Folder(name));
        Assert.Equal(expected.Order(), files.Names.Order());
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void EveryParameter_IsListedOnceCountedAndTrained(string projection, bool tied)
    {
        using var scope = NewDisposeScope();
        var config = TinyModel.Config with { FeedForwardProjection = projection, TieWordEmbeddings = tied };
        using var model = TinyModel.Create(config);
        Parameter[] parameters = [.. model.parameters()];
        Assert.Equal(parameters.Length, parameters.Select(p => p.Handle).Distinct().Count());
        Assert.Equal(config.ParameterCount, parameters.Sum(p => p.numel()));

        var ids = tensor(new long[] { 5, 6, 7, 1 }, [1, 4]);
        model.Loss(ids, ones_like(ids), ids).backward();
        Assert.All(model.named_parameters(), p => Assert.True(p.parameter.grad is { } grad && grad.abs().sum().ToDouble() > 0, p.name));
    }

    [Fact]
    public void TiedHead_IsTheScaledEmbedding()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create(TinyModel.Config);
        var hidden = randn(2, TinyModel.Config.ModelSize);
        var expected = hidden.matmul(model.shared.weight.t()) / Math.Sqrt(TinyModel.Config.ModelSize);
        Assert.True(model.Head(hidden).allclose(expected, 1e-5, 1e-6));
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), MemberType = typeof(Golden))]
    public void HeadsWiderThanTheModel_ComputeTheReferenceWhenTheRestIsSilent(string name, string caseName)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var golden = new Golden(name);
        var narrow = golden.Model.Config;
        using var wide = TinyModel.Create(narrow with { Heads = narrow.Heads + 2 });
        var targets = wide.state_dict();
        foreach (var (key, source) in golden.Model.state_dict())
        {
            var target = targets[key];
            if (key.EndsWith(".o.weight", StringComparison.Ordinal))
                target.zero_(); // the two heads more are not listened to
            target[[.. source.shape.Select(size => TensorIndex.Slice(0, size))]] = source;
        }

        var data = golden.Case(caseName);
        var mask = Golden.Ids(data.GetProperty("attention_mask"));
        var logits = wide.forward(Golden.Ids(data.GetProperty("input_ids")), mask, Golden.Ids(data.GetProperty("decoder_input_ids")));
        Golden.CloseSums(data.GetProperty("logits").GetProperty("all_positions"), logits, 2e-6);
    }

    [Theory]
    [MemberData(nameof(Golden.Models), MemberType = typeof(Golden))]
    public void PaddingAndNeighbours_DoNotInfluenceARow(string name)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var golden = new Golden(name);
        var data = golden.Case("ragged_mid");
        var (ids, mask, decoder) = (Golden.Ids(data.GetProperty("input_ids")), Golden.Ids(data.GetProperty("attention_mask")), Golden.Ids(data.GetProperty("decoder_input_ids")));
        var together = golden.Model.forward(ids, mask, decoder);

        var otherPadding = golden.Model.forward(ids.masked_fill(mask == 0, 77), mask, decoder);
        Assert.Equal(Golden.Numbers(together), Golden.Numbers(otherPadding));

        for (long row = 0; row < ids.shape[0]; row++)
        {
            long length = mask[row].sum().ToInt64();
            var alone = golden.Model.forward(ids[row].narrow(0, 0, length).unsqueeze(0), ones([1, length], ScalarType.Int64), decoder[row].unsqueeze(0));
            Assert.True(alone[0].allclose(together[row], 1e-4, 3e-5), $"row {row}");
        }
    }

    [Fact]
    public void LaterTargets_DoNotInfluenceEarlierLogits()
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden(Golden.Gated);
        var data = golden.Case("ragged_mid");
        var (ids, mask, decoder) = (Golden.Ids(data.GetProperty("input_ids")), Golden.Ids(data.GetProperty("attention_mask")), Golden.Ids(data.GetProperty("decoder_input_ids")));
        var before = golden.Model.forward(ids, mask, decoder);
        decoder[TensorIndex.Colon, TensorIndex.Slice(7)] = 99;
        var after = golden.Model.forward(ids, mask, decoder);
        Assert.Equal(Golden.Numbers(before.narrow(1, 0, 7)), Golden.Numbers(after.narrow(1, 0, 7)));
        Assert.NotEqual(Golden.Numbers(before.select(1, 7)), Golden.Numbers(after.select(1, 7)));
    }

    [Fact]
    public void Dropout_IsRandomInTrainingAndSilentInEvaluation()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create(TinyModel.Gated with { DropoutRate = 0.3 });
        Assert.Equal(Golden.Numbers(TinyModel.Logits(model)), Golden.Numbers(TinyModel.Logits(model)));
        model.train();
        Assert.NotEqual(Golden.Numbers(TinyModel.Logits(model)), Golden.Numbers(TinyModel.Logits(model)));
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), MemberType = typeof(Golden))]
    public void Bfloat16_IsNearFloat32(string name, string caseName)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var golden = new Golden(name);
        using var half = T5Model.Load(Golden.Folder(name), dtype: ScalarType.BFloat16);
        Assert.Equal(ScalarType.BFloat16, half.Precision);
        var data = golden.Case(caseName);
        var (ids, mask, decoder) = (Golden.Ids(data.GetProperty("input_ids")), Golden.Ids(data.GetProperty("attention_mask")), Golden.Ids(data.GetProperty("decoder_input_ids")));
        var expected = golden.Model.forward(ids, mask, decoder);
        var found = half.forward(ids, mask, decoder);
        Assert.Equal(ScalarType.BFloat16, found.dtype);
        Assert.InRange(((found.to_type(ScalarType.Float32) - expected).norm() / expected.norm()).ToDouble(), 1e-4, 0.05);
    }

    [Fact]
    public async Task ConcurrentForwards_GiveTheSameLogits()
    {
        using var golden = new Golden(Golden.Gated);
        var expected = Golden.Numbers(TinyModel.Logits(golden.Model));
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            List<double[]> logits = [];
            for (int i = 0; i < 10; i++)
            {
                using var scope = NewDisposeScope();
                logits.Add(Golden.Numbers(TinyModel.Logits(golden.Model)));
            }

            return logits;
        })));
        Assert.All(results.SelectMany(r => r), found => Assert.Equal(expected, found));
    }

    [Fact]
    public void BadConfiguration_IsRefusedBeforeMemoryIsTaken() =>
        Assert.Contains("num_heads", Assert.Throws<ArgumentException>(() => new T5Model(new T5Config { Heads = 0 }, 1)).Message);
}
