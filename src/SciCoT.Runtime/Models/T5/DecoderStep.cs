using SciCoT.Compute;
using SciCoT.TileKernels;

namespace SciCoT.Models.T5;

/// <summary>One step of the decoder: new tokens of all rows through all blocks.</summary>
/// <remarks>A step is one job of a crew: in each phase its members share the outputs of a matrix, or the heads of the rows.</remarks>
internal sealed unsafe class DecoderStep
{
    /// <summary>The most numbers of attention that a member holds for one source: 4 GiB in float32.</summary>
    private const int MostScores = 1 << 30;

    private readonly KernelDecoderState _state;
    private readonly T5Weights _weights;
    private readonly IKernels _kernels;
    private readonly Crew _crew;
    private readonly int _added;
    private readonly int _count; // of new positions in all rows
    private readonly float* _hidden; // [new, model]
    private readonly float* _normed; // [new, model]
    private readonly float* _qkv;    // [new, 3 · inner]; in cross-attention only queries, [new, inner]
    private readonly float* _mixed;  // [new, inner]
    private readonly float* _values; // [new, feed-forward]
    private readonly float* _gates;  // [new, feed-forward]
    private readonly byte* _rounded; // [2 · new, largest input], where weights lie in tiles
    private readonly float* _private;
    private readonly int _privateSize;

    public DecoderStep(T5Weights weights, KernelDecoderState state, Crew crew, int added)
    {
        _state = state;
        _weights = weights;
        _kernels = weights.Kernels;
        _crew = crew;
        _added = added;
        _count = checked(state.Rows * added);
        var config = _weights.Config;
        long scores = (long)state.RowsPerSource * added * Math.Max(state.LongestSource, state.Length + added) + _kernels.ScratchSize(config.LargestInput);
        if (scores > MostScores)
            throw new ArgumentException(FormattableString.Invariant($"{state.RowsPerSource} rows of {added} tokens that attend to {Math.Max(state.LongestSource, state.Length + added)} positions are more than a decoder's step computes ({MostScores} scores). Give fewer beams or sequences, or shorter texts."));
        _privateSize = NativeBuffer.Aligned((int)scores);
        long shared = (long)_count * ((2 * config.ModelSize) + (4 * config.InnerSize) + (2 * config.FeedForwardSize));

        long rounded = weights.RoundedSize(_count);
        _rounded = (byte*)state.Space.AtLeast(rounded + shared + ((long)crew.Size * _privateSize));
        _hidden = (float*)_rounded + rounded;
        _normed = _hidden + ((long)_count * config.ModelSize);
        _qkv = _normed + ((long)_count * config.ModelSize);
        _mixed = _qkv + ((long)_count * 3 * config.InnerSize);
        _values = _mixed + ((long)_count * config.InnerSize);
        _gates = _values + ((long)_count * config.FeedForwardSize);
        _private = _gates + ((long)_count * config.FeedForwardSize);
    }

    /// <summary>Multiplications in the phase that has most of them.</summary>
    public static long LargestPhase(T5Config config, KernelDecoderState state, int added)
    {
        long position = Math.Max((long)config.ModelSize * Math.Max(3 * config.InnerSize, 2 * config.FeedForwardSize), 2L * config.InnerSize * Math.Max(state.LongestSource, state.Length + added));
        return (long)state.Rows * added * position;
    }

    public void Run(int* ids, float* target)
    {
        int model = _weights.Config.ModelSize;
        Positions((from, to) =>
        {
            for (int i = from; i < to; i++)
                _kernels.Read(_weights.Embedding, ids[i], _hidden + ((long)i * model));
        });
        for (int layer = 0; layer < _weights.Decoder.Blocks.Count; layer++)
        {
            var block = _weights.Decoder.Blocks[layer];
            AttendSelf(layer, block.Self);
            AttendCross(layer, block.Cross!);
            FeedForward(block.FeedForward);
        }

        Normalize(_weights.Decoder.Norm, target, default);
    }

    private void AttendSelf(int layer, T5Weights.Attention attention)
    {
        int inner = _weights.Config.InnerSize, heads = _weights.Config.Heads, model = _weights.Config.ModelSize;
        var normed = Normalize(attention.Norm, attention.Query);
        _crew.For(3 * inner, Grain(3 * inner, model), (member, from, to) =>
        {
            Part(member, attention.Query, 0, from, to);
            Part(member, attention.Key, inner, from, to);
            Part(member, attention.Value, 2 * inner, from, to);
        });
        int items = _state.Rows * heads;
        _crew.For(items, _crew.Grain(items, Attended(_state.Length + _added)), (member, from, to) =>
        {
            for (; from < to; from++)
                AttendSelf(member, layer, from / heads, from % heads);
        });
        Project(attention.Output, _mixed, isFine: false);

        // The outputs of one of the three matrices that lie in a part of all of them.
        void Part(int member, in Matrix matrix, int offset, int from, int to)
        {
            int first = Math.Max(from - offset, 0), last = Math.Min(to - offset, inner);
            if (first < last)
                _kernels.Multiply(matrix, first, last, normed, _qkv + offset, 3 * inner, false, Scratch(member));
        }
    }

    private void AttendSelf(int member, int layer, int row, int head)
    {
        int inner = _weights.Config.InnerSize, size = _weights.Config.HeadSize;
        int past = _state.LengthOf(row);
        float* keys = _state.Cache.Keys(layer, row) + (head * size);
        float* values = _state.Cache.Values(layer, row) + (head * size);
        float* scores = Scores(member);
        var bias = _state.Biases[Math.Min(layer, _state.Biases.Length - 1)];
        for (int i = 0; i < _added; i++)
        {
            long place = ((long)row * _added) + i;
            float* query = _qkv + (place * 3 * inner) + (head * size);
            Copy(query + inner, keys + ((long)(past + i) * inner), size);
            Copy(query + (2 * inner), values + ((long)(past + i) * inner), size);
            int length = past + i + 1;
            _kernels.Multiply(new Matrix(keys, length, size, inner), 0, length, new InputRows(query, 0, 1), scores, length, false, Scratch(member));
            _kernels.Softmax(scores, bias.For(head, past + i), length);
            _kernels.Mix(scores, length, values, inner, size, _mixed + (place * inner) + (head * size));
        }
    }

    private void AttendCross(int layer, T5Weights.Attention attention)
    {
        int inner = _weights.Config.InnerSize, heads = _weights.Config.Heads, size = _weights.Config.HeadSize, model = _weights.Config.ModelSize;
        var normed = Normalize(attention.Norm, attention.Query);
        _crew.For(inner, Grain(inner, model), (member, from, to) =>
            _kernels.Multiply(attention.Query, from, to, normed, _qkv, inner, false, Scratch(member)));

        int sources = _state.SourceLengths.Length, count = _state.RowsPerSource * _added;
        _crew.For(sources * heads, _crew.Grain(sources * heads, _state.RowsPerSource * Attended(_state.LongestSource)), (member, from, to) =>
        {
            for (int item = from; item < to; item++)
            {
                int source = item / heads, head = item % heads, length = _state.SourceLengths[source];
                float* keys = _state.Memory.Keys(layer, source) + (head * size);
                float* values = _state.Memory.Values(layer, source) + (head * size);
                long first = (long)source * count;
                float* scores = Scores(member);
                _kernels.Multiply(new Matrix(keys, length, size, inner), 0, length, new InputRows(_qkv + (first * inner) + (head * size), inner, count), scores, length, false, Scratch(member));
                for (int i = 0; i < count; i++)
                {
                    _kernels.Softmax(scores + ((long)i * length), null, length);
                    _kernels.Mix(scores + ((long)i * length), length, values, inner, size, _mixed + ((first + i) * inner) + (head * size));
                }
            }
        });
        Project(attention.Output, _mixed, isFine: false);
    }

    private void FeedForward(T5Weights.FeedForward layer)
    {
        int model = _weights.Config.ModelSize, wide = _weights.Config.FeedForwardSize;
        var normed = Normalize(layer.Norm, layer.Input);
        _crew.For(wide, Grain(wide, layer.Gate is null ? model : 2 * model), (member, from, to) =>
        {
            _kernels.Multiply(layer.Input, from, to, normed, _values, wide, false, Scratch(member));
            if (layer.Gate is { } gate)
                _kernels.Multiply(gate, from, to, normed, _gates, wide, false, Scratch(member));
            for (long i = 0; i < _count; i++)
                _weights.Activate(_values + (i * wide) + from, layer.Gate is null ? null : _gates + (i * wide) + from, to - from);
        });
        Project(layer.Output, _values, isFine: true);
    }

    /// <summary>Multiplies by a matrix and adds the products to the hidden states.</summary>
    private void Project(Matrix matrix, float* x, bool isFine)
    {
        int model = _weights.Config.ModelSize;
        var rows = new InputRows(x, matrix.Inputs, _count, _rounded, isFine);
        if (matrix.RowBytes > 0)
            Positions((from, to) => rows.RoundFor(matrix, from, to));
        _crew.For(model, Grain(model, matrix.Inputs), (member, from, to) =>
            _kernels.Multiply(matrix, from, to, rows, _hidden, model, true, Scratch(member)));
    }

    /// <summary>The normed hidden states, as a matrix needs them.</summary>
    private InputRows Normalize(T5Weights.Vector norm, Matrix matrix) => Normalize(norm, _normed, matrix);

    private InputRows Normalize(T5Weights.Vector norm, float* target, Matrix matrix)
    {
        int model = _weights.Config.ModelSize;
        var rows = new InputRows(target, model, _count, _rounded);
        Positions((from, to) =>
        {
            for (int i = from; i < to; i++)
            {
                _kernels.Normalize(_hidden + ((long)i * model), norm.Data, model, (float)_weights.Config.LayerNormEpsilon, target + ((long)i * model));
                rows.RoundFor(matrix, i, i + 1);
            }
        });
        return rows;
    }

    private void Positions(Action<int, int> body) =>
        _crew.For(_count, _crew.Grain(_count, 2 * _weights.Config.ModelSize), (_, from, to) => body(from, to));

    /// <summary>Parts of a matrix's outputs for all positions, in whole tiles.</summary>
    private int Grain(int outputs, int inputs) => _crew.Grain(outputs, (long)inputs * _count, Int8Layout.TileOutputs);

    /// <summary>Multiplications for the new positions of one row and head to attend to so many keys.</summary>
    private long Attended(int keys) => 2L * _added * keys * _weights.Config.HeadSize;

    private static void Copy(float* from, float* to, int count) => new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));

    private float* Scores(int member) => _private + ((long)member * _privateSize);

    private float* Scratch(int member) => Scores(member + 1) - _kernels.ScratchSize(_weights.Config.LargestInput);
}
