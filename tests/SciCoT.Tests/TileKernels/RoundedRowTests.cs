using SciCoT.Compute;
using SciCoT.TileKernels;

namespace SciCoT.Tests.TileKernels;

public unsafe class RoundedRowTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(100)]
    public void Round_Row_IsTheNearestWholeNumbersAndZeros(int inputs)
    {
        var random = new Random(inputs);
        float[] x = [.. Enumerable.Range(0, inputs).Select(_ => (100 * random.NextSingle()) - 50)];
        var (values, scale) = Round(x);
        Assert.Equal(x.Max(Math.Abs) / 127, scale);
        Assert.All(x.Zip(values), pair => Assert.InRange(Math.Abs((pair.First / scale) - pair.Second), 0, 0.50001));
        Assert.Equal(127, values.Max(value => Math.Abs((int)value)));
        Assert.All(values[inputs..], value => Assert.Equal(0, value));
    }

    /// <summary>Two rows together keep a number to about 15 bits.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(100)]
    public void Round_WithRest_LeavesLittle(int inputs)
    {
        var random = new Random(inputs);
        float[] x = [.. Enumerable.Range(0, inputs).Select(_ => random.NextSingle() - 0.5f)];
        int bytes = RoundedRow.Bytes(inputs);
        fixed (float* from = x)
        fixed (byte* target = new byte[2 * bytes])
        {
            RoundedRow.Round(from, inputs, target, target + bytes);
            float scale = RoundedRow.Scale(target, inputs), finer = RoundedRow.Scale(target + bytes, inputs);
            for (int i = 0; i < inputs; i++)
                Assert.InRange(Math.Abs(x[i] - ((sbyte)target[i] * scale) - ((sbyte)target[bytes + i] * finer)), 0, x.Max(Math.Abs) / 60000);
        }
    }

    /// <summary>A number of the other numbers' size leaves them bits enough.</summary>
    [Theory]
    [InlineData(5, false)]
    [InlineData(50, true)]
    public void Round_WithRestOfOutliers_IsOfRowsThatHaveOne(float largest, bool hasRest)
    {
        float[] x = [.. Enumerable.Range(0, 1031).Select(i => i % 2 == 0 ? 1f : -1f)];
        x[^1] = largest;
        int bytes = RoundedRow.Bytes(x.Length);
        fixed (float* from = x)
        fixed (byte* target = new byte[2 * bytes], all = new byte[2 * bytes])
        {
            RoundedRow.Round(from, x.Length, target, target + bytes, ofAll: false);
            RoundedRow.Round(from, x.Length, all, all + bytes);
            Assert.Equal(new ReadOnlySpan<byte>(all, bytes), new ReadOnlySpan<byte>(target, bytes));
            Assert.Equal(hasRest ? RoundedRow.Scale(all + bytes, x.Length) : 0, RoundedRow.Scale(target + bytes, x.Length));
            if (hasRest)
                Assert.Equal(new ReadOnlySpan<byte>(all + bytes, bytes), new ReadOnlySpan<byte>(target + bytes, bytes));
        }
    }

    [Fact]
    public void Round_Halves_GoToTheEvenNumber()
    {
        var (values, scale) = Round([127, 0.5f, 1.5f, -0.5f, -2.5f]);
        Assert.Equal(1, scale);
        Assert.Equal([127, 0, 2, 0, -2], values[..5]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(float.Epsilon)]
    [InlineData(1e-37f)]
    public void Round_NoNumberThatCounts_IsZeros(float value)
    {
        var (values, scale) = Round([.. Enumerable.Repeat(value, 40)]);
        Assert.All(values, rounded => Assert.Equal(0, rounded));
        Assert.InRange(scale, 0, 1e-37f);
    }

    /// <summary>A row that has become infinite does not turn into an answer that looks like one.</summary>
    [Fact]
    public void Round_InfiniteNumber_LeavesNoFiniteProduct()
    {
        var (values, scale) = Round([1, float.PositiveInfinity, .. new float[40]]);
        Assert.False(float.IsFinite(values[0] * scale));
    }

    private static (sbyte[] Values, float Scale) Round(float[] x)
    {
        var row = new byte[RoundedRow.Bytes(x.Length)];
        Array.Fill(row, (byte)99);
        fixed (float* from = x)
        fixed (byte* target = row)
        {
            RoundedRow.Round(from, x.Length, target);
            return ([.. row[..^64].Select(value => (sbyte)value)], RoundedRow.Scale(target, x.Length));
        }
    }
}
