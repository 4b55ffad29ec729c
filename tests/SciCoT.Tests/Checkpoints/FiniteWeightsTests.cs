using SciCoT.Checkpoints;
using SciCoT.Compute;
using SciCoT.Models;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Models;
using SciCoT.Tests.Support;
using static TorchSharp.torch;

namespace SciCoT.Tests.Checkpoints;

/// <summary>Weights that are no numbers are found when they are loaded, wherever they are and in whatever precision.</summary>
public sealed class FiniteWeightsTests : IDisposable
{
    private const string Name = "encoder.block.0.layer.1.DenseReluDense.wi_1.weight";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "infinity")]
    [InlineData(float.NegativeInfinity, "minus infinity")]
    public void BadWeight_IsNamedWithItsPlace(float value, string shown)
    {
        Damage(value, ScalarType.Float32);

        var e = Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path));

        Assert.Contains(_folder.Path, e.Message);
        Assert.Contains($"'{Name}' holds {shown} at [3, 5]", e.Message);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, null)]
    [InlineData(ScalarType.Float16, null)]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16)]
    public void BadWeight_IsFoundInEveryPrecision(ScalarType stored, ScalarType? loaded)
    {
        Damage(float.NaN, stored);

        Assert.Contains(Name, Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path, dtype: loaded)).Message);
    }

    [Fact]
    public async Task Inspect_NamesTheTensor()
    {
        Damage(float.NaN, ScalarType.Float32);

        var outcome = await Commands.RunAsync(["inspect", _folder.Path]);

        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains(Name, outcome.Error);
    }

    [Fact]
    public void EveryPlaceIsLookedAt()
    {
        var numbers = new float[67];
        var halves = new ushort[67];
        for (int i = 0; i < numbers.Length; i++)
        {
            (numbers[i], halves[i]) = (i % 2 == 0 ? float.NaN : float.NegativeInfinity, (ushort)(i % 2 == 0 ? 0x7FC0 : 0xFF80));
            Assert.Equal(i, FiniteNumbers.FirstNotFinite(numbers.AsSpan()));
            Assert.Equal(i, FiniteNumbers.FirstNotFinite(halves.AsSpan()));
            (numbers[i], halves[i]) = (i % 2 == 0 ? float.MaxValue : -float.Epsilon, (ushort)(i % 2 == 0 ? 0x7F7F : 0x8001));
        }

        Assert.Equal(-1, FiniteNumbers.FirstNotFinite(numbers.AsSpan()));
        Assert.Equal(-1, FiniteNumbers.FirstNotFinite(halves.AsSpan()));
    }

    [Fact]
    public void OfALargeTensor_TheFirstPlaceIsNamed()
    {
        using var scope = NewDisposeScope();
        using var large = zeros(3, 1 << 20);
        large[2, 7] = float.NaN;
        large[1, 9] = float.NaN;

        Assert.Contains("at [1, 9]", Assert.Throws<InvalidFileException>(() => TensorReading.CheckFinite(large, "large", "here")).Message);
    }

    private void Damage(float value, ScalarType stored)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create(TinyModel.Gated);
        using (no_grad())
            model.named_parameters().Single(p => p.name == Name).parameter[3, 5] = value;
        model.Save(_folder.Path, stored);
    }
}
