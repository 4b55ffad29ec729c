using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>The encoder in kernels, for some sources. Padding is left out from the start: tokens of all sources lie one after another.</summary>
internal sealed unsafe class SourceEncoder
{
    /// <summary>Queries of a head taken at a time: as many as make it pay to lay out the keys.</summary>
    private const int QueryBlock = 128;

    /// <summary>Tokens taken at a time: as many as make it pay to lay out the weights.</summary>
    private const int Chunk = 512;

    /// <summary>The same for weights that lie in tiles already: fewer are as fast, and a member holds less.</summary>
    private const int TileChunk = 128;

    private readonly T5Weights _weights;
    private readonly IKernels _kernels;
    private readonly Crew _crew;
    private readonly PositionBiasLine[] _biases;
    private readonly int _chunk;
    private readonly int _tokens;
    private readonly int[] _offsets;
    private readonly (int Source, int Head, int Query)[] _attentions;
    private readonly float* _hidden;  // [tokens, model]
    private readonly float* _qkv;     // [tokens, 3 · inner]
    private readonly float* _mixed;   // [tokens, inner]
    private readonly float* _private; // for each member: normed rows, two of the feed-forward layer, or scores; rounded rows; scratch
    private readonly int _privateSize;
    private readonly int _roundedPlace; // in a member's memory

    private SourceEncoder(T5Weights weights, ReadOnlySpan<int> lengths, Crew crew, PositionBiasLine[] biases, Workspace space, float* target)
    {
        (_weights, _kernels, _crew, _biases) = (weights, weights.Kernels, crew, biases);
        _hidden = target;
        var config = weights.Config;
        _offsets = new int[lengths.Length + 1];
        for (int i = 0; i < lengths.Length; i++)
            _offsets[i + 1] = checked(_offsets[i] + lengths[i]);
        _tokens = _offsets[^1];
        int longest = 0;
        foreach (int length in lengths)
            longest = Math.Max(longest, length);
        int even = (_tokens + crew.Shares - 1) / crew.Shares;
        _chunk = weights.RoundsInputs ? Math.Min(TileChunk, even) : Math.Min(Chunk, (even + Gemm.TileRows - 1) / Gemm.TileRows * Gemm.TileRows);
        _attentions = [.. from source in Enumerable.Range(0, lengths.Length)
                          from head in Enumerable.Range(0, config.Heads)
                          from query in Enumerable.Range(0, (_offsets[source + 1] - _offsets[source] + QueryBlock - 1) / QueryBlock)
                          select (source, head, query * QueryBlock)];
        _roundedPlace = NativeBuffer.Aligned(checked(Math.Max(_chunk * (config.ModelSize + (2 * config.FeedForwardSize)), QueryBlock * longest)));
        _privateSize = NativeBuffer.Aligned(checked(_roundedPlace + (int)weights.RoundedSize(_chunk) + _kernels.ScratchSize(config.LargestInput)));
        int qkv = NativeBuffer.Aligned(checked(_tokens * 3 * config.InnerSize)), mixed = NativeBuffer.Aligned(_tokens * config.InnerSize);
        _qkv = space.AtLeast(qkv + mixed + ((long)crew.Size * _privateSize));
        _mixed = _qkv + qkv;
        _private = _mixed + mixed;
    }

    /// <summary>Runs the encoder, for so many sources at a time as keep all members busy: what a source takes on the way is used again for the next.</summary>
    /// <param name="weights">The model.</param>
    /// <param name="sources">Each source's tokens, at least one.</param>
    public static KernelSources Encode(T5Weights weights, IReadOnlyList<IReadOnlyList<int>> sources)
    {
        int[] lengths = [.. sources.Select(source => source.Count)];
        int[] tokens = [.. sources.SelectMany(source => source)];
        int model = weights.Config.ModelSize;
        using var use = weights.Use();
        long largest = (long)tokens.Length * model * (weights.Config.InnerSize + (3L * weights.Config.FeedForwardSize));
        using var crew = ThreadTeam.Shared.Rent(ComputeThreads.Count, largest);
        using var space = new Workspace();
        var biases = PositionBiasLine.Of(weights.Encoder, weights.Config, bidirectional: true, lengths.Max());
        var memory = new NativeBuffer((long)tokens.Length * model, isReturned: true);
        try
        {
            for (int from = 0, to, first = 0, count; from < lengths.Length; from = to, first += count)
            {
                count = lengths[from];
                for (to = from + 1; to < lengths.Length && count + lengths[to] <= Chunk * crew.Shares; to++)
                    count += lengths[to];
                new SourceEncoder(weights, lengths.AsSpan(from, to - from), crew, biases, space, memory.Pointer + ((long)first * model)).Run(tokens.AsMemory(first, count));
            }
        }
        finally
        {
            PositionBiasLine.Dispose(biases);
        }

        return new KernelSources(weights, lengths, memory);
    }

    private void Run(ReadOnlyMemory<int> tokens)
    {
        int model = _weights.Config.ModelSize;
        var blocks = _weights.Encoder.Blocks;
        Tokens((from, to) =>
        {
            for (int token = from; token < to; token++)
                _kernels.Read(_weights.Embedding, tokens.Span[token], Row(_hidden, token, model));
        });
        _crew.For(_tokens, _chunk, (member, from, to) => Project(blocks[0].Self, member, from, to - from));
        for (int layer = 0; layer < blocks.Count; layer++)
        {
            var (block, next) = (blocks[layer], layer + 1 < blocks.Count ? blocks[layer + 1] : null);
            var bias = _biases[Math.Min(layer, _biases.Length - 1)];
            _crew.For(_attentions.Length, 1, (member, from, _) => Attend(bias, member, _attentions[from].Source, _attentions[from].Head, _attentions[from].Query));
            _crew.For(_tokens, _chunk, (member, from, to) =>
            {
                Finish(block, member, from, to - from);
                if (next is not null)
                    Project(next.Self, member, from, to - from);
            });
        }

        Tokens((from, to) =>
        {
            for (int token = from; token < to; token++)
                _kernels.Normalize(Row(_hidden, token, model), _weights.Encoder.Norm.Data, model, Epsilon, Row(_hidden, token, model));
        });
    }

    private void Tokens(Action<int, int> body) =>
        _crew.For(_tokens, _crew.Grain(_tokens, 2L * _weights.Config.ModelSize), (_, from, to) => body(from, to));

    /// <summary>Queries, keys and values of some tokens.</summary>
    private void Project(T5Weights.Attention attention, int member, int first, int count)
    {
        int model = _weights.Config.ModelSize, inner = _weights.Config.InnerSize;
        var normed = Rounded(attention.Query, Normed(attention.Norm, member, first, count), count, member);
        float* qkv = Row(_qkv, first, 3 * inner);
        _kernels.MultiplyMany(attention.Query, normed, qkv, 3 * inner, false, Scratch(member));
        _kernels.MultiplyMany(attention.Key, normed, qkv + inner, 3 * inner, false, Scratch(member));
        _kernels.MultiplyMany(attention.Value, normed, qkv + (2 * inner), 3 * inner, false, Scratch(member));
    }

    /// <summary>What a block of queries of one head takes from the source's values.</summary>
    private void Attend(PositionBiasLine bias, int member, int source, int head, int query)
    {
        int inner = _weights.Config.InnerSize, size = _weights.Config.HeadSize, stride = 3 * inner;
        int first = _offsets[source], length = _offsets[source + 1] - first;
        int count = Math.Min(QueryBlock, length - query);
        float* queries = Row(_qkv, first + query, stride) + (head * size);
        float* keys = Row(_qkv, first, stride) + inner + (head * size);
        float* scores = Private(member); // [queries, keys]
        _kernels.ScoreMany(queries, count, keys, length, stride, size, scores, _weights.RoundsInputs, Scratch(member));
        for (int i = 0; i < count; i++)
            _kernels.Softmax(scores + ((long)i * length), bias.For(head, query + i), length);
        _kernels.MixMany(scores, count, keys + inner, length, stride, size, Row(_mixed, first + query, inner) + (head * size), inner, _weights.RoundsInputs);
    }

    /// <summary>The rest of a block after its attention, for some tokens.</summary>
    private void Finish(T5Weights.Block block, int member, int first, int count)
    {
        int model = _weights.Config.ModelSize, inner = _weights.Config.InnerSize, wide = _weights.Config.FeedForwardSize;
        float* hidden = Row(_hidden, first, model);
        float* scratch = Scratch(member);
        _kernels.MultiplyMany(block.Self.Output, Rounded(block.Self.Output, Row(_mixed, first, inner), count, member), hidden, model, true, scratch);

        var layer = block.FeedForward;
        var normed = Rounded(layer.Input, Normed(layer.Norm, member, first, count), count, member);
        float* values = Private(member) + (_chunk * model);
        float* gates = layer.Gate is null ? null : values + (_chunk * wide);
        _kernels.MultiplyMany(layer.Input, normed, values, wide, false, scratch);
        if (layer.Gate is { } gate)
            _kernels.MultiplyMany(gate, normed, gates, wide, false, scratch);
        _weights.Activate(values, gates, count * wide);
        _kernels.MultiplyMany(layer.Output, Rounded(layer.Output, values, count, member, Rests.OfOutliers), hidden, model, true, scratch);
    }

    private float* Normed(T5Weights.Vector norm, int member, int first, int count)
    {
        int model = _weights.Config.ModelSize;
        float* normed = Private(member);
        for (int i = 0; i < count; i++)
            _kernels.Normalize(Row(_hidden, first + i, model), norm.Data, model, Epsilon, normed + (i * model));
        return normed;
    }

    /// <summary>Rows that a matrix is to be multiplied by, whose numbers lie one after another.</summary>
    private InputRows Rounded(in Matrix matrix, float* x, int count, int member, Rests rests = Rests.None) =>
        new InputRows(x, matrix.Inputs, count, (byte*)(Private(member) + _roundedPlace), rests).RoundedFor(matrix);

    private float Epsilon => (float)_weights.Config.LayerNormEpsilon;

    private static float* Row(float* buffer, int row, int size) => buffer + ((long)row * size);

    private float* Private(int member) => _private + ((long)member * _privateSize);

    private float* Scratch(int member) => Private(member + 1) - _kernels.ScratchSize(_weights.Config.LargestInput);
}
