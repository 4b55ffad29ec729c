using static TorchSharp.torch;

namespace SciCoT.Training.Optimizers;

/// <summary>
/// Operations on lists of tensors that TorchSharp does not export, reached through TorchScript. One call handles all
/// parameters: no managed wrapper is made for a temporary, and native memory stays flat.
/// </summary>
internal static class TensorKernels
{
    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Source));

    private const string Source = """
        def loss_and_norm(loss: Tensor, gradients: List[Tensor]) -> Tensor:
            norm = torch.stack(torch._foreach_norm(gradients, 2)).norm(2)
            return torch.stack([loss.float(), norm.float()])

        def scale_(tensors: List[Tensor], settings: Tensor) -> int:
            s: List[float] = settings.tolist()
            torch._foreach_mul_(tensors, s[0])
            return 0

        def copy_(targets: List[Tensor], sources: List[Tensor]) -> int:
            torch._foreach_copy_(targets, sources)
            return 0

        def adamw_(parameters: List[Tensor], gradients: List[Tensor], first: List[Tensor], second: List[Tensor], settings: Tensor) -> int:
            s: List[float] = settings.tolist()
            step, lr, beta1, beta2, eps, weight_decay = s[0], s[1], s[2], s[3], s[4], s[5]
            count = torch.full([], step, device=parameters[0].device).float()
            counts = [count for _ in range(len(parameters))]
            torch._fused_adamw_(parameters, gradients, first, second, [], counts, lr=lr, beta1=beta1, beta2=beta2,
                                weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False)
            return 0

        def adafactor_(parameters: List[Tensor], gradients: List[Tensor], rows: List[Tensor], columns: List[Tensor], first: List[Tensor],
                       settings: Tensor) -> int:
            s: List[float] = settings.tolist()
            lr, scale_parameter, clip_threshold, eps_gradient, eps_parameter = s[0], s[1] > 0.0, s[2], s[3], s[4]
            beta1, beta2, weight_decay = s[5], s[6], s[7]
            for i in range(len(parameters)):
                parameter = parameters[i]
                gradient = gradients[i]
                square = gradient.square().add_(eps_gradient)
                if parameter.dim() >= 2:
                    row = rows[i].mul_(beta2).add_(square.mean(-1), alpha=1.0 - beta2)
                    column = columns[i].mul_(beta2).add_(square.mean(-2), alpha=1.0 - beta2)
                    row_factor = (row / row.mean(-1, keepdim=True)).rsqrt_().unsqueeze(-1)
                    update = torch.mul(row_factor, column.rsqrt().unsqueeze(-2)).mul_(gradient)
                else:
                    second = rows[i].mul_(beta2).add_(square, alpha=1.0 - beta2)
                    update = second.rsqrt().mul_(gradient)
                rate = lr / (update.norm(2) / (update.numel() ** 0.5 * clip_threshold)).clamp(min=1.0)
                if scale_parameter:
                    scale = (parameter.norm(2) / parameter.numel() ** 0.5).clamp(min=eps_parameter)
                    rate = rate * scale
                    decay = scale * (lr * weight_decay)
                else:
                    decay = torch.full_like(rate, lr * weight_decay)
                update.mul_(rate)
                if beta1 >= 0.0:
                    update = first[i].mul_(beta1).add_(update, alpha=1.0 - beta1)
                if weight_decay != 0.0:
                    parameter.mul_(1.0 - decay)
                parameter.sub_(update)
            return 0

        """; // ends in a newline, as the parser demands

    /// <summary>The loss and the norm of all gradients together in one tensor, so that one transfer brings both.</summary>
    /// <returns><c>[2]</c>, float32.</returns>
    public static Tensor LossAndNorm(Tensor loss, Tensor[] gradients) => (Tensor)Unit.Value.invoke("loss_and_norm", loss, gradients);

    public static void Scale(Tensor[] tensors, double factor) => Run("scale_", [tensors], factor);

    public static void Copy(Tensor[] targets, Tensor[] sources) => Run("copy_", [targets, sources]);

    /// <summary>Runs a kernel that works in place.</summary>
    /// <param name="kernel">Its name.</param>
    /// <param name="lists">Its lists of tensors.</param>
    /// <param name="settings">
    /// Its numbers, which travel in a tensor: handed to TorchScript as such, one was seen to arrive as a value of another type
    /// when several threads trained (TorchSharp 0.107).
    /// </param>
    public static void Run(string kernel, Tensor[][] lists, params double[] settings)
    {
        using var _ = no_grad();
        if (settings.Length == 0)
        {
            Unit.Value.invoke(kernel, [.. lists]);
            return;
        }

        using var numbers = tensor(settings);
        Unit.Value.invoke(kernel, [.. lists, numbers]);
    }
}
