using SciCoT.Compute;
using SciCoT.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>The decoder in torch, on every device and in every precision.</summary>
internal sealed class TorchDecoderState : IDecoder
{
    private const int FirstCapacity = 32;

    private readonly T5Model _model;
    private readonly int _rowsPerSource;
    private readonly int _maxLength;
    private readonly DecoderPositionBias[] _biases; // one for all layers, or one for each
    private Tensor _cache;      // [2 · layers, rows, heads, capacity, head]: keys and values of each layer in turn
    private Tensor _memory;     // [2 · layers, sources, heads, source, head]
    private Tensor _memoryBias; // [sources, 1, 1, source]
    private readonly int _moves;
    private Tensor? _output;    // [rows · new, model], of the last step

    public TorchDecoderState(T5Model model, Tensor memory, Tensor attentionMask, int rowsPerSource, int maxLength)
    {
        (_model, _moves) = (model, model.Moves);
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

    public int Rows => (int)_cache.shape[1];

    public int Length { get; private set; }

    public void Advance(ReadOnlySpan<int> tokens)
    {
        int added = DecoderTokens.PerRow(tokens.Length, Rows, Length, _maxLength);
        using var use = T5ModelWeights.Use(_model, _moves);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var ids = new long[tokens.Length];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = tokens[i];
        var hidden = Advance(tensor(ids, [Rows, added], device: _model.Device));
        _output?.Dispose();
        _output = hidden.flatten(0, 1).DetachFromDisposeScope();
    }

    public void GetLogits(ReadOnlySpan<int> positions, Span<float> logits)
    {
        using var use = T5ModelWeights.Use(_model, _moves);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var hidden = _output!.index_select(0, Index(positions));
        var values = _model.Head(hidden).to_type(ScalarType.Float32).cpu().contiguous();
        values.data<float>().CopyTo(logits);
    }

    private Tensor Advance(Tensor tokens)
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

    public void Select(ReadOnlySpan<int> rows)
    {
        if (DecoderTokens.AreInPlace(rows, Rows))
            return;

        using var use = T5ModelWeights.Use(_model, _moves);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var chosen = _cache.narrow(3, 0, Length).index_select(1, Index(rows));
        if (rows.Length != Rows)
            Replace(ref _cache, NewCache(rows.Length, _cache.shape[3]));
        _cache.narrow(3, 0, Length).copy_(chosen);

        int[] sources = DecoderTokens.SourcesOf(rows, _rowsPerSource);
        if (DecoderTokens.AreInPlace(sources, (int)_memory.shape[1]))
            return;
        Replace(ref _memory, _memory.index_select(1, Index(sources)).DetachFromDisposeScope());
        Replace(ref _memoryBias, _memoryBias.index_select(0, Index(sources)).DetachFromDisposeScope());
    }

    public void Dispose()
    {
        _output?.Dispose();
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

    private Tensor Index(ReadOnlySpan<int> places)
    {
        var index = new long[places.Length];
        for (int i = 0; i < index.Length; i++)
            index[i] = places[i];
        return tensor(index, device: _model.Device);
    }

    private static void Replace(ref Tensor field, Tensor value)
    {
        field.Dispose();
        field = value;
    }

    private static Tensor[] Pair((Tensor Keys, Tensor Values) memory) => [memory.Keys, memory.Values];
}
