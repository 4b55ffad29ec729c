using SciCoT.Compute;
using SciCoT.Fused;
using SciCoT.Models.T5;
using static TorchSharp.torch;

namespace SciCoT.Models.Layers;

/// <summary>Multi-head attention without scaling of the scores: T5 folds the factor into the initialisation.</summary>
internal sealed class T5Attention : nn.Module
{
    public readonly T5Linear q;
    public readonly T5Linear k;
    public readonly T5Linear v;
    public readonly T5Linear o;

    /// <summary>Present in the first block of a stack, whose blocks all share what it yields; in umt5 each block has its own.</summary>
    public readonly T5Linear? relative_attention_bias; // [buckets, heads]

    private readonly T5Config _config;
    private readonly bool _bidirectional;

    public T5Attention(T5Config config, bool hasRelativeBias, bool bidirectional)
        : base(nameof(T5Attention))
    {
        _config = config;
        _bidirectional = bidirectional;
        q = new T5Linear(config.InnerSize, config.ModelSize);
        k = new T5Linear(config.InnerSize, config.ModelSize);
        v = new T5Linear(config.InnerSize, config.ModelSize);
        o = new T5Linear(config.ModelSize, config.InnerSize);
        if (hasRelativeBias)
            relative_attention_bias = new T5Linear(config.RelativeAttentionBuckets, config.Heads);
        RegisterComponents();
    }

    /// <summary>Whether the layer is computed as one operation: in training. Otherwise every rounding is that of the reference.</summary>
    public bool IsFused(Tensor hidden) => training && Fusion.Applies(hidden) && T5Activation.KernelOf(_config.FeedForwardProjection) is not null && T5Linear.ArePlain(q, k, v, o);

    /// <summary>The layer with its norm, dropout and residual connection as one operation.</summary>
    public Tensor Fused(T5LayerNorm norm, Tensor hidden, Tensor? position, Tensor? mask, Tensor? memory) => FusedAttention.Of(
        (_config.Heads, _config.HeadSize, _config.LayerNormEpsilon), (DropoutMask.Next(_config.DropoutRate), DropoutMask.Next(_config.DropoutRate)),
        hidden, norm.weight, (q.weight, k.weight, v.weight, o.weight), position, mask, memory);

    /// <summary>Attends from <paramref name="hidden"/> to <paramref name="memory"/> (itself, in self-attention).</summary>
    /// <param name="hidden"><c>[batch, query, model]</c>.</param>
    /// <param name="memory"><c>[batch, key, model]</c>.</param>
    /// <param name="bias">Added to the scores, broadcast to <c>[batch, heads, query, key]</c>.</param>
    /// <returns><c>[batch, query, model]</c>.</returns>
    public Tensor forward(Tensor hidden, Tensor memory, Tensor bias)
    {
        if (training)
            return AttendForTraining(hidden, memory, bias);
        var (keys, values) = ProjectMemory(memory);
        return Attend(Queries(hidden), keys, values, bias);
    }

    /// <summary>Queries, multiplied so that the scaling inside the fused attention cancels out.</summary>
    /// <returns><c>[batch, heads, query, head]</c>.</returns>
    public Tensor Queries(Tensor hidden) => SplitHeads(q.forward(hidden) * KeptScalar.Of(Math.Sqrt(_config.HeadSize)));

    /// <summary>Keys and values of what is attended to.</summary>
    /// <returns>Two of <c>[batch, heads, key, head]</c>.</returns>
    public (Tensor Keys, Tensor Values) ProjectMemory(Tensor memory) =>
        (SplitHeads(k.forward(memory)), SplitHeads(v.forward(memory)));

    public Tensor Attend(Tensor queries, Tensor keys, Tensor values, Tensor? bias)
    {
        var mixed = nn.functional.scaled_dot_product_attention(queries, keys, values, bias); // [batch, heads, query, head]
        return o.forward(mixed.transpose(1, 2).flatten(2));
    }

    /// <summary>
    /// The same in single operations: the fused attention has no gradient for the bias, and its dropout draws one by one. Scores
    /// are summed and normalised in float32 whatever the products are computed in.
    /// </summary>
    private Tensor AttendForTraining(Tensor hidden, Tensor memory, Tensor bias)
    {
        var queries = HeadsFirst(q.forward(hidden)); // [batch · heads, query, head]
        var keys = HeadsFirst(k.forward(memory));
        var values = HeadsFirst(v.forward(memory));
        var scores = queries.bmm(keys.transpose(1, 2)).unflatten(0, [hidden.shape[0], _config.Heads]); // [batch, heads, query, key]
        var weights = scores.to_type(bias.dtype).Plus(bias).softmax(-1);
        var kept = T5Dropout.Apply(weights, _config.DropoutRate, training).to_type(values.dtype).flatten(0, 1);
        var mixed = kept.bmm(values).unflatten(0, [hidden.shape[0], _config.Heads]);
        return o.forward(mixed.transpose(1, 2).flatten(2));
    }

    /// <summary>The position bias that all blocks of the stack add to their self-attention scores.</summary>
    /// <returns><c>[1, heads, query, key]</c>.</returns>
    public Tensor PositionBias(int queries, int keys)
    {
        var table = relative_attention_bias ?? throw new InvalidOperationException("This block has no position bias of its own.");
        var buckets = RelativePositionTable.Buckets(queries, keys, _bidirectional, _config.RelativeAttentionBuckets, _config.RelativeAttentionMaxDistance, table.weight.device);
        return table.Embed(buckets).permute(2, 0, 1).unsqueeze(0);
    }

    private Tensor HeadsFirst(Tensor x) => SplitHeads(x).contiguous().flatten(0, 1);

    private Tensor SplitHeads(Tensor x) => x.unflatten(2, [_config.Heads, _config.HeadSize]).transpose(1, 2);
}
