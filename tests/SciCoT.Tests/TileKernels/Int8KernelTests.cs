using SciCoT.Compute;
using SciCoT.TileKernels;

namespace SciCoT.Tests.TileKernels;

/// <summary>Products of whole numbers are exact: every processor's instructions must give the same bits.</summary>
public unsafe class Int8KernelTests
{
    public static TheoryData<int, int> KernelsAndInputs => new MatrixTheoryData<int, int>(Enumerable.Range(0, Int8Kernels.All.Count), [1, 3, 4, 5, 8, 37, 64, 1100]);

    [Fact]
    public void All_FastestFirst_EndsWithTheOneForEveryProcessor()
    {
        Assert.Same(Int8Kernels.Best, Int8Kernels.All[0]);
        Assert.IsType<Int8Kernel<Int8Dots.Portable, System.Runtime.Intrinsics.Vector128<int>>>(Int8Kernels.All[^1]);
        Assert.Contains(Int8Kernels.Narrow, Int8Kernels.All);
    }

    [Theory]
    [MemberData(nameof(KernelsAndInputs))]
    public void Multiply_AnyNumbers_IsTheExactSum(int kernel, int inputs)
    {
        var random = new Random(inputs);
        int most = Int8Kernels.All[kernel].Rows;
        foreach (int rows in Enumerable.Range(1, Math.Min(most, 13)).Append(most))
        {
            var weights = Weights(Int8Layout.TileOutputs, inputs, random);
            var x = Numbers(rows * inputs, () => random.Next(-127, 128));
            Check(kernel, inputs, rows, weights, x);
        }
    }

    /// <summary>Where 16 bits are too few for a sum of products, instructions saturate without a word.</summary>
    [Theory]
    [MemberData(nameof(KernelsAndInputs))]
    public void Multiply_LargestNumbers_DoNotSaturate(int kernel, int inputs)
    {
        // Of each eight inputs the first, second, fifth and sixth weight come to 258, and so do the other four.
        foreach (int[] four in new int[][] { [127, 127, 2, 2], [127, 2, 127, 2], [65, 64, 65, 64], [2, 127, 2, 127] })
        {
            foreach (int sign in new[] { -1, 1 })
            {
                int place = 0;
                var weights = Numbers(Int8Layout.TileOutputs * inputs, () => sign * four[(place++ % inputs % 8) switch { 0 or 2 => 0, 1 or 3 => 1, 4 or 6 => 2, _ => 3 }]);
                foreach (int value in new[] { -127, 127 })
                {
                    foreach (int rows in new[] { 3, Int8Kernels.All[kernel].Rows })
                        Check(kernel, inputs, rows, weights, Numbers(rows * inputs, () => value));
                }
            }
        }
    }

    [Theory]
    [InlineData(40, 70, 9, Rests.None)]
    [InlineData(40, 70, 9, Rests.OfAll)]
    [InlineData(16, 64, 150, Rests.OfAll)]
    [InlineData(33, 1031, 70, Rests.OfAll)]
    [InlineData(33, 1031, 70, Rests.OfOutliers)]
    [InlineData(40, 300, 9, Rests.OfOutliers)]
    [InlineData(20, 514, 35, Rests.None)]
    [InlineData(7, 6, 8, Rests.None)]
    [InlineData(5, 3, 1, Rests.None)]
    public void Products_EveryKernelAnyParts_SameBits(int outputs, int inputs, int rows, object kept)
    {
        var rests = (Rests)kept;
        var random = new Random(1);
        var weights = Weights(outputs, inputs, random);
        float[] x = [.. Enumerable.Range(0, rows * inputs).Select(_ => random.NextSingle() - 0.5f)], scales = [.. Enumerable.Range(0, outputs).Select(_ => random.NextSingle())];
        bool HasOutlier(int row) => rests == Rests.OfOutliers && row % 5 is 1 or 2;
        for (int row = 0; row < rows; row++)
            x[(row * inputs) + 2] = HasOutlier(row) ? 50 : x[(row * inputs) + 2];
        var expected = Multiply(Int8Kernels.All[^1], outputs);
        for (int i = 0; i < expected.Length; i++)
        {
            int row = i / outputs, output = i % outputs;
            double exact = scales[output] * Enumerable.Range(0, inputs).Sum(j => (double)x[(row * inputs) + j] * weights[(output * inputs) + j]);
            Assert.Equal(exact, expected[i], (rests == Rests.OfAll ? 2e-5 : HasOutlier(row) ? 2e-3 : 3e-3) * 127 * Math.Sqrt(inputs));
        }

        foreach (var kernel in Int8Kernels.All)
        {
            foreach (int part in new[] { outputs, 16, 7, 1 })
                Assert.Equal(expected, Multiply(kernel, part));
        }

        float[] Multiply(ITileKernel kernel, int part)
        {
            var y = new float[rows * outputs];
            fixed (sbyte* memory = Laid(weights, outputs, inputs))
            fixed (float* px = x, py = y, pscales = scales)
            fixed (byte* rounded = new byte[2 * rows * RoundedRow.Bytes(inputs)])
            {
                var matrix = new Matrix(memory, NumberFormat.Int8, pscales, outputs, inputs, inputs);
                var input = new InputRows(px, inputs, rows, rounded, rests).RoundedFor(matrix);
                for (int from = 0; from < outputs; from += part)
                    TileProducts.Multiply(kernel, matrix, from, Math.Min(outputs, from + part), input, py, outputs, false);
            }

            return y;
        }
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(33, 64)]
    public void Layout_Written_IsReadBack(int outputs, int inputs)
    {
        var random = new Random(1);
        var weights = Numbers(outputs * inputs, () => random.Next(-128, 128));
        var row = new sbyte[inputs];
        fixed (sbyte* memory = Laid(weights, outputs, inputs), target = row)
        {
            for (int output = 0; output < outputs; output++)
            {
                Int8Layout.Read(memory, inputs, output, target);
                Assert.Equal(weights[(output * inputs)..((output + 1) * inputs)], row);
            }
        }
    }

    /// <summary>Compares all ways to end, for one tile and for two.</summary>
    private static void Check(int kernel, int inputs, int rows, sbyte[] weights, sbyte[] x)
    {
        for (int tiles = 1; tiles <= Int8Kernels.All[kernel].Tiles; tiles++)
        {
            foreach (bool adds in new[] { false, true })
            {
                Check(Int8Kernels.All[kernel], inputs, rows, 1, tiles, adds, weights, x);
                if (rows % 2 == 0)
                    Check(Int8Kernels.All[kernel], inputs, rows, 2, tiles, adds, weights, x);
            }
        }
    }

    private static void Check(ITileKernel kernel, int inputs, int rows, int parts, int tiles, bool adds, sbyte[] weights, sbyte[] x)
    {
        const int Before = 5, Room = 3;
        int stride = RoundedRow.Bytes(inputs), outputs = tiles * Int8Layout.TileOutputs, width = outputs + Room;
        var y = Enumerable.Repeat((float)Before, rows / parts * width).ToArray();
        float[] scales = [.. Enumerable.Range(1, outputs).Select(i => 1f / i)], rowScales = [.. Enumerable.Range(1, rows).Select(i => 1f / i)];
        var padded = new byte[(rows * stride) + 64];
        fixed (sbyte* tile = Laid([.. weights, .. weights.Reverse()], 2 * Int8Layout.TileOutputs, inputs))
        fixed (byte* px = padded)
        fixed (float* py = y, pscales = scales)
        {
            for (int row = 0; row < rows; row++)
            {
                x.AsSpan(row * inputs, inputs).CopyTo(new Span<sbyte>(px + (row * stride), inputs));
                RoundedRow.End(px + (row * stride), inputs, rowScales[row]);
            }

            var block = new TileBlock
            {
                Weights = (byte*)tile,
                Scales = pscales,
                Tiles = tiles,
                Groups = Int8Layout.Groups(inputs),
                X = px,
                Stride = stride,
                Rows = rows,
                Parts = parts,
                Y = py,
                YStride = width,
                Adds = adds,
            };
            kernel.Multiply(block);
        }

        var expected = Enumerable.Repeat((float)Before, y.Length).ToArray();
        for (int row = 0; row < rows; row++)
        {
            for (int output = 0; output < outputs; output++)
            {
                ref float place = ref expected[(row / parts * width) + output];
                float product = Sum(row, output) * (scales[output] * rowScales[row]);
                place = adds || row % parts > 0 ? place + product : product;
            }
        }

        Assert.Equal(expected, y);

        int Sum(int row, int output) => Enumerable.Range(0, inputs).Sum(i =>
            x[(row * inputs) + i] * (output < Int8Layout.TileOutputs ? weights[(output * inputs) + i] : weights[^(((output - Int8Layout.TileOutputs) * inputs) + i + 1)]));
    }

    /// <summary>A matrix in memory; what no weight has been written to is anything.</summary>
    private static sbyte[] Laid(sbyte[] weights, int outputs, int inputs)
    {
        var memory = new sbyte[Int8Layout.Bytes(outputs, inputs)];
        Array.Fill(memory, (sbyte)99);
        fixed (sbyte* target = memory, from = weights)
        {
            for (int output = 0; output < outputs; output++)
                Int8Layout.Write(from + (output * inputs), inputs, output, target);
        }

        return memory;
    }

    /// <summary>Rounded rows, which have room for sums of products.</summary>
    private static sbyte[] Weights(int outputs, int inputs, Random random)
    {
        float scale;
        var weights = new sbyte[outputs * inputs];
        var row = new float[inputs];
        fixed (sbyte* target = weights)
        fixed (float* source = row)
        {
            for (int output = 0; output < outputs; output++)
            {
                for (int i = 0; i < inputs; i++)
                    row[i] = random.NextSingle() - 0.5f;
                Rounding.Round(source, inputs, target + (output * inputs), &scale);
            }
        }

        return weights;
    }

    private static sbyte[] Numbers(int count, Func<int> next) => [.. Enumerable.Range(0, count).Select(_ => (sbyte)next())];
}
