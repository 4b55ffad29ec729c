using SciCoT.Compute;
using static TorchSharp.torch;

namespace SciCoT.Fused;

/// <summary>
/// A block's feed-forward layer with its norm, dropout and residual connection as one operation:
/// <c>x + dropout(wo · dropout(act(wi_0 · norm(x)) · wi_1 · norm(x)))</c>.
/// </summary>
/// <remarks>Kept for the gradients are the input, the norms' scales and what the activation and the gate were given; the rest is computed again.</remarks>
internal sealed unsafe class FusedFeedForward : autograd.SingleTensorFunction<FusedFeedForward>
{
    private sealed record Plan(float Epsilon, Activation Activation, DropoutStream Inner, DropoutStream Output, bool InHalves)
    {
        public HalfFeedForward Halves((int Rows, int Model, int Wide) sizes) => new(Fusion.Threads, sizes, Epsilon, Activation, Inner, Output);
    }

    public override string Name => nameof(FusedFeedForward);

    /// <param name="epsilon">The norm's.</param>
    /// <param name="activation">The activation.</param>
    /// <param name="dropout">Dropout between the matrices, and of the layer's output.</param>
    /// <param name="hidden"><c>[batch, length, model]</c>.</param>
    /// <param name="gain">The norm's weight, <c>[model]</c>.</param>
    /// <param name="input">The matrix before the activation, <c>[wide, model]</c>.</param>
    /// <param name="gate">The gate's matrix, or null.</param>
    /// <param name="output">The matrix after it, <c>[model, wide]</c>.</param>
    public static Tensor Of(double epsilon, Activation activation, (DropoutStream Inner, DropoutStream Output) dropout, Tensor hidden, Tensor gain, Tensor input, Tensor? gate, Tensor output)
    {
        var plan = new Plan((float)epsilon, activation, dropout.Inner, dropout.Output, Fusion.InHalves);
        return gate is null ? apply(plan, hidden, gain, input, output) : apply(plan, hidden, gain, input, output, gate);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var plan = (Plan)vars[0];
        var (hidden, gain, input, output) = (((Tensor)vars[1]).contiguous(), (Tensor)vars[2], (Tensor)vars[3], (Tensor)vars[4]);
        var gate = vars.Length > 5 ? (Tensor)vars[5] : null;
        var (rows, model, wide) = Sizes(hidden, input);

        var kept = empty(Kept.Size(rows, wide, gate is not null));
        var memory = new Kept(kept, rows, wide, gate is not null);
        var result = empty_like(hidden);
        float* x = Fusion.Numbers(hidden);
        float* y = Fusion.Numbers(result);
        ctx.save_for_backward(gate is null ? [hidden, gain, input, output, kept] : [hidden, gain, input, output, kept, gate]);
        ctx.save_data("plan", plan);
        if (plan.InHalves)
        {
            plan.Halves((rows, model, wide)).Forward(x, Fusion.Numbers(gain), (input, gate, output), memory.Addresses, y);
            return result;
        }

        using var normed = new NativeBuffer((long)rows * model);
        using var inner = new NativeBuffer((long)rows * wide);
        TeamPasses.Normalize(Fusion.Threads, x, Fusion.Numbers(gain), model, plan.Epsilon, rows, normed.Pointer, memory.Scales);
        Fusion.Multiply(rows, wide, model, new(normed.Pointer, model), Fusion.View(input).Transposed, new(memory.Values, wide));
        if (gate is not null)
            Fusion.Multiply(rows, wide, model, new(normed.Pointer, model), Fusion.View(gate).Transposed, new(memory.Gates, wide));
        TeamPasses.Activate(Fusion.Threads, plan.Activation, memory.Values, memory.Gates, plan.Inner, inner.Pointer, (long)rows * wide);
        Fusion.Multiply(rows, model, wide, new(inner.Pointer, wide), Fusion.View(output).Transposed, new(normed.Pointer, model));
        TeamPasses.AddDropped(Fusion.Threads, x, normed.Pointer, plan.Output, y, (long)rows * model);
        return result;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var plan = (Plan)ctx.get_data("plan");
        var saved = ctx.get_saved_variables();
        var (hidden, gain, input, output, kept) = (saved[0], saved[1], saved[2], saved[3], saved[4]);
        var gate = saved.Count > 5 ? saved[5] : null;
        var (rows, model, wide) = Sizes(hidden, input);
        var memory = new Kept(kept, rows, wide, gate is not null);
        using var gradient = grad_output.contiguous();
        float* x = Fusion.Numbers(hidden);
        float* g = Fusion.Numbers(gradient);

        var (ofHidden, ofGain, ofInput, ofOutput) = (empty_like(hidden), empty_like(gain), empty_like(input), empty_like(output));
        var ofGate = gate is null ? null : empty_like(gate);
        List<Tensor> gradients = gate is null ? [null!, ofHidden, ofGain, ofInput, ofOutput] : [null!, ofHidden, ofGain, ofInput, ofOutput, ofGate!];
        if (plan.InHalves)
        {
            plan.Halves((rows, model, wide)).Backward(
                g, x, Fusion.Numbers(gain), (input, gate, output), memory.Addresses, Fusion.Numbers(ofHidden), Fusion.Numbers(ofGain), (ofInput, ofGate, ofOutput));
            GC.KeepAlive(kept);
            return gradients;
        }

        using var ofSum = new NativeBuffer((long)rows * model);   // of the layer's output; later of the normed rows
        using var normed = new NativeBuffer((long)rows * model);
        using var inner = new NativeBuffer((long)rows * wide);
        using var ofInner = new NativeBuffer((long)rows * wide);  // becomes that of the activation's input
        using var ofGates = new NativeBuffer(gate is null ? 0 : (long)rows * wide);

        float* ofLayer = g;
        if (!plan.Output.IsNone)
            TeamPasses.Drop(Fusion.Threads, g, plan.Output, ofLayer = ofSum.Pointer, (long)rows * model);
        Fusion.Multiply(rows, wide, model, new(ofLayer, model), Fusion.View(output), new(ofInner.Pointer, wide));
        TeamPasses.ActivateBackward(Fusion.Threads, plan.Activation, memory.Values, memory.Gates, plan.Inner, ofInner.Pointer, ofGates.Pointer, inner.Pointer, (long)rows * wide);
        Fusion.Multiply(model, wide, rows, new Gemm.View(ofLayer, model).Transposed, new(inner.Pointer, wide), Fusion.View(ofOutput));

        TeamPasses.Scale(Fusion.Threads, x, Fusion.Numbers(gain), model, memory.Scales, rows, normed.Pointer);
        Fusion.Multiply(wide, model, rows, new Gemm.View(ofInner.Pointer, wide).Transposed, new(normed.Pointer, model), Fusion.View(ofInput));
        Fusion.Multiply(rows, model, wide, new(ofInner.Pointer, wide), Fusion.View(input), new(ofSum.Pointer, model));
        if (gate is not null)
        {
            Fusion.Multiply(wide, model, rows, new Gemm.View(ofGates.Pointer, wide).Transposed, new(normed.Pointer, model), Fusion.View(ofGate!));
            Fusion.Multiply(rows, model, wide, new(ofGates.Pointer, wide), Fusion.View(gate), new(ofSum.Pointer, model), add: true);
        }

        TeamPasses.NormalizeBackward(Fusion.Threads, ofSum.Pointer, x, Fusion.Numbers(gain), memory.Scales, model, rows, g, Fusion.Numbers(ofHidden), Fusion.Numbers(ofGain));
        GC.KeepAlive(kept);
        return gradients;
    }

    private static (int Rows, int Model, int Wide) Sizes(Tensor hidden, Tensor input)
    {
        int model = checked((int)input.shape[1]);
        return (checked((int)(hidden.numel() / model)), model, checked((int)input.shape[0]));
    }

    /// <summary>Where what is kept for the gradients lies in one tensor.</summary>
    private readonly struct Kept
    {
        public Kept(Tensor kept, int rows, int wide, bool gated)
        {
            Scales = Fusion.Numbers(kept);
            Values = Scales + NativeBuffer.Aligned(rows);
            Gates = gated ? Values + ((long)rows * wide) : null;
        }

        public float* Scales { get; } // [rows]

        public float* Values { get; } // [rows, wide]

        public float* Gates { get; } // [rows, wide]

        public (nint Scales, nint Values, nint Gates) Addresses => ((nint)Scales, (nint)Values, (nint)Gates);

        public static long Size(int rows, int wide, bool gated) => NativeBuffer.Aligned(rows) + ((gated ? 2L : 1L) * rows * wide);
    }
}
