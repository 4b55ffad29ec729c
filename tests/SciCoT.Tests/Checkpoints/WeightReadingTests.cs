using SciCoT.Compute;
using SciCoT.Models;
using SciCoT.Tests.Models;
using SciCoT.Tests.Support;
using static TorchSharp.torch;

namespace SciCoT.Tests.Checkpoints;

/// <summary>Weights are read as they were written, and lie where kernels read best.</summary>
public sealed class WeightReadingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LoadedWeights_AreThoseThatWereSaved(bool gated)
    {
        using var scope = NewDisposeScope();
        using var expected = TinyModel.Create(gated ? TinyModel.Gated : TinyModel.Config, seed: 3);
        expected.Save(_folder.Path);

        using var model = T5Model.Load(_folder.Path);

        var (wanted, found) = (expected.state_dict(), model.state_dict());
        Assert.Equal(wanted.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(wanted, pair => Assert.True(pair.Value.eq(found[pair.Key]).all().item<bool>(), pair.Key));
    }

    [Fact]
    public unsafe void EveryWeight_BeginsOnACacheLine()
    {
        using var scope = NewDisposeScope();
        using (var saved = TinyModel.Create(TinyModel.Gated, seed: 3))
            saved.Save(_folder.Path);

        using var model = T5Model.Load(_folder.Path);

        Assert.All(model.parameters(), parameter => Assert.Equal(0, (long)TensorMemory.Address(parameter) % 64));
    }

    [Fact]
    public void TrainedWeight_LeavesItsNeighboursAsTheyWere()
    {
        using var scope = NewDisposeScope();
        using (var saved = TinyModel.Create(TinyModel.Gated, seed: 3))
            saved.Save(_folder.Path);
        using var model = T5Model.Load(_folder.Path);
        using var same = T5Model.Load(_folder.Path);
        var changed = model.named_parameters().First(p => p.name.EndsWith("wo.weight", StringComparison.Ordinal));

        using (no_grad())
            changed.parameter.fill_(7);

        var before = same.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        Assert.All(model.named_parameters(), p => Assert.Equal(p.name != changed.name, p.parameter.eq(before[p.name]).all().item<bool>()));
    }
}
