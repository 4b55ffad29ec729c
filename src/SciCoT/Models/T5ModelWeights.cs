using SciCoT.Compute;
using SciCoT.Models.Layers;
using SciCoT.Models.T5;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>The weights of a TorchSharp model as kernels read them, where they lie.</summary>
internal static unsafe class T5ModelWeights
{
    /// <summary>The weights of a model that kernels can compute; <see langword="null"/> where only torch can.</summary>
    /// <remarks>For one call: the model may change its tensors afterwards.</remarks>
    public static T5Weights? TryRead(T5Model model)
    {
        if (!CanRead(model))
            return null;
        int moves = model.Moves;
        return new T5Weights
        {
            Config = model.Config,
            Kernels = model.Kernels!,
            Activation = T5Activation.KernelOf(model.Config.FeedForwardProjection)!.Value,
            Use = () => Use(model, moves),
            Embedding = Of(model.shared),
            Head = Of(model.lm_head ?? model.shared),
            Encoder = Of(model.encoder),
            Decoder = Of(model.decoder),
        };
    }

    /// <summary>Begins a step of a longer computation.</summary>
    /// <param name="model">The model.</param>
    /// <param name="moves">How often it had been moved when the computation began.</param>
    /// <exception cref="ObjectDisposedException">The model is disposed of.</exception>
    /// <exception cref="InvalidOperationException">The model's weights were moved to another place since then.</exception>
    public static ModelUse.Lease Use(T5Model model, int moves)
    {
        var use = model.Use();
        if (model.Moves == moves)
            return use;
        use.Dispose();
        throw new InvalidOperationException("The model was moved to another device or precision while a call computed with it; wait for the calls before you move it.");
    }

    private static bool CanRead(T5Model model) =>
        model.Kernels is not null
        && model.Adapter is null // torch adds it to the layers that have one
        && model.Device.type == DeviceType.CPU
        && model.Precision == ScalarType.Float32
        && T5Activation.KernelOf(model.Config.FeedForwardProjection) is not null;

    private static Matrix Of(T5Linear linear)
    {
        int inputs = checked((int)linear.weight.shape[1]);
        return new Matrix(TensorMemory.Address(linear.weight), NumberFormat.Float32, null, checked((int)linear.weight.shape[0]), inputs, inputs);
    }

    private static T5Weights.Stack Of(T5Stack stack) => new(
        [.. stack.block.Select(Of)],
        [.. stack.block.Select(block => block.Self.SelfAttention.relative_attention_bias).OfType<T5Linear>().Select(Of)],
        Of(stack.final_layer_norm));

    private static T5Weights.Block Of(T5Block block) => new(
        Of(block.Self.SelfAttention, block.Self.layer_norm),
        block.Cross is { } cross ? Of(cross.EncDecAttention, cross.layer_norm) : null,
        Of(block.FeedForward.DenseReluDense, block.FeedForward.layer_norm));

    private static T5Weights.Attention Of(T5Attention attention, T5LayerNorm norm) =>
        new(Of(norm), Of(attention.q), Of(attention.k), Of(attention.v), Of(attention.o));

    private static T5Weights.FeedForward Of(T5FeedForward layer, T5LayerNorm norm) =>
        new(Of(norm), Of(layer.wi ?? layer.wi_0!), layer.wi_1 is null ? null : Of(layer.wi_1), Of(layer.wo));

    private static T5Weights.Vector Of(T5LayerNorm norm) => new((float*)TensorMemory.Address(norm.weight));
}
