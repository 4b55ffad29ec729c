using SciCoT.Fused;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>
/// The head and the cross entropy over the vocabulary in one: the logits' memory becomes their gradient, so that the largest
/// tensor of a training step exists once instead of three times.
/// </summary>
internal sealed class HeadLoss : autograd.SingleTensorFunction<HeadLoss>
{
    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Source));

    private const string Source = """
        def loss_(logits: Tensor, labels: Tensor, factors: Tensor, smoothing: Tensor, gradient: bool) -> Tensor:
            s = float(smoothing.item())
            labels = labels.unsqueeze(1)
            largest, place = logits.max(1, True)
            own = logits.gather(1, labels)
            spread = own
            if s > 0.0:
                spread = (1.0 - s) * own + s * logits.mean(1, True)
            torch.maximum(logits, largest - 60.0, out=logits) # e^-60 is nothing beside 1, and spares the products numbers too small to be normal, which are slow
            torch._softmax(logits, 1, False, out=logits)
            loss = (factors * (largest - logits.gather(1, place).log() - spread).squeeze(1)).mean()
            if gradient:
                if s > 0.0:
                    logits.sub_(s / logits.size(1))
                logits.scatter_add_(1, labels, torch.full_like(labels, s - 1.0, dtype=logits.dtype))
            return loss

        """; // ends in a newline, as the parser demands

    public override string Name => nameof(HeadLoss);

    /// <summary>The mean negative log-likelihood of labels.</summary>
    /// <param name="hidden">The decoder's output at the positions that count, <c>[positions, model]</c>, in the precision to compute in.</param>
    /// <param name="weight">The head's matrix, <c>[vocabulary, model]</c>.</param>
    /// <param name="labels"><c>[positions]</c>, int64.</param>
    /// <param name="factors">The factor on each position's part, <c>[positions]</c>, float32; <see langword="null"/> where all count alike.</param>
    /// <param name="labelSmoothing">Share of the probability spread evenly over the vocabulary.</param>
    /// <returns>A scalar, float32.</returns>
    public static Tensor Of(Tensor hidden, Tensor weight, Tensor labels, Tensor? factors, double labelSmoothing)
    {
        bool gradient = is_grad_enabled() && (hidden.requires_grad || weight.requires_grad);
        using var smoothing = tensor(labelSmoothing, dtype: ScalarType.Float64);
        return apply(hidden, weight, labels, factors ?? ones(labels.shape, device: labels.device), smoothing, gradient);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (hidden, weight, labels, factors, smoothing, gradient) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3], (Tensor)vars[4], (bool)vars[5]);
        ctx.save_data("weight", weight.requires_grad);
        bool inHalves = Fusion.InHalves && Fusion.Applies(hidden, weight) && hidden.shape[0] > 0;
        ctx.save_data("halves", inHalves);
        if (inHalves)
        {
            (hidden, weight, labels, factors) = (hidden.contiguous(), weight.contiguous(), labels.contiguous(), factors.contiguous());
            using var kept = new KeptTensors(hidden, weight, labels, factors);
            float sum = new HalfHead(Fusion.Threads, hidden, weight, labels, factors, smoothing.item<double>()).Forward(out var powers, out var shares);
            if (gradient)
                ctx.save_for_backward([powers, hidden, weight, factors, labels, smoothing, shares]);
            return tensor(sum);
        }

        var head = weight.to_type(hidden.dtype);
        var logits = Product(hidden, head.t()).to_type(ScalarType.Float32); // [positions, vocabulary]
        var loss = (Tensor)Unit.Value.invoke("loss_", logits, labels, factors, smoothing, gradient);
        if (gradient)
            ctx.save_for_backward([logits.to_type(hidden.dtype), hidden, head, factors]);
        return loss;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        if ((bool)ctx.get_data("halves"))
        {
            using var kept = new KeptTensors([.. saved]);
            var (ofHidden, ofHead) = (empty_like(saved[1]), (bool)ctx.get_data("weight") ? empty_like(saved[2]) : null);
            new HalfHead(Fusion.Threads, saved[1], saved[2], saved[4], saved[3], saved[5].item<double>()).Backward(saved[0], saved[6], grad_output.item<float>(), ofHidden, ofHead);
            return [ofHidden, ofHead!, null!, null!, null!, null!];
        }

        var (gradient, hidden, head) = (saved[0], saved[1], saved[2]); // of the sum over positions, by the logits
        var scale = (saved[3] * (grad_output / tensor((float)hidden.shape[0], device: hidden.device))).unsqueeze(1).to_type(hidden.dtype); // [positions, 1]
        var ofWeight = (bool)ctx.get_data("weight") ? Product(gradient.t(), hidden * scale).to_type(ScalarType.Float32) : null;
        return [Product(gradient, head).mul_(scale), ofWeight!, null!, null!, null!, null!];
    }

    private static Tensor Product(Tensor a, Tensor b) => Fusion.Applies(a, b) ? Products.Of(a, b) : a.mm(b);
}
