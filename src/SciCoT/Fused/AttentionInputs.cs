using static TorchSharp.torch;

namespace SciCoT.Fused;

/// <summary>The inputs by their names.</summary>
internal readonly struct AttentionInputs(AttentionPlan plan, Tensor[] inputs)
{
    public Tensor Hidden => inputs[0];

    public Tensor Gain => inputs[1];

    public Tensor Query => inputs[2];

    public Tensor Key => inputs[3];

    public Tensor Value => inputs[4];

    public Tensor Output => inputs[5];

    public Tensor? Position => plan.HasPosition ? inputs[6] : null;

    public Tensor? Mask => plan.HasMask ? inputs[plan.HasPosition ? 7 : 6] : null;

    public Tensor? Memory => plan.HasMemory ? inputs[^1] : null;
}
