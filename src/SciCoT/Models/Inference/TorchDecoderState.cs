using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models.Inference;

/// <summary>The decoder in torch, on every device and in every precision.</summary>
internal sealed class TorchDecoderState : DecoderState
{
    private const int FirstCapacity = 32;

    private readonly T5Model _model;
    private readonly int _rowsPerSource;
    private readonly int _maxLength;
    private readonly DecoderPositionBias[] _biases; // one for all layers, or one for each
    private Tensor _cache;      // [2 · layers, rows, heads, capacity, head]: keys and values of each layer in turn
    private Tensor _memory;     // [2 · layers, sources, heads, source, head]
    private Tensor _memoryBias; // [sources, 1, 1, source]

    public TorchDecoderState(T5Model model, Tensor memory, Tensor attentionMask, int rowsPerSource, int maxLength)
    {
        _model = model;
        _rowsPerSource = rowsPerSource;
        _maxLength = maxLength;
        using var scope = NewDisposeScope();
        _biases = [.. model.decoder.block
            .Select(block => block.Self.SelfAttention)
            .Where(attention => attention.relative_attention_bias is not null)
            .Select(attention => new DecoderPositionBias(attention, maxLength))];
        _memory = stack([.. model.decoder.block.SelectMany(block => Pair(block.Cross!.EncDecAttention.ProjectMemory(memory)))]).DetachFromDisposeScope();
        _memoryBias = T5Stack.AdditiveMask(attentionMask, model.Precision).DetachFromDisposeScope();
        _cache = NewCache(memory.shape[0] * rowsPerSource, Math.Min(FirstCapacity, maxLength));
    }

    public override int Rows => (int)_cache.shape[1];

    protected override Tensor AdvanceOnce(Tensor tokens)
    {
        int rows = Rows, added = (int)tokens.shape[1];
        EnsureCapacity(Length + added);
        var hidden = _model.shared.Embed(tokens); // [rows, new, model]
        Tensor? bias = null;
        for (int layer = 0; layer < _model.Config.DecoderLayers; layer++)
        {
            var block = _model.decoder.block[layer];
            if (layer < _biases.Length)
                bias = _biases[layer].For(Length, added); // [1, heads, new, length]
            hidden = SelfAttend(block.Self, layer, hidden, bias!);

            // All rows of a source are queries to the same keys.
            var shared = CrossAttend(block.Cross!, layer, hidden.view(rows / _rowsPerSource, -1, hidden.shape[2]));
            hidden = block.FeedForward.forward(shared.view(hidden.shape));
        }

        Length += added;
        return _model.decoder.final_layer_norm.forward(hidden);
    }

    public override void Select(IReadOnlyList<int> rows)
    {
        if (rows.Count == Rows && rows.Select((row, place) => row == place).All(same => same))
            return;

        using var scope = NewDisposeScope();
        var chosen = _cache.narrow(3, 0, Length).index_select(1, Index(rows));
        if (rows.Count != Rows)
            Replace(ref _cache, NewCache(rows.Count, _cache.shape[3]));
        _cache.narrow(3, 0, Length).copy_(chosen);

        int[] sources = [.. Enumerable.Range(0, rows.Count / _rowsPerSource).Select(i => rows[i * _rowsPerSource] / _rowsPerSource)];
        if (sources.Length == _memory.shape[1] && sources.Select((source, place) => source == place).All(same => same))
            return;
        Replace(ref _memory, _memory.index_select(1, Index(sources)).DetachFromDisposeScope());
        Replace(ref _memoryBias, _memoryBias.index_select(0, Index(sources)).DetachFromDisposeScope());
    }

    public override void Dispose()
    {
        foreach (var bias in _biases)
            bias.Dispose();
        _cache.Dispose();
        _memory.Dispose();
        _memoryBias.Dispose();
    }

    private Tensor SelfAttend(T5Block.SelfAttentionLayer layer, int index, Tensor hidden, Tensor bias)
    {
        var attention = layer.SelfAttention;
        var normed = layer.layer_norm.forward(hidden);
        var (newKeys, newValues) = attention.ProjectMemory(normed);
        int added = (int)hidden.shape[1];
        var keys = _cache.select(0, 2 * index).narrow(2, 0, Length + added); // [rows, heads, length, head]
        var values = _cache.select(0, 2 * index + 1).narrow(2, 0, Length + added);
        keys.narrow(2, Length, added).copy_(newKeys);
        values.narrow(2, Length, added).copy_(newValues);
        return hidden.Plus(attention.Attend(attention.Queries(normed), keys, values, bias));
    }

    private Tensor CrossAttend(T5Block.CrossAttentionLayer layer, int index, Tensor hidden)
    {
        var attention = layer.EncDecAttention;
        var queries = attention.Queries(layer.layer_norm.forward(hidden));
        return hidden.Plus(attention.Attend(queries, _memory.select(0, 2 * index), _memory.select(0, 2 * index + 1), _memoryBias));
    }

    private void EnsureCapacity(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _maxLength);
        long capacity = _cache.shape[3];
        if (length <= capacity)
            return;

        using var scope = NewDisposeScope();
        var larger = NewCache(Rows, Math.Min(_maxLength, Math.Max(length, 2 * capacity)));
        larger.narrow(3, 0, Length).copy_(_cache.narrow(3, 0, Length));
        Replace(ref _cache, larger);
    }

    private Tensor NewCache(long rows, long capacity)
    {
        var config = _model.Config;
        return empty([2 * config.DecoderLayers, rows, config.Heads, capacity, config.HeadSize], dtype: _model.Precision, device: _model.Device).DetachFromDisposeScope();
    }

    private Tensor Index(IReadOnlyList<int> places) => tensor([.. places.Select(place => (long)place)], device: _model.Device);

    private static void Replace(ref Tensor field, Tensor value)
    {
        field.Dispose();
        field = value;
    }

    private static Tensor[] Pair((Tensor Keys, Tensor Values) memory) => [memory.Keys, memory.Values];
}
