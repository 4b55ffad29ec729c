using SciCoT.Compute;
using static TorchSharp.torch;

namespace SciCoT.Fused;

/// <summary>What a layer keeps for its gradients, all in one tensor.</summary>
internal readonly unsafe struct AttentionMemory
{
    public AttentionMemory(Tensor kept, AttentionSizes sizes)
    {
        Scales = Fusion.Numbers(kept);
        Queries = Scales + NativeBuffer.Aligned(sizes.QueryRows);
        Mixed = Queries + ((long)sizes.QueryRows * sizes.Inner);
        Keys = Mixed + ((long)sizes.QueryRows * sizes.Inner);
        Values = Keys + ((long)sizes.KeyRows * sizes.Inner);
        Weights = Values + ((long)sizes.KeyRows * sizes.Inner);
    }

    public float* Scales { get; } // [query rows]

    public float* Queries { get; } // [query rows, inner]

    public float* Mixed { get; } // [query rows, inner]

    public float* Keys { get; } // [key rows, inner]

    public float* Values { get; } // [key rows, inner]

    public float* Weights { get; } // [batch, heads, query, key]

    public static long Size(AttentionSizes sizes) =>
        NativeBuffer.Aligned(sizes.QueryRows) + (2L * (sizes.QueryRows + sizes.KeyRows) * sizes.Inner) + (sizes.Batch * sizes.Heads * sizes.Scores);
}
