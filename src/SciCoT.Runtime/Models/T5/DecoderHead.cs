using SciCoT.Compute;
using SciCoT.TileKernels;

namespace SciCoT.Models.T5;

/// <summary>Makes logits of decoder outputs.</summary>
internal static unsafe class DecoderHead
{
    /// <summary>Outputs taken at a time of a large vocabulary, so that members end together.</summary>
    private const int LargestPart = 256;

    /// <summary>Computes the logits at some positions.</summary>
    /// <param name="weights">The model.</param>
    /// <param name="hidden">The decoder's output, <c>[all positions, model]</c>.</param>
    /// <param name="all">How many positions that holds.</param>
    /// <param name="positions">The positions that are wanted.</param>
    /// <param name="logits">Filled with <c>[positions, vocabulary]</c>.</param>
    /// <param name="members">Number of threads at most.</param>
    /// <param name="space">Memory for it.</param>
    public static void Multiply(T5Weights weights, float* hidden, int all, ReadOnlySpan<int> positions, Span<float> logits, int members, Workspace space)
    {
        var (head, kernels, rows) = (weights.Head, weights.Kernels, positions.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Length, checked(rows * head.Outputs), nameof(logits));
        if (rows == 0)
            return;
        long cost = (long)rows * head.Inputs;
        using var crew = ThreadTeam.Shared.Rent(members, cost * head.Outputs);
        long rounded = InputRows.RoundedSize(head.Format, rows, head.Inputs), inputs = rounded + NativeBuffer.Aligned(checked(rows * head.Inputs));
        int scratchSize = kernels.ScratchSize(head.Inputs);
        float* memory = space.AtLeast(inputs + ((long)crew.Size * scratchSize)), scratch = memory + inputs;
        var x = new InputRows(memory + rounded, head.Inputs, rows, (byte*)memory);
        float scale = weights.Config.ScalesHead ? (float)weights.Config.HeadScale : 1;
        for (int row = 0; row < rows; row++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)positions[row], (uint)all, nameof(positions));
            float* from = hidden + ((long)positions[row] * head.Inputs), to = x.Data + ((long)row * head.Inputs);
            for (int i = 0; i < head.Inputs; i++)
                to[i] = from[i] * scale;
            x.RoundFor(head, row, row + 1);
        }

        fixed (float* target = logits)
        {
            float* y = target;
            crew.For(head.Outputs, Math.Min(LargestPart, crew.Grain(head.Outputs, cost, Int8Layout.TileOutputs)), (member, from, to) =>
                kernels.Multiply(head, from, to, x, y, head.Outputs, false, scratch + ((long)member * scratchSize)));
        }
    }
}
