using SciCoT.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SciCoT.Models.Layers;

/// <summary>A stack of blocks with its final norm: the encoder or the decoder.</summary>
internal sealed class T5Stack : nn.Module
{
    public readonly ModuleList<T5Block> block;
    public readonly T5LayerNorm final_layer_norm;

    private readonly bool _isDecoder;
    private readonly double _dropout;

    public T5Stack(T5Config config, bool isDecoder)
        : base(nameof(T5Stack))
    {
        _isDecoder = isDecoder;
        _dropout = config.DropoutRate;
        int layers = isDecoder ? config.DecoderLayers : config.EncoderLayers;
        block = new ModuleList<T5Block>([.. Enumerable.Range(0, layers).Select(i => new T5Block(config, isDecoder, isFirst: i == 0))]);
        final_layer_norm = new T5LayerNorm(config.ModelSize, config.LayerNormEpsilon);
        RegisterComponents();
    }

    /// <summary>Whether blocks are computed a second time for their gradients instead of keeping what they computed.</summary>
    public bool Checkpointing { get; set; }

    /// <summary>While training: told the number of a block when the gradients of its weights, and of all behind it, are there; its position bias is apart.</summary>
    public Action<int>? GradientsReached { get; set; }

    /// <summary>Runs the stack over whole sequences.</summary>
    /// <param name="embedded"><c>[batch, length, model]</c>.</param>
    /// <param name="sourceMask">Additive mask of the source's tokens, <c>[batch, 1, 1, source]</c>.</param>
    /// <param name="memory">The encoder's output for the decoder, <c>[batch, source, model]</c>.</param>
    /// <param name="observe">Called with the embedding output and each block's output but the last, then with the normed result.</param>
    /// <returns><c>[batch, length, model]</c>.</returns>
    public Tensor forward(Tensor embedded, Tensor sourceMask, Tensor? memory = null, Action<Tensor>? observe = null)
    {
        int length = checked((int)embedded.shape[1]);
        Tensor? future = null;
        var bias = PositionBias(block[0]);
        var hidden = T5Dropout.Apply(embedded, _dropout, training);
        if (Checkpointing && training && is_grad_enabled() && !hidden.requires_grad)
            hidden = hidden.detach().requires_grad_(); // with a frozen embedding, adapters in the blocks still want gradients
        int number = 0;
        foreach (var item in block)
        {
            observe?.Invoke(hidden);
            hidden = Tapped(hidden, number++);
            if (item != block[0] && item.Self.SelfAttention.relative_attention_bias is not null)
                bias = PositionBias(item);
            hidden = Checkpointing && training && is_grad_enabled()
                ? CheckpointedBlock.Of(item, hidden, bias, sourceMask, memory)
                : item.forward(hidden, bias, sourceMask, memory);
        }

        hidden = T5Dropout.Apply(final_layer_norm.forward(hidden), _dropout, training);
        observe?.Invoke(hidden);
        return hidden;

        Tensor Tapped(Tensor input, int before) =>
            GradientsReached is { } reached && training && is_grad_enabled() && input.requires_grad ? BackwardTap.Of(input, () => reached(before)) : input;

        Tensor PositionBias(T5Block of) // [1, heads, length, length]
        {
            var position = of.Self.SelfAttention.PositionBias(length, length);
            return _isDecoder ? position.Plus(future ??= CausalMask(length, position)) : position;
        }
    }

    /// <summary>Turns a mask of ones and zeros into numbers to add to attention scores.</summary>
    /// <param name="mask"><c>[batch, length]</c>, 1 for a token, 0 for padding.</param>
    /// <param name="dtype">The precision of the scores.</param>
    /// <returns><c>[batch, 1, 1, length]</c>: 0 for a token, the lowest finite number for padding.</returns>
    public static Tensor AdditiveMask(Tensor mask, ScalarType dtype) =>
        mask.logical_not().to_type(dtype).unsqueeze(1).unsqueeze(1) * Lowest(dtype);

    private static Tensor CausalMask(int length, Tensor like) =>
        full([length, length], Lowest(like.dtype), dtype: like.dtype, device: like.device).triu(1);

    private static TorchSharp.Scalar Lowest(ScalarType dtype) => KeptScalar.Of(finfo(dtype).min);
}
