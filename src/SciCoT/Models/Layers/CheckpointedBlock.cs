using SciCoT.Compute;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models.Layers;

/// <summary>
/// A block that keeps its inputs only and is computed a second time when its gradient is wanted, with the same dropout
/// (gradient checkpointing, arXiv 1604.06174).
/// </summary>
internal sealed class CheckpointedBlock : autograd.SingleTensorFunction<CheckpointedBlock>
{
    public override string Name => nameof(CheckpointedBlock);

    public static Tensor Of(T5Block block, Tensor hidden, Tensor bias, Tensor sourceMask, Tensor? memory) =>
        memory is null ? apply(block, hidden, bias, sourceMask) : apply(block, hidden, bias, sourceMask, memory);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var inputs = vars.Skip(1).Cast<Tensor>().ToList();
        ctx.save_for_backward(inputs);
        ctx.save_data("block", vars[0]);
        ctx.save_data("needs", inputs.Select(input => input.requires_grad).ToArray());
        ctx.save_data("dropout", DropoutMask.Stream ?? 0);
        return Run((T5Block)vars[0], inputs);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var block = (T5Block)ctx.get_data("block");
        var needs = (bool[])ctx.get_data("needs");
        using var scope = NewDisposeScope();
        using var _ = enable_grad();
        var inputs = ctx.get_saved_variables().Select((input, i) => input.detach().requires_grad_(needs[i])).ToList();
        var stream = DropoutMask.Stream;
        DropoutMask.Stream = (ulong)ctx.get_data("dropout");
        try
        {
            Run(block, inputs).backward([grad_output]);
        }
        finally
        {
            DropoutMask.Stream = stream;
        }

        return [null!, .. inputs.Select((input, i) => needs[i] ? input.grad!.MoveToOuterDisposeScope() : null!)];
    }

    private static Tensor Run(T5Block block, List<Tensor> inputs) =>
        block.forward(inputs[0], inputs[1], inputs[2], inputs.ElementAtOrDefault(3));
}
