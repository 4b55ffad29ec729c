using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>Where a model's weights lie in memory, as kernels read them: nothing is copied.</summary>
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

    /// <summary>The model's shape and constants.</summary>
    public required T5Config Config { get; init; }

    /// <summary>What computes.</summary>
    public required IKernels Kernels { get; init; }

    /// <summary>The activation of the feed-forward layers where there is a kernel for it; otherwise <see cref="T5Activation.FunctionOf"/> computes it number by number.</summary>
    public required Activation? Activation { get; init; }

    /// <summary>Begins to read the weights; the lease keeps them in place. It fails once the model is disposed of, or its weights were moved.</summary>
    public required Func<ModelUse.Lease> Use { get; init; }

    public required Matrix Embedding { get; init; }

    /// <summary>What makes logits of the decoder's output; the embedding where the two are tied.</summary>
    public required Matrix Head { get; init; }

    public required Stack Encoder { get; init; }

    public required Stack Decoder { get; init; }

    /// <summary>Whether products round their inputs; attention rounds what it multiplies then too.</summary>
    public bool RoundsInputs => Decoder.Blocks[0].Self.Key.RowBytes > 0;

    /// <summary>float32 numbers of memory that it takes to round so many rows of any layer's inputs; 0 where no weights need that.</summary>
    public long RoundedSize(int rows) => InputRows.RoundedSize(Decoder.Blocks[0].FeedForward.Output.Format, rows, Config.LargestInput);

    /// <summary><c>x = activation(x)</c>, times <paramref name="gate"/> where that is not null.</summary>
    public void Activate(float* x, float* gate, int count)
    {
        if (Activation is { } activation)
        {
            Kernels.Activate(activation, x, gate, x, count);
            return;
        }

        var function = T5Activation.FunctionOf(Config.FeedForwardProjection);
        for (int i = 0; i < count; i++)
            x[i] = gate is null ? function(x[i]) : function(x[i]) * gate[i];
    }
}
