using SciCoT.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SciCoT.Models.Layers;

/// <summary>One block of a stack: self-attention, in the decoder cross-attention, then feed-forward.</summary>
/// <remarks>Each part is a residual layer with its norm in front; the names are those of Hugging Face's checkpoints.</remarks>
internal sealed class T5Block : nn.Module
{
    public readonly ModuleList<nn.Module> layer;

    public T5Block(T5Config config, bool isDecoder, bool isFirst)
        : base(nameof(T5Block))
    {
        var self = new SelfAttentionLayer(config, isDecoder, isFirst);
        var feedForward = new FeedForwardLayer(config);
        layer = isDecoder
            ? new ModuleList<nn.Module>(self, new CrossAttentionLayer(config), feedForward)
            : new ModuleList<nn.Module>(self, feedForward);
        RegisterComponents();
    }

    // Computed: a field, be it an automatic property's, would register the same module under a second name.
    public SelfAttentionLayer Self => (SelfAttentionLayer)layer[0];

    public CrossAttentionLayer? Cross => layer[1] as CrossAttentionLayer;

    public FeedForwardLayer FeedForward => (FeedForwardLayer)layer[layer.Count - 1];

    /// <summary>Runs the block over whole sequences.</summary>
    /// <param name="hidden"><c>[batch, length, model]</c>.</param>
    /// <param name="bias">Position bias, <c>[1, heads, length, length]</c>; the decoder's hides the future.</param>
    /// <param name="sourceMask">Additive mask of the source's tokens, <c>[batch, 1, 1, source]</c>.</param>
    /// <param name="memory">The encoder's output for a decoder's block, <c>[batch, source, model]</c>.</param>
    /// <returns><c>[batch, length, model]</c>.</returns>
    public Tensor forward(Tensor hidden, Tensor bias, Tensor sourceMask, Tensor? memory)
    {
        using var scope = NewDisposeScope(); // what the gradient does not need is freed with the block
        hidden = Self.forward(hidden, bias, Cross is null ? sourceMask : null);
        if (Cross is not null)
            hidden = Cross.forward(hidden, memory!, sourceMask);
        return FeedForward.forward(hidden).MoveToOuterDisposeScope();
    }

    internal sealed class SelfAttentionLayer : nn.Module
    {
        public readonly T5Attention SelfAttention;
        public readonly T5LayerNorm layer_norm;
        private readonly T5Config _config;

        public SelfAttentionLayer(T5Config config, bool isDecoder, bool isFirst)
            : base(nameof(SelfAttentionLayer))
        {
            SelfAttention = new T5Attention(config, hasRelativeBias: isFirst || config.HasBiasInEachLayer, bidirectional: !isDecoder);
            layer_norm = new T5LayerNorm(config.ModelSize, config.LayerNormEpsilon);
            _config = config;
            RegisterComponents();
        }

        public Tensor forward(Tensor hidden, Tensor bias, Tensor? mask)
        {
            if (SelfAttention.IsFused(hidden))
                return SelfAttention.Fused(layer_norm, hidden, bias, mask, memory: null);
            var normed = layer_norm.forward(hidden);
            var both = mask is null ? bias : bias.Plus(mask);
            return hidden.Plus(T5Dropout.Apply(SelfAttention.forward(normed, normed, both), _config.DropoutRate, training));
        }
    }

    internal sealed class CrossAttentionLayer : nn.Module
    {
        public readonly T5Attention EncDecAttention;
        public readonly T5LayerNorm layer_norm;
        private readonly T5Config _config;

        public CrossAttentionLayer(T5Config config)
            : base(nameof(CrossAttentionLayer))
        {
            EncDecAttention = new T5Attention(config, hasRelativeBias: false, bidirectional: true);
            layer_norm = new T5LayerNorm(config.ModelSize, config.LayerNormEpsilon);
            _config = config;
            RegisterComponents();
        }

        public Tensor forward(Tensor hidden, Tensor memory, Tensor mask) => EncDecAttention.IsFused(hidden)
            ? EncDecAttention.Fused(layer_norm, hidden, position: null, mask, memory)
            : hidden.Plus(T5Dropout.Apply(EncDecAttention.forward(layer_norm.forward(hidden), memory, mask), _config.DropoutRate, training));
    }

    internal sealed class FeedForwardLayer : nn.Module<Tensor, Tensor>
    {
        public readonly T5FeedForward DenseReluDense;
        public readonly T5LayerNorm layer_norm;
        private readonly T5Config _config;

        public FeedForwardLayer(T5Config config)
            : base(nameof(FeedForwardLayer))
        {
            DenseReluDense = new T5FeedForward(config);
            layer_norm = new T5LayerNorm(config.ModelSize, config.LayerNormEpsilon);
            _config = config;
            RegisterComponents();
        }

        public override Tensor forward(Tensor hidden) => DenseReluDense.IsFused(hidden)
            ? DenseReluDense.Fused(layer_norm, hidden)
            : hidden.Plus(T5Dropout.Apply(DenseReluDense.forward(layer_norm.forward(hidden)), _config.DropoutRate, training));
    }
}
