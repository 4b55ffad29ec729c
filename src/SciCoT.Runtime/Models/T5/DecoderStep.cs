using SciCoT.Compute;
using SciCoT.TileKernels;

namespace SciCoT.Models.T5;

/// <summary>The steps of a decoder: new tokens of all rows through all blocks.</summary>
/// <remarks>
/// A step is one job of a crew: in each phase its members share the outputs of a matrix, or the heads of the rows. What a phase works on
/// stands in fields, so that its parts are the same objects in every phase and step.
/// </remarks>
internal sealed unsafe class DecoderStep
{
    /// <summary>What norming and rounding a number take, in multiplications of a product.</summary>
    private const int PerNumber = 8;

    private readonly KernelDecoderState _state;
    private readonly T5Weights _weights;
    private readonly IKernels _kernels;
    private readonly CrewPart _read;
    private readonly CrewPart _projectSelf;
    private readonly CrewPart _attendSelf;
    private readonly CrewPart _projectQueries;
    private readonly CrewPart _attendCross;
    private readonly CrewPart _widen;
    private readonly CrewPart _round;
    private readonly CrewPart _project;
    private readonly CrewPart _normalize;

    // Of the step.
    private Crew _crew = null!;
    private int _added;
    private int _count; // of new positions in all rows
    private int* _ids;
    private float* _hidden; // [new, model]
    private float* _normed; // [new, model]
    private float* _qkv;    // [new, 3 · inner]; in cross-attention only queries, [new, inner]
    private float* _mixed;  // [new, inner]
    private float* _values; // [new, feed-forward]
    private float* _gates;  // [new, feed-forward]
    private byte* _rounded; // [2 · new, largest input], where weights lie in tiles
    private float* _private;
    private int _privateSize;

    // Of the phase.
    private int _layer;
    private T5Weights.Attention _attention = null!;
    private T5Weights.FeedForward _feedForward = null!;
    private T5Weights.Vector _norm;
    private Matrix _matrix;
    private InputRows _rows;

    public DecoderStep(T5Weights weights, KernelDecoderState state)
    {
        (_weights, _kernels, _state) = (weights, weights.Kernels, state);
        (_read, _round, _project, _normalize) = (Read, Round, Project, Normalize);
        (_projectSelf, _attendSelf) = (ProjectSelf, AttendSelf);
        (_projectQueries, _attendCross) = (ProjectQueries, AttendCross);
        _widen = Widen;
    }

    /// <summary>Multiplications in the phase that has most of them.</summary>
    public static long LargestPhase(T5Config config, KernelDecoderState state, int added)
    {
        long position = Math.Max((long)config.ModelSize * Math.Max(3 * config.InnerSize, 2 * config.FeedForwardSize), 2L * config.InnerSize * Math.Max(state.LongestSource, state.Length + added));
        return (long)state.Rows * added * position;
    }

    /// <summary>Does a step.</summary>
    /// <param name="crew">Who does it.</param>
    /// <param name="ids">The new tokens.</param>
    /// <param name="added">How many each row is given.</param>
    /// <param name="target">The decoder's output at them, <c>[new, model]</c>.</param>
    public void Run(Crew crew, int* ids, int added, float* target)
    {
        Prepare(crew, ids, added);
        Positions(_read);
        for (int layer = 0; layer < _weights.Decoder.Blocks.Count; layer++)
        {
            var block = _weights.Decoder.Blocks[layer];
            _layer = layer;
            AttendSelf(block.Self);
            AttendCross(block.Cross!);
            FeedForward(block.FeedForward);
        }

        Normalize(_weights.Decoder.Norm, target, default);
    }

    private void Prepare(Crew crew, int* ids, int added)
    {
        (_crew, _added, _count) = (crew, added, checked(_state.Rows * added));
        _ids = ids;
        var config = _weights.Config;
        _privateSize = NativeBuffer.Aligned(checked(Math.Max(_state.LongestSource, _state.Length + added) + _kernels.ScratchSize(config.LargestInput)));
        long shared = (long)_count * ((2 * config.ModelSize) + (4 * config.InnerSize) + (2 * config.FeedForwardSize));

        long rounded = _weights.RoundedSize(_count);
        _rounded = (byte*)_state.Space.AtLeast(rounded + shared + ((long)crew.Size * _privateSize));
        _hidden = (float*)_rounded + rounded;
        _normed = _hidden + ((long)_count * config.ModelSize);
        _qkv = _normed + ((long)_count * config.ModelSize);
        _mixed = _qkv + ((long)_count * 3 * config.InnerSize);
        _values = _mixed + ((long)_count * config.InnerSize);
        _gates = _values + ((long)_count * config.FeedForwardSize);
        _private = _gates + ((long)_count * config.FeedForwardSize);
    }

    private void Read(int member, int from, int to)
    {
        for (; from < to; from++)
            _kernels.Read(_weights.Embedding, _ids[from], _hidden + ((long)from * _weights.Config.ModelSize));
    }

    private void AttendSelf(T5Weights.Attention attention)
    {
        int inner = _weights.Config.InnerSize, items = _state.Rows * _weights.Config.Heads;
        _attention = attention;
        Normalize(attention.Norm, _normed, attention.Query);
        _crew.For(3 * inner, Grain(3 * inner, _weights.Config.ModelSize), _projectSelf);
        _crew.For(items, _crew.Grain(items, Attended(_state.Length + _added)), _attendSelf);
        Project(attention.Output, _mixed, Rests.None);
    }

    private void ProjectSelf(int member, int from, int to)
    {
        int inner = _weights.Config.InnerSize;
        Part(_attention.Query, 0);
        Part(_attention.Key, inner);
        Part(_attention.Value, 2 * inner);

        // The outputs of one of the three matrices that lie in a part of all of them.
        void Part(in Matrix matrix, int offset)
        {
            int first = Math.Max(from - offset, 0), last = Math.Min(to - offset, inner);
            if (first < last)
                _kernels.Multiply(matrix, first, last, _rows, _qkv + offset, 3 * inner, false, Scratch(member));
        }
    }

    private void AttendSelf(int member, int from, int to)
    {
        int inner = _weights.Config.InnerSize, size = _weights.Config.HeadSize, heads = _weights.Config.Heads;
        var bias = _state.Biases[Math.Min(_layer, _state.Biases.Length - 1)];
        float* scores = Scores(member);
        for (; from < to; from++)
        {
            int row = from / heads, head = from % heads, past = _state.LengthOf(row);
            var kept = _state.Cache.Head(_layer, row, head);
            for (int i = 0; i < _added; i++)
            {
                long place = ((long)row * _added) + i;
                float* query = _qkv + (place * 3 * inner) + (head * size);
                kept.Keep(past + i, query + inner, query + (2 * inner));
                Attend(kept, past + i + 1, query, bias.For(head, past + i), scores, _mixed + (place * inner) + (head * size));
            }
        }
    }

    private void AttendCross(T5Weights.Attention attention)
    {
        int inner = _weights.Config.InnerSize, items = _state.SourceLengths.Length * _weights.Config.Heads;
        _attention = attention;
        Normalize(attention.Norm, _normed, attention.Query);
        _crew.For(inner, Grain(inner, _weights.Config.ModelSize), _projectQueries);
        _crew.For(items, _crew.Grain(items, _state.RowsPerSource * Attended(_state.LongestSource)), _attendCross);
        Project(attention.Output, _mixed, Rests.None);
    }

    private void ProjectQueries(int member, int from, int to) =>
        _kernels.Multiply(_attention.Query, from, to, _rows, _qkv, _weights.Config.InnerSize, false, Scratch(member));

    private void AttendCross(int member, int from, int to)
    {
        int inner = _weights.Config.InnerSize, heads = _weights.Config.Heads, size = _weights.Config.HeadSize, count = _state.RowsPerSource * _added;
        float* scores = Scores(member);
        for (; from < to; from++)
        {
            int source = from / heads, head = from % heads;
            var kept = _state.Memory.Head(_layer, source, head);
            for (int i = 0; i < count; i++)
            {
                long place = ((((long)source * count) + i) * inner) + (head * size);
                Attend(kept, _state.SourceLengths[source], _qkv + place, null, scores, _mixed + place);
            }
        }
    }

    /// <summary>What a query takes from a head's first values.</summary>
    private void Attend(in KeyValueHead head, int positions, float* query, float* bias, float* scores, float* target)
    {
        _kernels.Score(head, positions, query, scores);
        _kernels.Softmax(scores, bias, positions);
        _kernels.Mix(head, positions, scores, target);
    }

    private void FeedForward(T5Weights.FeedForward layer)
    {
        int model = _weights.Config.ModelSize, wide = _weights.Config.FeedForwardSize;
        _feedForward = layer;
        Normalize(layer.Norm, _normed, layer.Input);
        _crew.For(wide, Grain(wide, layer.Gate is null ? model : 2 * model), _widen);
        Project(layer.Output, _values, Rests.OfAll);
    }

    private void Widen(int member, int from, int to)
    {
        int wide = _weights.Config.FeedForwardSize;
        _kernels.Multiply(_feedForward.Input, from, to, _rows, _values, wide, false, Scratch(member));
        if (_feedForward.Gate is { } gate)
            _kernels.Multiply(gate, from, to, _rows, _gates, wide, false, Scratch(member));
        for (long i = 0; i < _count; i++)
            _weights.Activate(_values + (i * wide) + from, _feedForward.Gate is null ? null : _gates + (i * wide) + from, to - from);
    }

    /// <summary>Multiplies by a matrix and adds the products to the hidden states.</summary>
    private void Project(in Matrix matrix, float* x, Rests rests)
    {
        int model = _weights.Config.ModelSize;
        (_matrix, _rows) = (matrix, new InputRows(x, matrix.Inputs, _count, _rounded, rests));
        if (matrix.RowBytes > 0)
            Positions(_round);
        _crew.For(model, Grain(model, matrix.Inputs), _project);
    }

    private void Round(int member, int from, int to) => _rows.RoundFor(_matrix, from, to);

    private void Project(int member, int from, int to) =>
        _kernels.Multiply(_matrix, from, to, _rows, _hidden, _weights.Config.ModelSize, true, Scratch(member));

    /// <summary>Norms the hidden states; the rows of the next phase are these, as a matrix needs them.</summary>
    private void Normalize(T5Weights.Vector norm, float* target, in Matrix matrix)
    {
        (_norm, _matrix, _rows) = (norm, matrix, new InputRows(target, _weights.Config.ModelSize, _count, _rounded));
        Positions(_normalize);
    }

    private void Normalize(int member, int from, int to)
    {
        int model = _weights.Config.ModelSize;
        for (; from < to; from++)
        {
            _kernels.Normalize(_hidden + ((long)from * model), _norm.Data, model, (float)_weights.Config.LayerNormEpsilon, _rows.Data + ((long)from * model));
            _rows.RoundFor(_matrix, from, from + 1);
        }
    }

    private void Positions(CrewPart part) => _crew.For(_count, _crew.Grain(_count, PerNumber * _weights.Config.ModelSize), part);

    /// <summary>Parts of a matrix's outputs for all positions, in whole tiles.</summary>
    private int Grain(int outputs, int inputs) => _crew.Grain(outputs, (long)inputs * _count, Int8Layout.TileOutputs);

    /// <summary>Multiplications for the new positions of one row and head to attend to so many keys.</summary>
    private long Attended(int keys) => 2L * _added * keys * _weights.Config.HeadSize;

    private float* Scores(int member) => _private + ((long)member * _privateSize);

    private float* Scratch(int member) => Scores(member + 1) - _kernels.ScratchSize(_weights.Config.LargestInput);
}
