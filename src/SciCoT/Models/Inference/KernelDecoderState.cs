using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models.Inference;

/// <summary>The decoder in kernels. A step is one job of a team: in each phase its members share the outputs of a matrix, or the heads of the rows.</summary>
internal sealed unsafe class KernelDecoderState : DecoderState
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
    private int _rows;
    private int _capacity;

    public KernelDecoderState(T5Weights weights, Tensor memory, int[] sourceLengths, int rowsPerSource, int maxLength, int members)
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
        using var contiguous = memory.contiguous();
        Project((float*)TensorMemory.Address(contiguous), checked((int)memory.shape[1]));
    }

    public override int Rows => _rows;

    private int Layers => _weights.Config.DecoderLayers;

    private int Inner => _weights.Config.InnerSize;

    private int Model => _weights.Config.ModelSize;

    private float Epsilon => (float)_weights.Config.LayerNormEpsilon;

    public override Tensor Advance(Tensor tokens)
    {
        int added = checked((int)tokens.shape[1]);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Length + added, _maxLength);
        EnsureCapacity(Length + added);
        var step = new Step(this, added);
        using var contiguous = tokens.contiguous();
        long* ids = (long*)TensorMemory.Address(contiguous);
        var output = empty([_rows, added, Model]);
        float* target = (float*)TensorMemory.Address(output);
        WorkerTeam.Run(_members, (team, member) => step.Work(team, member, ids, target));
        Length += added;
        return output;
    }

    public override void Select(IReadOnlyList<int> rows)
    {
        if (rows.Count == _rows && rows.Select((row, place) => row == place).All(same => same))
            return;

        if (rows.Count == _rows && rows.Select((row, place) => row / _rowsPerSource == place / _rowsPerSource).All(same => same))
        {
            Rearrange(rows);
            return;
        }

        Replace(ref _cache, Copy(_cache, _rows, rows, _capacity, _capacity, Length));
        _rows = rows.Count;
        int[] sources = [.. Enumerable.Range(0, rows.Count / _rowsPerSource).Select(i => rows[i * _rowsPerSource] / _rowsPerSource)];
        if (sources.Length == _sourceLengths.Length && sources.Select((source, place) => source == place).All(same => same))
            return;
        Replace(ref _memory, Copy(_memory, _sourceLengths.Length, sources, _source, _source, _source));
        _sourceLengths = [.. sources.Select(source => _sourceLengths[source])];
    }

    public override void Dispose()
    {
        PositionBiasLine.Dispose(_biases);
        _memory.Dispose();
        _cache.Dispose();
        _moved.Dispose();
        _space.Dispose();
    }

    /// <summary>Keys and values of all sources for all layers.</summary>
    private void Project(float* memory, int padded)
    {
        const int Chunk = 256;
        var parts = (from layer in Enumerable.Range(0, Layers)
                     from source in Enumerable.Range(0, _sourceLengths.Length)
                     from first in Enumerable.Range(0, (_sourceLengths[source] + Chunk - 1) / Chunk)
                     select (Layer: layer, Source: source, First: first * Chunk)).ToArray();
        using var scratches = new NativeBuffer((long)_members * _kernels.ScratchSize(Model));
        float* scratch = scratches.Pointer;
        WorkerTeam.Run(_members, (team, member) =>
        {
            float* own = scratch + ((long)member * _kernels.ScratchSize(Model));
            while (team.Take(parts.Length, 1, out int part, out _))
            {
                var (layer, source, first) = parts[part];
                int count = Math.Min(Chunk, _sourceLengths[source] - first);
                float* rows = memory + ((((long)source * padded) + first) * Model);
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
        if (each * _members > _movedSize)
        {
            _movedSize = CacheRow(_capacity) * _rowsPerSource * _members;
            Replace(ref _moved, new NativeBuffer(_movedSize));
        }

        WorkerTeam.Run(_members, (team, member) =>
        {
            while (team.Take(Layers * sources, 1, out int part, out _))
            {
                int layer = part / sources, first = part % sources * _rowsPerSource;
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
        WorkerTeam.Run(_members, (team, _) =>
        {
            while (team.Take(Layers * rows.Count, 1, out int part, out _))
            {
                int layer = part / rows.Count, row = part % rows.Count;
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

    private static void Replace(ref NativeBuffer field, NativeBuffer value)
    {
        field.Dispose();
        field = value;
    }

    /// <summary>One step: new tokens of all rows through all blocks.</summary>
    private sealed class Step
    {
        private readonly KernelDecoderState _state;
        private readonly T5Weights _weights;
        private readonly IKernels _kernels;
        private readonly int _added;
        private readonly int _count; // of new positions in all rows
        private readonly float* _hidden; // [new, model]
        private readonly float* _qkv;    // [new, 3 · inner]; in cross-attention only queries, [new, inner]
        private readonly float* _mixed;  // [new, inner]
        private readonly float* _values; // [new, feed-forward]
        private readonly float* _gates;  // [new, feed-forward]
        private readonly float* _private;
        private readonly int _privateSize;

        public Step(KernelDecoderState state, int added)
        {
            _state = state;
            _weights = state._weights;
            _kernels = state._kernels;
            _added = added;
            _count = checked(state._rows * added);
            var config = _weights.Config;
            int scores = checked(state._rowsPerSource * added * Math.Max(state._source, state.Length + added));
            _privateSize = NativeBuffer.Aligned(checked((_count * config.ModelSize) + scores + _kernels.ScratchSize(config.LargestInput)));
            long shared = (long)_count * (config.ModelSize + (4 * config.InnerSize) + (2 * config.FeedForwardSize));
            long size = shared + ((long)state._members * _privateSize);
            if (size > state._spaceSize)
            {
                Replace(ref state._space, new NativeBuffer(size));
                state._spaceSize = size;
            }

            _hidden = state._space.Pointer;
            _qkv = _hidden + ((long)_count * config.ModelSize);
            _mixed = _qkv + ((long)_count * 3 * config.InnerSize);
            _values = _mixed + ((long)_count * config.InnerSize);
            _gates = _values + ((long)_count * config.FeedForwardSize);
            _private = _gates + ((long)_count * config.FeedForwardSize);
        }

        public void Work(WorkerTeam team, int member, long* ids, float* target)
        {
            int model = _weights.Config.ModelSize;
            while (team.Take(_count, 8, out int from, out int to))
            {
                for (int i = from; i < to; i++)
                    _kernels.Read(_weights.Embedding, (int)ids[i], _hidden + ((long)i * model));
            }

            team.EndPhase();
            for (int layer = 0; layer < _weights.Decoder.Blocks.Count; layer++)
            {
                var block = _weights.Decoder.Blocks[layer];
                AttendSelf(team, member, layer, block.Self);
                AttendCross(team, member, layer, block.Cross!);
                FeedForward(team, member, block.FeedForward);
            }

            while (team.Take(_count, 8, out int from, out int to))
            {
                for (int i = from; i < to; i++)
                    _kernels.Normalize(_hidden + ((long)i * model), _weights.Decoder.Norm.Data, model, _state.Epsilon, target + ((long)i * model));
            }
        }

        private void AttendSelf(WorkerTeam team, int member, int layer, T5Weights.Attention attention)
        {
            int inner = _weights.Config.InnerSize, heads = _weights.Config.Heads;
            float* normed = Normed(member, attention.Norm);
            int grain = Grain(team, 3 * inner);
            while (team.Take(3 * inner, grain, out int from, out int to))
            {
                Part(attention.Query, 0, from, to);
                Part(attention.Key, inner, from, to);
                Part(attention.Value, 2 * inner, from, to);
            }

            team.EndPhase();
            int items = _state._rows * heads;
            while (team.Take(items, Math.Max(1, items / (4 * team.Size)), out int from, out int to))
            {
                for (int item = from; item < to; item++)
                    AttendSelf(member, layer, item / heads, item % heads);
            }

            team.EndPhase();
            Project(team, member, attention.Output, _mixed, inner);

            // The outputs of one of the three matrices that lie in a part of all of them.
            void Part(in Matrix matrix, int offset, int from, int to)
            {
                int first = Math.Max(from - offset, 0), last = Math.Min(to - offset, inner);
                if (first < last)
                    _kernels.Multiply(matrix, first, last, normed, _weights.Config.ModelSize, _count, _qkv + offset, 3 * inner, false, Scratch(member));
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

        private void AttendCross(WorkerTeam team, int member, int layer, T5Weights.Attention attention)
        {
            int inner = _weights.Config.InnerSize, heads = _weights.Config.Heads, size = _weights.Config.HeadSize;
            float* normed = Normed(member, attention.Norm);
            while (team.Take(inner, Grain(team, inner), out int from, out int to))
                _kernels.Multiply(attention.Query, from, to, normed, _weights.Config.ModelSize, _count, _qkv, inner, false, Scratch(member));
            team.EndPhase();

            int sources = _state._sourceLengths.Length, count = _state._rowsPerSource * _added;
            while (team.Take(sources * heads, Math.Max(1, sources * heads / (4 * team.Size)), out int from, out int to))
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
            }

            team.EndPhase();
            Project(team, member, attention.Output, _mixed, inner);
        }

        private void FeedForward(WorkerTeam team, int member, T5Weights.FeedForward layer)
        {
            int model = _weights.Config.ModelSize, wide = _weights.Config.FeedForwardSize;
            float* normed = Normed(member, layer.Norm);
            while (team.Take(wide, Grain(team, wide), out int from, out int to))
            {
                _kernels.Multiply(layer.Input, from, to, normed, model, _count, _values, wide, false, Scratch(member));
                if (layer.Gate is { } gate)
                    _kernels.Multiply(gate, from, to, normed, model, _count, _gates, wide, false, Scratch(member));
                for (long i = 0; i < _count; i++)
                    _kernels.Activate(_weights.Activation, _values + (i * wide) + from, layer.Gate is null ? null : _gates + (i * wide) + from, to - from);
            }

            team.EndPhase();
            Project(team, member, layer.Output, _values, wide);
        }

        /// <summary>Multiplies by a matrix and adds the products to the hidden states.</summary>
        private void Project(WorkerTeam team, int member, in Matrix matrix, float* x, int stride)
        {
            int model = _weights.Config.ModelSize;
            while (team.Take(model, Grain(team, model), out int from, out int to))
                _kernels.Multiply(matrix, from, to, x, stride, _count, _hidden, model, true, Scratch(member));
            team.EndPhase();
        }

        /// <summary>All rows normed: each member does it for itself, which takes less time than waiting for the others.</summary>
        private float* Normed(int member, T5Weights.Vector norm)
        {
            int model = _weights.Config.ModelSize;
            float* normed = Private(member);
            for (long i = 0; i < _count; i++)
                _kernels.Normalize(_hidden + (i * model), norm.Data, model, _state.Epsilon, normed + (i * model));
            return normed;
        }

        /// <summary>Parts so small that members end a phase together, in whole blocks of four outputs.</summary>
        private static int Grain(WorkerTeam team, int outputs) => Math.Max(16, outputs / (4 * team.Size) / 4 * 4);

        private static void Copy(float* from, float* to, int count) => new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));

        private float* Private(int member) => _private + ((long)member * _privateSize);

        private float* Scores(int member) => Private(member) + ((long)_count * _weights.Config.ModelSize);

        private float* Scratch(int member) => Private(member + 1) - _kernels.ScratchSize(_weights.Config.LargestInput);
    }
}
