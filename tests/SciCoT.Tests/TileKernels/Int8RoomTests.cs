using SciCoT.Compute;
using SciCoT.TileKernels;

namespace SciCoT.Tests.TileKernels;

public unsafe class Int8RoomTests
{
    public static TheoryData<int> Inputs => [1, 2, 5, 8, 9, 15, 16, 17, 31, 32, 33, 64, 100, 1031];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Round_AnyWeights_HaveRoomAndLoseHalfAStepAtMost(int inputs)
    {
        var random = new Random(inputs);
        foreach (double power in new[] { 0, 0.5, 1, 4 })
        {
            // From all of the same size to few large ones.
            float[] row = [.. Enumerable.Range(0, inputs).Select(_ => (float)(Math.Pow(random.NextDouble(), power) * (random.Next(2) == 0 ? -1 : 1)))];
            var (rounded, scale) = Round(row);

            Assert.True(HasRoom(rounded));
            fixed (sbyte* values = rounded)
                Assert.True(Int8Room.Has(values, inputs));
            for (int i = 0; i < inputs; i++)
                Assert.InRange(Math.Abs(row[i] - (rounded[i] * scale)), 0, 0.501f * scale);
        }
    }

    /// <summary>A row whose largest weight stands alone keeps all its levels.</summary>
    [Fact]
    public void Round_FewLargeWeights_LargestBecomes127()
    {
        float[] row = [.. Enumerable.Range(0, 64).Select(i => i == 20 ? -2f : 0.5f)];
        Assert.Equal(2f / 127, Round(row).Scale);
    }

    [Fact]
    public void Round_EqualWeights_BecomeSixtyFour()
    {
        var (rounded, scale) = Round([.. Enumerable.Repeat(3f, 40)]);
        Assert.All(rounded, value => Assert.Equal(64, value));
        Assert.Equal(3f / 64, scale);
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Has_FourThatComeTo259_IsFalseWhereverTheyLie(int inputs)
    {
        for (int start = 0; start < inputs; start += 8)
        {
            foreach (int[] places in new int[][] { [0, 1, 4, 5], [2, 3, 6, 7] })
            {
                foreach (int missing in places.Where(place => start + place < inputs))
                {
                    int[] there = [.. places.Where(place => start + place < inputs)];
                    if (there.Length * 127 <= Int8Room.Most)
                        continue;
                    var row = new sbyte[inputs];
                    int left = Int8Room.Most;
                    foreach (int place in there.Where(place => place != missing))
                        left -= row[start + place] = (sbyte)Math.Min(left, there.Length == 4 ? 86 : 127);
                    row[start + missing] = (sbyte)-left;
                    Assert.True(Has(row));
                    row[start + missing]--;
                    Assert.False(Has(row));
                }
            }
        }

        static bool Has(sbyte[] row)
        {
            fixed (sbyte* values = row)
                return Int8Room.Has(values, row.Length);
        }
    }

    [Fact]
    public void Has_LowestInt8Number_CountsAs128()
    {
        var row = new sbyte[32];
        (row[0], row[1], row[4]) = (-128, -128, 2);
        fixed (sbyte* values = row)
        {
            Assert.True(Int8Room.Has(values, row.Length));
            row[5] = 1;
            Assert.False(Int8Room.Has(values, row.Length));
        }
    }

    private static bool HasRoom(sbyte[] row) => row.Select((value, i) => (Four: (i / 8, i % 4 / 2), Size: Math.Abs((int)value)))
        .GroupBy(weight => weight.Four).All(four => four.Sum(weight => weight.Size) <= Int8Room.Most);

    private static (sbyte[] Rounded, float Scale) Round(float[] row)
    {
        float scale;
        var rounded = new sbyte[row.Length];
        fixed (float* source = row)
        fixed (sbyte* target = rounded)
            Rounding.Round(source, row.Length, target, &scale);
        return (rounded, scale);
    }
}
