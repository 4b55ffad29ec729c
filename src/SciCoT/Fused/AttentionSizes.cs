using SciCoT.Compute;
using static TorchSharp.torch;

namespace SciCoT.Fused;

/// <summary>The sizes of one attention.</summary>
internal sealed unsafe class AttentionSizes(AttentionPlan plan, Tensor hidden, Tensor? memory)
{
    public int Batch { get; } = checked((int)hidden.shape[0]);

    public int Query { get; } = checked((int)hidden.shape[1]);

    public int Key { get; } = checked((int)(memory ?? hidden).shape[1]);

    public int Model { get; } = checked((int)hidden.shape[2]);

    public int Heads => plan.Heads;

    public int Inner => plan.Heads * plan.HeadSize;

    public int QueryRows => checked(Batch * Query);

    public int KeyRows => checked(Batch * Key);

    /// <summary>Scores of one row and head.</summary>
    public long Scores => checked(Query * Key);

    public Gemm.View QueryHead(float* data, int row, int head) => new(data + ((long)row * Query * Inner) + (head * plan.HeadSize), Inner);

    public Gemm.View KeyHead(float* data, int row, int head) => new(data + ((long)row * Key * Inner) + (head * plan.HeadSize), Inner);
}
