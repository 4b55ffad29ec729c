using SciCoT.Compute;
using SciCoT.TileKernels;

namespace SciCoT.Tests.TileKernels;

/// <summary>Products in bfloat16: near those of the kernel for every processor, and the same bits for a row wherever it stands.</summary>
public unsafe class HalfKernelTests
{
    public static TheoryData<int, int> Shapes => new MatrixTheoryData<int, int>([1, 15, 16, 40, 64], [1, 2, 3, 7, 8, 37, 64, 1100]);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Multiply_AnyRowsAndParts_IsNearThePortableAndTheSameBits(int outputs, int inputs)
    {
        Assert.SkipWhen(HalfKernels.Fast is null, "This processor has no AVX512_BF16.");
        var random = new Random(inputs);
        ushort[] weights = [.. Enumerable.Range(0, outputs * inputs).Select(_ => Half(random.NextSingle() - 0.5f))];
        float[] x = [.. Enumerable.Range(0, 40 * inputs).Select(_ => random.NextSingle() - 0.5f)];
        foreach (bool add in new[] { false, true })
        {
            var near = Multiply(HalfKernels.Portable, weights, outputs, x, 40, outputs, add);
            var all = Multiply(HalfKernels.Fast!, weights, outputs, x, 40, outputs, add);
            Assert.All(near.Zip(all), pair => Assert.Equal(pair.First, pair.Second, 2e-6 * inputs));
            for (int rows = 1; rows < 40; rows++)
            {
                foreach (int part in new[] { outputs, 16, 7 })
                    Assert.Equal(all[..(rows * outputs)], Multiply(HalfKernels.Fast!, weights, outputs, x[..(rows * inputs)], rows, part, add));
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Multiply_RowThatIsNoNumber_SpoilsItsOwnProductsOnly(float value)
    {
        const int Outputs = 20, Inputs = 9, Rows = 11, Spoilt = 6;
        float[] x = [.. Enumerable.Repeat(1f, Rows * Inputs)];
        x[(Spoilt * Inputs) + 8] = value;
        ushort[] weights = [.. Enumerable.Repeat(Half(0.5f), Outputs * Inputs)];
        foreach (var kernel in Kernels())
        {
            var y = Multiply(kernel, weights, Outputs, x, Rows, Outputs, add: false);
            for (int i = 0; i < y.Length; i++)
            {
                if (i / Outputs == Spoilt)
                    Assert.False(float.IsFinite(y[i]));
                else
                    Assert.Equal(0.5f * Inputs, y[i]);
            }
        }
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(33, 64)]
    public void Layout_Written_IsReadBack(int outputs, int inputs)
    {
        ushort[] weights = [.. Enumerable.Range(0, outputs * inputs).Select(i => (ushort)i)], row = new ushort[inputs];
        var wide = new float[inputs];
        fixed (ushort* memory = Laid(weights, outputs, inputs), target = row)
        fixed (float* pwide = wide)
        {
            for (int output = 0; output < outputs; output++)
            {
                HalfLayout.Read(memory, inputs, output, target);
                Assert.Equal(weights[(output * inputs)..((output + 1) * inputs)], row);
                HalfLayout.Read(memory, inputs, output, pwide);
                Assert.Equal(row.Select(value => BitConverter.Int32BitsToSingle(value << 16)), wide);
            }
        }
    }

    private static IEnumerable<ITileKernel> Kernels() => HalfKernels.Fast is { } fast ? [fast, HalfKernels.Portable] : [HalfKernels.Portable];

    private static float[] Multiply(ITileKernel kernel, ushort[] weights, int outputs, float[] x, int rows, int part, bool add)
    {
        int inputs = x.Length / rows;
        float[] y = [.. Enumerable.Range(0, rows * outputs).Select(i => i % 10f)];
        fixed (ushort* memory = Laid(weights, outputs, inputs))
        fixed (float* px = x, py = y)
        fixed (byte* rounded = new byte[rows * HalfRow.Bytes(inputs)])
        {
            var matrix = new Matrix(memory, NumberFormat.BFloat16Tiles, null, outputs, inputs, inputs);
            var input = new InputRows(px, inputs, rows, rounded, Rests.OfAll).RoundedFor(matrix);
            for (int from = 0; from < outputs; from += part)
                TileProducts.Multiply(kernel, matrix, from, Math.Min(outputs, from + part), input, py, outputs, add);
        }

        return y;
    }

    /// <summary>A matrix in memory; what no weight has been written to is NaN.</summary>
    private static ushort[] Laid(ushort[] weights, int outputs, int inputs)
    {
        var memory = new ushort[HalfLayout.Bytes(outputs, inputs) / sizeof(ushort)];
        Array.Fill(memory, (ushort)0x7FFF);
        fixed (ushort* target = memory, from = weights)
        {
            for (int output = 0; output < outputs; output++)
                HalfLayout.Write(from + (output * inputs), inputs, output, target);
        }

        return memory;
    }

    private static ushort Half(float value) => (ushort)(BitConverter.SingleToInt32Bits(value) >> 16);
}
