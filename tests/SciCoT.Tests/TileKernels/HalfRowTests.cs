using SciCoT.Compute;
using SciCoT.TileKernels;

namespace SciCoT.Tests.TileKernels;

public unsafe class HalfRowTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    public void Round_Row_IsTheNearestNumbersAndAZero(int inputs)
    {
        var random = new Random(inputs);
        float[] x = [.. Enumerable.Range(0, inputs).Select(_ => (100 * random.NextSingle()) - 50)];
        var rounded = Round(x);
        Assert.Equal(x.Select(Nearest), rounded[..inputs]);
        if (inputs % 2 != 0)
            Assert.Equal(0, rounded[inputs]);
    }

    [Theory]
    [InlineData(1.00390625f, 1)] // between 1 and 1.0078125, the next
    [InlineData(1.01171875f, 1.015625f)]
    [InlineData(-1.00390625f, -1)]
    [InlineData(float.MaxValue, float.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(-0f, -0f)]
    public void Round_SpecialNumber_IsWhatIEEESays(float x, float expected)
    {
        foreach (int inputs in new[] { 1, 16 })
            Assert.All(Round([.. Enumerable.Repeat(x, inputs)])[..inputs], value => Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(value)));
    }

    /// <summary>A NaN whose lower bits are ones does not overflow into a number.</summary>
    [Theory]
    [InlineData(0x7FFFFFFF)]
    [InlineData(-1)]
    [InlineData(0x7F800001)]
    public void Round_AnyNaN_StaysOne(int bits)
    {
        foreach (int inputs in new[] { 1, 16 })
            Assert.All(Round([.. Enumerable.Repeat(BitConverter.Int32BitsToSingle(bits), inputs)])[..inputs], value => Assert.True(float.IsNaN(value)));
    }

    /// <summary>The bfloat16 number nearest to a finite number.</summary>
    internal static float Nearest(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value), lower = bits & ~0xFFFF;
        float below = BitConverter.Int32BitsToSingle(lower), above = BitConverter.Int32BitsToSingle(lower + 0x10000);
        double down = Math.Abs((double)value - below), up = Math.Abs((double)above - value);
        return down < up || (down == up && (lower & 0x10000) == 0) ? below : above;
    }

    private static float[] Round(float[] x)
    {
        var row = new ushort[HalfRow.Bytes(x.Length) / sizeof(ushort)];
        Array.Fill(row, (ushort)99);
        fixed (float* from = x)
        fixed (ushort* target = row)
            HalfRow.Round(from, x.Length, (byte*)target);
        return [.. row.Select(value => BitConverter.Int32BitsToSingle(value << 16))];
    }
}
