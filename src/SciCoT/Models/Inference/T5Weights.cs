using SciCoT.Compute;
using SciCoT.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models.Inference;

/// <summary>Where a model's weights lie in memory, as kernels read them: nothing is copied.</summary>
/// <remarks>Made for one call: the model may change its tensors between calls, and must live as long as this is used.</remarks>
internal sealed unsafe class T5Weights
{
    /// <summary>An attention with its norm in front.</summary>
    public sealed record Attention(Vector Norm, Matrix Query, Matrix Key, Matrix Value, Matrix Output);

    /// <summary>A feed-forward layer with its norm in front; without <paramref name="Gate"/> where it is not gated.</summary>
    public sealed record FeedForward(Vector Norm, Matrix Input, Matrix? Gate, Matrix Output);

    /// <summary>A block; without <paramref name="Cross"/> in the encoder.</summary>
    public sealed record Block(Attention Self, Attention? Cross, FeedForward FeedForward);

    /// <summary>A stack of blocks with its position biases, <c>[buckets, heads]</c>, one for all blocks or one for each, and its final norm.</summary>
    public sealed record Stack(IReadOnlyList<Block> Blocks, IReadOnlyList<Matrix> PositionBiases, Vector Norm);

    /// <summary>A vector of weights.</summary>
    public readonly struct Vector(float* data)
    {
        public float* Data => data;
    }

    private readonly T5Model _model; // held, so that its tensors are not collected meanwhile

    private T5Weights(T5Model model, IKernels kernels, Activation activation)
    {
        _model = model;
        Kernels = kernels;
        Activation = activation;
        Embedding = Of(model.shared);
        Encoder = Of(model.encoder);
        Decoder = Of(model.decoder);
    }

    public T5Config Config => _model.Config;

    public IKernels Kernels { get; }

    public Activation Activation { get; }

    public Matrix Embedding { get; }

    public Stack Encoder { get; }

    public Stack Decoder { get; }

    /// <summary>The weights of a model that kernels can compute; <see langword="null"/> where only torch can.</summary>
    public static T5Weights? TryRead(T5Model model) =>
        CanRead(model) ? new T5Weights(model, model.Kernels!, T5Activation.KernelOf(model.Config.FeedForwardProjection)!.Value) : null;

    /// <summary>Whether kernels can compute a model.</summary>
    public static bool CanRead(T5Model model) =>
        model.Kernels is not null
        && model.Adapter is null // torch adds it to the layers that have one
        && model.Device.type == DeviceType.CPU
        && model.Precision == ScalarType.Float32
        && T5Activation.KernelOf(model.Config.FeedForwardProjection) is not null;

    /// <summary>The matrix of a layer.</summary>
    public static Matrix Of(T5Linear linear)
    {
        var weight = linear.weight;
        var format = weight.dtype switch
        {
            ScalarType.Float32 => NumberFormat.Float32,
            ScalarType.BFloat16 => NumberFormat.BFloat16,
            ScalarType.Int8 => NumberFormat.Int8,
            var other => throw new InvalidOperationException($"Kernels do not read weights of type {other}."),
        };
        int inputs = checked((int)weight.shape[1]);
        return new Matrix(TensorMemory.Address(weight), format, linear.scale is null ? null : (float*)TensorMemory.Address(linear.scale), checked((int)weight.shape[0]), inputs, inputs);
    }

    private static Stack Of(T5Stack stack) => new(
        [.. stack.block.Select(Of)],
        [.. stack.block.Select(block => block.Self.SelfAttention.relative_attention_bias).OfType<T5Linear>().Select(Of)],
        Of(stack.final_layer_norm));

    private static Block Of(T5Block block) => new(
        Of(block.Self.SelfAttention, block.Self.layer_norm),
        block.Cross is { } cross ? Of(cross.EncDecAttention, cross.layer_norm) : null,
        Of(block.FeedForward.DenseReluDense, block.FeedForward.layer_norm));

    private static Attention Of(T5Attention attention, T5LayerNorm norm) =>
        new(Of(norm), Of(attention.q), Of(attention.k), Of(attention.v), Of(attention.o));

    private static FeedForward Of(T5FeedForward layer, T5LayerNorm norm) =>
        new(Of(norm), Of(layer.wi ?? layer.wi_0!), layer.wi_1 is null ? null : Of(layer.wi_1), Of(layer.wo));

    private static Vector Of(T5LayerNorm norm) => new((float*)TensorMemory.Address(norm.weight));
}
