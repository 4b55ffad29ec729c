using System.Runtime.InteropServices;
using SciCoT.Compute;
using SciCoT.Tests.TileKernels;
using SciCoT.TileKernels;

namespace SciCoT.Tests.Compute;

/// <summary>Every width against plain sums, at sizes that fill vectors and blocks and at such that do not.</summary>
public unsafe class KernelTests
{
    public static TheoryData<int> Widths => [.. Enumerable.Range(0, Kernels.All.Count)];

    public static TheoryData<int, int> WidthsAndFormats =>
        new MatrixTheoryData<int, int>(Enumerable.Range(0, Kernels.All.Count), Enum.GetValues<NumberFormat>().Select(format => (int)format));

    public static TheoryData<int, int, int, int, int> Products
    {
        get
        {
            var data = new TheoryData<int, int, int, int, int>();
            foreach (var (outputs, inputs) in new[] { (1, 1), (3, 5), (4, 16), (7, 37), (64, 64), (30, 1100) })
            {
                foreach (var format in Enum.GetValues<NumberFormat>())
                {
                    foreach (int rows in new[] { 1, 2, 3, 4, 7, 18 })
                    {
                        for (int width = 0; width < Kernels.All.Count; width++)
                            data.Add(width, (int)format, outputs, inputs, rows);
                    }
                }
            }

            return data;
        }
    }

    [Fact]
    public void All_WidestFirst_EndsWithTheOneForEveryProcessor()
    {
        Assert.Same(Kernels.Best, Kernels.All[0]);
        Assert.IsType<SimdKernels<Simd128, System.Runtime.Intrinsics.Vector128<float>>>(Kernels.All[^1]);
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Multiply_AnyShape_IsTheSumOfProducts(int width, int format, int outputs, int inputs, int rows)
    {
        using var weights = new Weights((NumberFormat)format, outputs, inputs);
        float[] x = Numbers(rows * inputs, 3), expected = new float[rows * outputs];
        for (int row = 0; row < rows; row++)
        {
            var own = x[(row * inputs)..((row + 1) * inputs)];
            double step = (NumberFormat)format == NumberFormat.Int8 ? own.Max(Math.Abs) / 127.0 : 0;
            if ((NumberFormat)format == NumberFormat.BFloat16Tiles)
                own = [.. own.Select(HalfRowTests.Nearest)];
            for (int output = 0; output < outputs; output++)
                expected[(row * outputs) + output] = (float)own.Select((value, i) => (step > 0 ? Math.Round(value / step) * step : value) * weights.At(output, i)).Sum();
        }

        float tolerance = 1e-5f * inputs;
        Assert.All(expected.Zip(Multiply(width, weights, x, rows)), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        Assert.All(expected.Zip(Multiply(width, weights, x, rows, startingFrom: 2)), pair => Assert.Equal(pair.First + 2, pair.Second, tolerance));
    }

    /// <summary>Ragged batches give the same tokens as single sources because of this.</summary>
    [Theory]
    [MemberData(nameof(Products))]
    public void Multiply_MoreRows_SameBitsForEach(int width, int format, int outputs, int inputs, int rows)
    {
        using var weights = new Weights((NumberFormat)format, outputs, inputs);
        var x = Numbers(rows * inputs, 3);
        var together = Multiply(width, weights, x, rows);
        for (int row = 0; row < rows; row++)
            Assert.Equal(Multiply(width, weights, x[(row * inputs)..((row + 1) * inputs)], 1), together[(row * outputs)..((row + 1) * outputs)]);
    }

    [Theory]
    [MemberData(nameof(WidthsAndFormats))]
    public void Multiply_PartOfTheOutputs_LeavesTheOthersAlone(int width, int format)
    {
        using var weights = new Weights((NumberFormat)format, 12, 20);
        var x = Numbers(20, 3);
        var whole = Multiply(width, weights, x, 1);
        var part = new float[12];
        fixed (float* px = x, py = part, scratch = new float[Kernels.All[width].ScratchSize(20)])
        fixed (byte* rounded = new byte[Math.Max(1, weights.Matrix.RowBytes)])
            Kernels.All[width].Multiply(weights.Matrix, 3, 10, new InputRows(px, 20, 1, rounded).RoundedFor(weights.Matrix), py, 12, false, scratch);
        Assert.Equal([0, 0, 0, .. whole[3..10], 0, 0], part);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Read_Row_IsTheWeights(int width)
    {
        foreach (var format in Enum.GetValues<NumberFormat>())
        {
            using var weights = new Weights(format, 3, 21);
            var row = new float[21];
            fixed (float* target = row)
                Kernels.All[width].Read(weights.Matrix, 2, target);
            Assert.Equal(Enumerable.Range(0, 21).Select(i => weights.At(2, i)), row);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Normalize_Row_HasRootMeanSquareOfGain(int width)
    {
        float[] x = Numbers(37, 1), gain = Numbers(37, 2), y = new float[37];
        fixed (float* px = x, pg = gain, py = y)
            Kernels.All[width].Normalize(px, pg, 37, 1e-6f, py);
        double scale = 1 / Math.Sqrt(x.Average(value => (double)value * value) + 1e-6);
        Assert.All(y.Select((value, i) => (value, Expected: (float)(gain[i] * x[i] * scale))), pair => Assert.Equal(pair.Expected, pair.value, 1e-5f));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Softmax_WithBias_IsTheExponentialsShare(int width)
    {
        foreach (int count in new[] { 1, 3, 16, 45 })
        {
            float[] scores = [.. Numbers(count, 1).Select(value => 40 * value)], bias = Numbers(count, 2), y = [.. scores];
            fixed (float* py = y, pb = bias)
                Kernels.All[width].Softmax(py, pb, count);
            var powers = scores.Select((score, i) => Math.Exp((double)score + bias[i])).ToArray();
            Assert.All(y.Select((value, i) => (value, Expected: (float)(powers[i] / powers.Sum()))), pair => Assert.Equal(pair.Expected, pair.value, 1e-5f));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void LogSumExp_ForbiddenTokens_CountForNothing(int width)
    {
        foreach (int count in new[] { 1, 5, 16, 1000 })
        {
            float[] x = [.. Numbers(count, 1).Select(value => 30 * value)];
            if (count > 3)
                x[2] = float.NegativeInfinity;
            float actual;
            fixed (float* px = x)
                actual = Kernels.All[width].LogSumExp(px, count);
            Assert.Equal((float)Math.Log(x.Sum(value => Math.Exp(value))), actual, 1e-4f);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void ScoreAndMix_KeptPositions_AreProductsAndWeightedSums(int width)
    {
        foreach (int size in new[] { 1, 5, 16, 64, 71 })
        {
            foreach (int positions in new[] { 1, 15, 16, 17, 33, 48 })
            {
                foreach (var (format, error) in new[] { (NumberFormat.Float32, 1e-5), (NumberFormat.BFloat16, 1.0 / 256) })
                {
                    float[] keys = Numbers(positions * size, 1), values = Numbers(positions * size, 2), query = Numbers(size, 3);
                    int capacity = KeyValueHead.Whole(positions);
                    byte[] memory = new byte[KeyValueHead.Bytes(capacity, size, format)];
                    Array.Fill(memory, (byte)0xFF); // NaN: what was not kept must not count
                    float[] scores = [.. Enumerable.Repeat(7f, positions + 1)], y = [.. Enumerable.Repeat(7f, size + 1)];
                    fixed (byte* data = memory)
                    fixed (float* k = keys, v = values, q = query, s = scores, target = y)
                    {
                        var head = new KeyValueHead(data, capacity, size, format);
                        for (int position = 0; position < positions; position++)
                            head.Keep(position, k + (position * size), v + (position * size));
                        Kernels.All[width].Score(head, positions, q, s);
                        Kernels.All[width].Mix(head, positions, s, target);
                    }

                    for (int position = 0; position < positions; position++)
                        Assert.Equal(Enumerable.Range(0, size).Sum(i => (double)query[i] * keys[(position * size) + i]), scores[position], error * size);
                    for (int i = 0; i < size; i++)
                        Assert.Equal(Enumerable.Range(0, positions).Sum(position => (double)scores[position] * values[(position * size) + i]), y[i], error * positions);
                    Assert.Equal((7f, 7f), (scores[positions], y[size]));
                }
            }
        }
    }

    /// <summary>What stands between the queries, keys and values of a head belongs to other heads.</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void ScoreManyAndMixMany_RowsOfSeveralHeads_AreProductsAndWeightedSums(int width)
    {
        foreach (var (rows, count, size) in new[] { (1, 1, 4), (3, 7, 5), (5, 40, 20), (130, 33, 64) })
        {
            int stride = (2 * size) + 3;
            float[] queries = Numbers(rows * stride, 1), keys = Numbers(count * stride, 2), weights = Numbers(rows * count, 3);
            foreach (bool inHalves in new[] { false, true })
            {
                Func<float, float> kept = inHalves && Kernels.All[width].HalfFormat == NumberFormat.BFloat16Tiles ? HalfRowTests.Nearest : value => value;
                float[] scores = Scores(width, queries, rows, keys, count, stride, size, inHalves), mixed = Mixed(width, weights, rows, keys, count, stride, size, inHalves);
                for (int row = 0; row < rows; row++)
                {
                    for (int key = 0; key < count; key++)
                        Assert.Equal(Enumerable.Range(0, size).Sum(i => kept(queries[(row * stride) + i]) * kept(keys[(key * stride) + i])), scores[(row * count) + key], 1e-5f * size);
                    for (int i = 0; i < size; i++)
                        Assert.Equal(Enumerable.Range(0, count).Sum(key => kept(weights[(row * count) + key]) * kept(keys[(key * stride) + i])), mixed[(row * size) + i], 1e-5f * count);

                    // A row's bits do not depend on the others.
                    Assert.Equal(Scores(width, queries[(row * stride)..], 1, keys, count, stride, size, inHalves), scores[(row * count)..((row + 1) * count)]);
                    Assert.Equal(Mixed(width, weights[(row * count)..], 1, keys, count, stride, size, inHalves), mixed[(row * size)..((row + 1) * size)]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Score_OfAPosition_HasTheSameBitsHoweverManyFollow(int width)
    {
        const int Size = 20, Positions = 40;
        float[] keys = Numbers(Positions * Size, 1), query = Numbers(Size, 2);
        byte[] memory = new byte[KeyValueHead.Bytes(KeyValueHead.Whole(Positions), Size, NumberFormat.Float32)];
        fixed (byte* data = memory)
        fixed (float* k = keys, q = query)
        {
            var head = new KeyValueHead(data, KeyValueHead.Whole(Positions), Size, NumberFormat.Float32);
            for (int position = 0; position < Positions; position++)
                head.Keep(position, k + (position * Size), k + (position * Size));
            float[] all = Scores(head, q, Positions);
            for (int positions = 1; positions < Positions; positions++)
                Assert.Equal(all[..positions], Scores(head, q, positions));
        }

        float[] Scores(in KeyValueHead head, float* query, int positions)
        {
            var scores = new float[positions];
            fixed (float* s = scores)
                Kernels.All[width].Score(head, positions, query, s);
            return scores;
        }
    }

    [Theory]
    [InlineData(NumberFormat.Float32)]
    [InlineData(NumberFormat.BFloat16)]
    public void KeyValueHead_CopiedIntoMoreRoom_HoldsTheSame(object format)
    {
        const int Size = 6, Positions = 21;
        float[] numbers = Numbers(Positions * Size, 1), query = Numbers(Size, 2);
        var kind = (NumberFormat)format;
        fixed (byte* from = new byte[KeyValueHead.Bytes(32, Size, kind)], to = new byte[KeyValueHead.Bytes(80, Size, kind)])
        fixed (float* n = numbers, q = query, before = new float[Positions], after = new float[Positions], mixed = new float[Size], same = new float[Size])
        {
            KeyValueHead head = new(from, 32, Size, kind), larger = new(to, 80, Size, kind);
            for (int position = 0; position < Positions; position++)
                head.Keep(position, n + (position * Size), n + (position * Size));
            head.CopyTo(larger, Positions);
            Kernels.Best.Score(head, Positions, q, before);
            Kernels.Best.Score(larger, Positions, q, after);
            Kernels.Best.Mix(head, Positions, before, mixed);
            Kernels.Best.Mix(larger, Positions, after, same);
            Assert.Equal(new ReadOnlySpan<float>(before, Positions), new ReadOnlySpan<float>(after, Positions));
            Assert.Equal(new ReadOnlySpan<float>(mixed, Size), new ReadOnlySpan<float>(same, Size));
        }
    }

    [Fact]
    public void KeyValueHead_NaN_StaysNaN()
    {
        const int Size = 3;
        fixed (byte* data = new byte[KeyValueHead.Bytes(16, Size, NumberFormat.BFloat16)])
        fixed (float* key = new[] { 1, BitConverter.Int32BitsToSingle(0x7FFFFFFF), 1f }, query = new float[] { 1, 1, 1 }, score = new float[1], y = new float[Size])
        {
            var head = new KeyValueHead(data, 16, Size, NumberFormat.BFloat16);
            head.Keep(0, key, key);
            Kernels.Best.Score(head, 1, query, score);
            Kernels.Best.Mix(head, 1, key, y);
            Assert.Equal([1, float.NaN, 1], new ReadOnlySpan<float>(y, Size).ToArray());
            Assert.Equal(float.NaN, *score);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Activate_FromFarBelowToFarAbove_IsTheFormula(int width)
    {
        float[] x = [-1e4f, -90, -20, -3, -1, -0.1f, 0, 1e-3f, 0.5f, 2, 5, 30, 100, 1e4f, -7, 7, 1, 2, 3];
        foreach (var activation in Enum.GetValues<Activation>())
        {
            float[] y = [.. x], gate = Numbers(x.Length, 1);
            fixed (float* py = y, pg = gate)
                Kernels.All[width].Activate(activation, py, pg, py, y.Length);
            for (int i = 0; i < x.Length; i++)
            {
                double value = x[i];
                double expected = activation switch
                {
                    Activation.Relu => Math.Max(0, value),
                    Activation.Silu => value / (1 + Math.Exp(-value)),
                    _ => 0.5 * value * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (value + (0.044715 * value * value * value)))),
                };
                Assert.Equal(expected * gate[i], y[i], 1e-5 * (1 + Math.Abs(value)));
            }
        }
    }

    private static float[] Scores(int width, float[] queries, int rows, float[] keys, int count, int stride, int size, bool inHalves)
    {
        var kernels = Kernels.All[width];
        fixed (float* q = queries, k = keys, s = new float[rows * count], scratch = new float[kernels.ScratchSize(size)])
        {
            kernels.ScoreMany(q, rows, k, count, stride, size, s, inHalves, scratch);
            return new ReadOnlySpan<float>(s, rows * count).ToArray();
        }
    }

    private static float[] Mixed(int width, float[] weights, int rows, float[] values, int count, int stride, int size, bool inHalves)
    {
        fixed (float* w = weights, v = values, y = new float[rows * size])
        {
            Kernels.All[width].MixMany(w, rows, v, count, stride, size, y, size, inHalves);
            return new ReadOnlySpan<float>(y, rows * size).ToArray();
        }
    }

    private static float[] Multiply(int width, Weights weights, float[] x, int rows, float? startingFrom = null)
    {
        var matrix = weights.Matrix;
        var y = new float[rows * matrix.Outputs];
        Array.Fill(y, startingFrom ?? float.NaN);
        fixed (float* px = x, py = y, scratch = new float[Kernels.All[width].ScratchSize(matrix.Inputs)])
        fixed (byte* rounded = new byte[Math.Max(1, rows * matrix.RowBytes)])
            Kernels.All[width].Multiply(matrix, 0, matrix.Outputs, new InputRows(px, matrix.Inputs, rows, rounded).RoundedFor(matrix), py, matrix.Outputs, startingFrom is not null, scratch);
        return y;
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    /// <summary>Random weights of a format; of float32 and bfloat16 not aligned to anything, as in a mapped file.</summary>
    private sealed class Weights : IDisposable
    {
        private readonly NumberFormat _format;
        private readonly byte* _memory;
        private readonly float* _scales;
        private readonly float[] _values;
        private readonly int _outputs;
        private readonly int _inputs;

        public Weights(NumberFormat format, int outputs, int inputs)
        {
            (_format, _outputs, _inputs) = (format, outputs, inputs);
            _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(HalfLayout.Bytes(outputs, inputs) + (outputs * inputs * sizeof(float)) + 8), 64) + 8;
            _values = Numbers(outputs * inputs, 1);
            for (int i = 0; i < _values.Length; i++)
            {
                if (format == NumberFormat.Float32)
                    ((float*)_memory)[i] = _values[i];
                else if (format == NumberFormat.BFloat16)
                    _values[i] = BitConverter.Int32BitsToSingle((((ushort*)_memory)[i] = Half(_values[i])) << 16);
                else if (format == NumberFormat.BFloat16Tiles)
                    _values[i] = BitConverter.Int32BitsToSingle(Half(_values[i]) << 16);
                else
                    _values[i] = (sbyte)(_values[i] * 128);
            }

            for (int output = 0; output < outputs && format == NumberFormat.BFloat16Tiles; output++)
            {
                fixed (ushort* row = _values[(output * inputs)..((output + 1) * inputs)].Select(Half).ToArray())
                    HalfLayout.Write(row, inputs, output, (ushort*)_memory);
            }

            for (int output = 0; output < outputs && format == NumberFormat.Int8; output++)
            {
                fixed (sbyte* row = _values[(output * inputs)..((output + 1) * inputs)].Select(value => (sbyte)value).ToArray())
                    Int8Layout.Write(row, inputs, output, (sbyte*)_memory);
            }

            _scales = (float*)NativeMemory.Alloc((nuint)outputs, sizeof(float));
            for (int i = 0; i < outputs; i++)
                _scales[i] = 0.01f * (i + 1);
        }

        public Matrix Matrix => new(_memory, _format, _format == NumberFormat.Int8 ? _scales : null, _outputs, _inputs, _inputs);

        public float At(int output, int input) =>
            _values[(output * _inputs) + input] * (_format == NumberFormat.Int8 ? _scales[output] : 1);

        private static ushort Half(float value) => (ushort)(BitConverter.SingleToInt32Bits(value) >> 16);

        public void Dispose()
        {
            NativeMemory.AlignedFree(_memory - 8);
            NativeMemory.Free(_scales);
        }
    }
}
