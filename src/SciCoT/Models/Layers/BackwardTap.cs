using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models.Layers;

/// <summary>Passes a tensor on, and tells when its gradient is there.</summary>
/// <remarks>
/// torch computes the gradients of what came later first. When the gradient of a block's input is there, so are those of the block's
/// weights, and of all blocks behind it.
/// </remarks>
internal sealed class BackwardTap : autograd.SingleTensorFunction<BackwardTap>
{
    public override string Name => nameof(BackwardTap);

    /// <param name="tensor">The tensor; without a gradient, nothing is told.</param>
    /// <param name="reached">Called on the thread of the backward pass.</param>
    public static Tensor Of(Tensor tensor, Action reached) => apply(tensor, reached);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data("reached", vars[1]);
        return ((Tensor)vars[0]).alias();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ((Action)ctx.get_data("reached"))();
        return [grad_output.alias(), null!];
    }
}
