using System.Text.Json;
using SciCoT.Harness.Python;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Evaluation.Python;

/// <summary>Numbers that CPython 3.11 and later give.</summary>
public class PythonRandomTests
{
    [Theory]
    [InlineData("kshot.json")]
    [InlineData("samples.json")]
    public void Sample_SeedsAndSizes_AsCPython(string file)
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Data("harness", file)));

        foreach (var sample in golden.RootElement.GetProperty("samples").EnumerateArray())
        {
            var random = new PythonRandom(sample.GetProperty("seed").GetInt64());
            foreach (var draw in sample.GetProperty("draws").EnumerateArray())
            {
                int[] expected = [.. draw.EnumerateArray().Select(place => place.GetInt32())];
                Assert.Equal(expected, random.Sample(sample.GetProperty("n").GetInt32(), sample.GetProperty("k").GetInt32()));
            }
        }
    }

    [Fact]
    public void Bits_Seed1234_AsCPython()
    {
        var random = new PythonRandom(1234);

        Assert.Equal([4150886329u, 3342196574u, 1892932127u, 501869158u], Enumerable.Range(0, 4).Select(_ => random.Bits(32)));
        Assert.Equal([0u, 11u, 116u], Enumerable.Range(0, 3).Select(_ => random.Bits(7)));
    }

    [Fact]
    public void Bits_SmallestSeed_IsThatOfItsAbsoluteValue()
    {
        var random = new PythonRandom(long.MinValue);

        Assert.Equal([2377109768u, 1691753470u, 4039908392u], Enumerable.Range(0, 3).Select(_ => random.Bits(32)));
    }

    [Fact]
    public void Sample_MoreThanThereAre_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PythonRandom(1).Sample(3, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PythonRandom(1).Sample(3, -1));
    }
}
