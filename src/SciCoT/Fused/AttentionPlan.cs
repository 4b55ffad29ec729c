using SciCoT.Compute;

namespace SciCoT.Fused;

/// <summary>What an attention layer is apart from its tensors.</summary>
internal sealed record AttentionPlan(int Heads, int HeadSize, float Epsilon, DropoutStream Weights, DropoutStream Output, bool HasPosition, bool HasMask, bool HasMemory, bool InHalves);
