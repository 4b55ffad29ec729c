using SciCoT.Compute;

namespace SciCoT.Models.Inference;

/// <summary>The decoder in kernels. A step is one job of a crew: in each phase its members share the outputs of a matrix, or the heads of the rows.</summary>
internal sealed unsafe class KernelDecoderState : IDecoder
{
    private const int FirstCapacity = 32;

    private readonly T5Weights _weights;
    private readonly IKernels _kernels;
    private readonly int _members;
    private readonly int _rowsPerSource;
    private readonly int _maxLength;
    private readonly PositionBiasLine[] _biases;
    private readonly int _source;  // the longest source
    private int[] _sourceLengths;
    private NativeBuffer _memory;  // [layers, sources, 2, source, inner]: keys and values of each source
    private NativeBuffer _cache;   // [layers, rows, 2, capacity, inner]
    private NativeBuffer _moved = new(0); // rows on their way to another place
    private long _movedSize;
    private NativeBuffer _space = new(0);
    private long _spaceSize;
    private NativeBuffer _output = new(0); // [rows, new, model], of the last step
    private long _outputSize;
    private int _positions; // in the output
    private int _rows;
    private int _capacity;

    public KernelDecoderState(T5Weights weights, float* memory, int[] sourceLengths, int rowsPerSource, int maxLength, int members)
    {
        _weights = weights;
        _kernels = weights.Kernels;
        _members = members;
        _rowsPerSource = rowsPerSource;
        _maxLength = maxLength;
        _sourceLengths = sourceLengths;
        _source = sourceLengths.Max();
        _rows = sourceLengths.Length * rowsPerSource;
        _capacity = Math.Min(FirstCapacity, maxLength);
        _biases = PositionBiasLine.Of(weights.Decoder, weights.Config, bidirectional: false, maxLength);
        _cache = new NativeBuffer(CacheRow(_capacity) * _rows * Layers);
        _memory = new NativeBuffer(CacheRow(_source) * sourceLengths.Length * Layers);
        Project(memory);
    }

    public int Rows => _rows;

    public int Length { get; private set; }

    private int Layers => _weights.Config.DecoderLayers;

    private int Inner => _weights.Config.InnerSize;

    private int Model => _weights.Config.ModelSize;

    private float Epsilon => (float)_weights.Config.LayerNormEpsilon;

    public void Advance(ReadOnlySpan<int> tokens)
    {
        int added = DecoderTokens.PerRow(tokens.Length, _rows, Length, _maxLength);
        using var use = _weights.Use();
        EnsureCapacity(Length + added);
        Ensure(ref _output, ref _outputSize, (long)tokens.Length * Model);
        using var crew = ThreadTeam.Shared.Rent(_members, Step.LargestPhase(this, added));
        var step = new Step(this, crew, added);
        fixed (int* ids = tokens)
            step.Run(ids, _output.Pointer);
        _positions = tokens.Length;
        Length += added;
    }

    public void GetLogits(ReadOnlySpan<int> positions, Span<float> logits)
    {
        using var use = _weights.Use();
        DecoderHead.Multiply(_weights, _output.Pointer, _positions, positions, logits, _members);
    }

    public void Select(ReadOnlySpan<int> rows)
    {
        if (DecoderTokens.AreInPlace(rows, _rows))
            return;

        if (DecoderTokens.StayWithTheirSources(rows, _rows, _rowsPerSource))
        {
            Rearrange(rows.ToArray());
            return;
        }

        Replace(ref _cache, Copy(_cache, _rows, rows.ToArray(), _capacity, _capacity, Length));
        _rows = rows.Length;
        int[] sources = DecoderTokens.SourcesOf(rows, _rowsPerSource);
        if (DecoderTokens.AreInPlace(sources, _sourceLengths.Length))
            return;
        Replace(ref _memory, Copy(_memory, _sourceLengths.Length, sources, _source, _source, _source));
        _sourceLengths = [.. sources.Select(source => _sourceLengths[source])];
    }

    public void Dispose()
    {
        PositionBiasLine.Dispose(_biases);
        _output.Dispose();
        _memory.Dispose();
        _cache.Dispose();
        _moved.Dispose();
        _space.Dispose();
    }

    /// <summary>Keys and values of all sources for all layers.</summary>
    private void Project(float* memory)
    {
        const int Chunk = 256;
        var offsets = new long[_sourceLengths.Length];
        for (int source = 1; source < offsets.Length; source++)
            offsets[source] = offsets[source - 1] + _sourceLengths[source - 1];
        var parts = (from layer in Enumerable.Range(0, Layers)
                     from source in Enumerable.Range(0, _sourceLengths.Length)
                     from first in Enumerable.Range(0, (_sourceLengths[source] + Chunk - 1) / Chunk)
                     select (Layer: layer, Source: source, First: first * Chunk)).ToArray();
        using var crew = ThreadTeam.Shared.Rent(_members, 2L * Inner * Model * _sourceLengths.Sum() * Layers);
        using var scratches = new NativeBuffer((long)crew.Size * _kernels.ScratchSize(Model));
        float* scratch = scratches.Pointer;
        crew.For(parts.Length, 1, (member, from, to) =>
        {
            float* own = scratch + ((long)member * _kernels.ScratchSize(Model));
            for (; from < to; from++)
            {
                var (layer, source, first) = parts[from];
                int count = Math.Min(Chunk, _sourceLengths[source] - first);
                float* rows = memory + ((offsets[source] + first) * Model);
                float* keys = Cached(_memory, layer, _sourceLengths.Length, source, _source) + ((long)first * Inner);
                var attention = _weights.Decoder.Blocks[layer].Cross!;
                _kernels.MultiplyMany(attention.Key, rows, Model, count, keys, Inner, false, own);
                _kernels.MultiplyMany(attention.Value, rows, Model, count, keys + ((long)_source * Inner), Inner, false, own);
            }
        });
    }

    private void EnsureCapacity(int length)
    {
        if (length <= _capacity)
            return;
        int capacity = (int)Math.Min(_maxLength, Math.Max(length, 2L * _capacity));
        Replace(ref _cache, Copy(_cache, _rows, [.. Enumerable.Range(0, _rows)], _capacity, capacity, Length));
        _capacity = capacity;
    }

    /// <summary>Rows of each source change places in the cache; those that stay are not touched.</summary>
    private void Rearrange(IReadOnlyList<int> rows)
    {
        int sources = _rows / _rowsPerSource;
        long size = (long)Length * Inner, each = _rowsPerSource * 2 * size;
        using var crew = ThreadTeam.Shared.Rent(_members, each * sources * Layers);
        if (each * crew.Size > _movedSize)
        {
            _movedSize = CacheRow(_capacity) * _rowsPerSource * crew.Size;
            Replace(ref _moved, new NativeBuffer(_movedSize));
        }

        crew.For(Layers * sources, crew.Grain(Layers * sources, each), (member, from, to) =>
        {
            for (; from < to; from++)
            {
                int layer = from / sources, first = from % sources * _rowsPerSource;
                float* moved = _moved.Pointer + (member * each);
                for (int i = 0; i < _rowsPerSource; i++)
                {
                    if (rows[first + i] != first + i)
                        CopyRow(Cached(_cache, layer, _rows, rows[first + i], _capacity), _capacity, moved + (i * 2 * size), Length, Length);
                }

                for (int i = 0; i < _rowsPerSource; i++)
                {
                    if (rows[first + i] != first + i)
                        CopyRow(moved + (i * 2 * size), Length, Cached(_cache, layer, _rows, first + i, _capacity), _capacity, Length);
                }
            }
        });
    }

    /// <summary>Keys and values of some rows in a new buffer.</summary>
    private NativeBuffer Copy(NativeBuffer from, int oldRows, IReadOnlyList<int> rows, int capacity, int newCapacity, int length)
    {
        var copy = new NativeBuffer(CacheRow(newCapacity) * rows.Count * Layers);
        ThreadTeam.Shared.For(_members, Layers * rows.Count, 2L * length * Inner, (_, first, to) =>
        {
            for (; first < to; first++)
            {
                int layer = first / rows.Count, row = first % rows.Count;
                CopyRow(Cached(from, layer, oldRows, rows[row], capacity), capacity, Cached(copy, layer, rows.Count, row, newCapacity), newCapacity, length);
            }
        });
        return copy;
    }

    private void CopyRow(float* source, int capacity, float* target, int newCapacity, int length)
    {
        long bytes = (long)length * Inner * sizeof(float);
        Buffer.MemoryCopy(source, target, bytes, bytes);
        Buffer.MemoryCopy(source + ((long)capacity * Inner), target + ((long)newCapacity * Inner), bytes, bytes);
    }

    private long CacheRow(int capacity) => 2L * capacity * Inner;

    private float* Cached(NativeBuffer buffer, int layer, int rows, int row, int capacity) =>
        buffer.Pointer + ((((long)layer * rows) + row) * CacheRow(capacity));

    private static void Ensure(ref NativeBuffer field, ref long size, long needed)
    {
        if (needed <= size)
            return;
        size = needed;
        Replace(ref field, new NativeBuffer(needed));
    }

    private static void Replace(ref NativeBuffer field, NativeBuffer value)
    {
        field.Dispose();
        field = value;
    }

    /// <summary>One step: new tokens of all rows through all blocks.</summary>
    private sealed class Step
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
        private readonly float* _private;
        private readonly int _privateSize;

        public Step(KernelDecoderState state, Crew crew, int added)
        {
            _state = state;
            _weights = state._weights;
            _kernels = state._kernels;
            _crew = crew;
            _added = added;
            _count = checked(state._rows * added);
            var config = _weights.Config;
            long scores = (long)state._rowsPerSource * added * Math.Max(state._source, state.Length + added) + _kernels.ScratchSize(config.LargestInput);
            if (scores > MostScores)
                throw new ArgumentException(FormattableString.Invariant($"{state._rowsPerSource} rows of {added} tokens that attend to {Math.Max(state._source, state.Length + added)} positions are more than a decoder's step computes ({MostScores} scores). Give fewer beams or sequences, or shorter texts."));
            _privateSize = NativeBuffer.Aligned((int)scores);
            long shared = (long)_count * ((2 * config.ModelSize) + (4 * config.InnerSize) + (2 * config.FeedForwardSize));
            long size = shared + ((long)crew.Size * _privateSize);
            Ensure(ref state._space, ref state._spaceSize, size);

            _hidden = state._space.Pointer;
            _normed = _hidden + ((long)_count * config.ModelSize);
            _qkv = _normed + ((long)_count * config.ModelSize);
            _mixed = _qkv + ((long)_count * 3 * config.InnerSize);
            _values = _mixed + ((long)_count * config.InnerSize);
            _gates = _values + ((long)_count * config.FeedForwardSize);
            _private = _gates + ((long)_count * config.FeedForwardSize);
        }

        /// <summary>Multiplications in the phase that has most of them.</summary>
        public static long LargestPhase(KernelDecoderState state, int added)
        {
            var config = state._weights.Config;
            long position = Math.Max((long)config.ModelSize * Math.Max(3 * config.InnerSize, 2 * config.FeedForwardSize), 2L * config.InnerSize * Math.Max(state._source, state.Length + added));
            return (long)state._rows * added * position;
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

            Normalize(_weights.Decoder.Norm, target);
        }

        private void AttendSelf(int layer, T5Weights.Attention attention)
        {
            int inner = _weights.Config.InnerSize, heads = _weights.Config.Heads, model = _weights.Config.ModelSize;
            Normalize(attention.Norm, _normed);
            _crew.For(3 * inner, Grain(3 * inner, model), (member, from, to) =>
            {
                Part(member, attention.Query, 0, from, to);
                Part(member, attention.Key, inner, from, to);
                Part(member, attention.Value, 2 * inner, from, to);
            });
            int items = _state._rows * heads;
            _crew.For(items, _crew.Grain(items, Attended(_state.Length + _added)), (member, from, to) =>
            {
                for (; from < to; from++)
                    AttendSelf(member, layer, from / heads, from % heads);
            });
            Project(attention.Output, _mixed, inner);

            // The outputs of one of the three matrices that lie in a part of all of them.
            void Part(int member, in Matrix matrix, int offset, int from, int to)
            {
                int first = Math.Max(from - offset, 0), last = Math.Min(to - offset, inner);
                if (first < last)
                    _kernels.Multiply(matrix, first, last, _normed, model, _count, _qkv + offset, 3 * inner, false, Scratch(member));
            }
        }

        private void AttendSelf(int member, int layer, int row, int head)
        {
            int inner = _weights.Config.InnerSize, size = _weights.Config.HeadSize;
            int past = _state.Length;
            float* keys = _state.Cached(_state._cache, layer, _state._rows, row, _state._capacity) + (head * size);
            float* values = keys + ((long)_state._capacity * inner);
            float* scores = Scores(member);
            var bias = _state._biases[Math.Min(layer, _state._biases.Length - 1)];
            for (int i = 0; i < _added; i++)
            {
                long place = ((long)row * _added) + i;
                float* query = _qkv + (place * 3 * inner) + (head * size);
                Copy(query + inner, keys + ((long)(past + i) * inner), size);
                Copy(query + (2 * inner), values + ((long)(past + i) * inner), size);
                int length = past + i + 1;
                _kernels.Multiply(new Matrix(keys, length, size, inner), 0, length, query, 0, 1, scores, length, false, Scratch(member));
                _kernels.Softmax(scores, bias.For(head, past + i), length);
                _kernels.Mix(scores, length, values, inner, size, _mixed + (place * inner) + (head * size));
            }
        }

        private void AttendCross(int layer, T5Weights.Attention attention)
        {
            int inner = _weights.Config.InnerSize, heads = _weights.Config.Heads, size = _weights.Config.HeadSize, model = _weights.Config.ModelSize;
            Normalize(attention.Norm, _normed);
            _crew.For(inner, Grain(inner, model), (member, from, to) =>
                _kernels.Multiply(attention.Query, from, to, _normed, model, _count, _qkv, inner, false, Scratch(member)));

            int sources = _state._sourceLengths.Length, count = _state._rowsPerSource * _added;
            _crew.For(sources * heads, _crew.Grain(sources * heads, _state._rowsPerSource * Attended(_state._source)), (member, from, to) =>
            {
                for (int item = from; item < to; item++)
                {
                    int source = item / heads, head = item % heads, length = _state._sourceLengths[source];
                    float* keys = _state.Cached(_state._memory, layer, sources, source, _state._source) + (head * size);
                    float* values = keys + ((long)_state._source * inner);
                    long first = (long)source * count;
                    float* scores = Scores(member);
                    _kernels.Multiply(new Matrix(keys, length, size, inner), 0, length, _qkv + (first * inner) + (head * size), inner, count, scores, length, false, Scratch(member));
                    for (int i = 0; i < count; i++)
                    {
                        _kernels.Softmax(scores + ((long)i * length), null, length);
                        _kernels.Mix(scores + ((long)i * length), length, values, inner, size, _mixed + ((first + i) * inner) + (head * size));
                    }
                }
            });
            Project(attention.Output, _mixed, inner);
        }

        private void FeedForward(T5Weights.FeedForward layer)
        {
            int model = _weights.Config.ModelSize, wide = _weights.Config.FeedForwardSize;
            Normalize(layer.Norm, _normed);
            _crew.For(wide, Grain(wide, layer.Gate is null ? model : 2 * model), (member, from, to) =>
            {
                _kernels.Multiply(layer.Input, from, to, _normed, model, _count, _values, wide, false, Scratch(member));
                if (layer.Gate is { } gate)
                    _kernels.Multiply(gate, from, to, _normed, model, _count, _gates, wide, false, Scratch(member));
                for (long i = 0; i < _count; i++)
                    _weights.Activate(_values + (i * wide) + from, layer.Gate is null ? null : _gates + (i * wide) + from, to - from);
            });
            Project(layer.Output, _values, wide);
        }

        /// <summary>Multiplies by a matrix and adds the products to the hidden states.</summary>
        private void Project(Matrix matrix, float* x, int stride)
        {
            int model = _weights.Config.ModelSize;
            _crew.For(model, Grain(model, stride), (member, from, to) =>
                _kernels.Multiply(matrix, from, to, x, stride, _count, _hidden, model, true, Scratch(member)));
        }

        private void Normalize(T5Weights.Vector norm, float* target)
        {
            int model = _weights.Config.ModelSize;
            Positions((from, to) =>
            {
                for (long i = from; i < to; i++)
                    _kernels.Normalize(_hidden + (i * model), norm.Data, model, _state.Epsilon, target + (i * model));
            });
        }

        private void Positions(Action<int, int> body) =>
            _crew.For(_count, _crew.Grain(_count, 2 * _weights.Config.ModelSize), (_, from, to) => body(from, to));

        /// <summary>Parts of a matrix's outputs for all positions, in whole blocks of four.</summary>
        private int Grain(int outputs, int inputs) => _crew.Grain(outputs, (long)inputs * _count, 4);

        /// <summary>Multiplications for the new positions of one row and head to attend to so many keys.</summary>
        private long Attended(int keys) => 2L * _added * keys * _weights.Config.HeadSize;

        private static void Copy(float* from, float* to, int count) => new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));

        private float* Scores(int member) => _private + ((long)member * _privateSize);

        private float* Scratch(int member) => Scores(member + 1) - _kernels.ScratchSize(_weights.Config.LargestInput);
    }
}
