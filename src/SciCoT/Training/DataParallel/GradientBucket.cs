using System.Buffers;
using SciCoT.Compute;
using SciCoT.Distributed;
using SciCoT.Training.Optimizers;
using static TorchSharp.torch;

namespace SciCoT.Training.DataParallel;

/// <summary>Gradients that are summed over the ranks in one go.</summary>
/// <remarks>Large ones are summed where they lie. Small ones, and those that are not on the CPU, are copied side by side first.</remarks>
internal sealed class GradientBucket : IDisposable
{
    /// <summary>Numbers from which a gradient is worth a sum of its own.</summary>
    private const long Large = 1 << 16;

    private readonly Tensor[] _parameters;
    private readonly Tensor _copied; // [all numbers that are copied], where the parameters are
    private readonly Tensor _exchanged; // the same on the CPU
    private readonly Tensor?[] _views; // of the copied, by parameter; null where the gradient is summed in its place
    private readonly Tensor?[] _held; // the gradients that are summed in their places, by parameter
    private Task? _sum;

    /// <param name="parameters">The parameters.</param>
    public GradientBucket(Tensor[] parameters)
    {
        _parameters = parameters;
        _held = new Tensor?[parameters.Length];
        long size = parameters.Where(IsCopied).Sum(parameter => parameter.numel());
        var device = parameters[0].device;
        _copied = zeros([size], dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        _exchanged = device.type == TorchSharp.DeviceType.CPU ? _copied : zeros([size], dtype: ScalarType.Float32).DetachFromDisposeScope();
        long place = 0;
        _views = [.. parameters.Select(parameter =>
        {
            if (!IsCopied(parameter))
                return null;
            using var part = _copied.narrow(0, place, parameter.numel());
            place += parameter.numel();
            return part.view(parameter.shape).DetachFromDisposeScope();
        })];
    }

    /// <summary>The sums, in the order of the parameters, once <see cref="Wait"/> has returned and until <see cref="Release"/>.</summary>
    public IEnumerable<Tensor> Sums => _views.Zip(_held, (view, held) => view ?? held ?? throw new InvalidOperationException("The sum was not begun."));

    /// <summary>Whether every parameter has a gradient.</summary>
    public bool IsReady => _parameters.All(parameter => parameter.grad is not null);

    /// <summary>Takes the parameters' gradients, 0 where there is none, and begins to sum them.</summary>
    public void Begin(IProcessGroup group)
    {
        using (var _ = no_grad())
        using (var scope = NewDisposeScope())
        {
            var (targets, sources) = (new List<Tensor>(), new List<Tensor>());
            foreach (var (i, parameter) in _parameters.Index())
            {
                var gradient = parameter.grad;
                if (_views[i] is not { } view)
                    _held[i] = (gradient?.contiguous() ?? zeros_like(parameter)).DetachFromDisposeScope();
                else if (gradient is null)
                    view.zero_();
                else
                {
                    targets.Add(view);
                    sources.Add(gradient);
                }

                parameter.grad = null; // the memory of what is copied serves the rest of the backward pass
            }

            if (targets.Count > 0)
                TensorKernels.Copy([.. targets], [.. sources]);
            if (!ReferenceEquals(_exchanged, _copied))
                _exchanged.copy_(_copied);
        }

        Tensor[] blocks = [.. _held.OfType<Tensor>(), .. _exchanged.numel() > 0 ? [_exchanged] : Array.Empty<Tensor>()];
        _sum = group.AllReduceAsync([.. blocks.Select(Numbers)]);
    }

    /// <summary>Waits until the sums are there.</summary>
    public void Wait()
    {
        (_sum ?? throw new InvalidOperationException("The sum was not begun.")).GetAwaiter().GetResult();
        _sum = null;
        if (!ReferenceEquals(_exchanged, _copied))
        {
            using var _ = no_grad();
            _copied.copy_(_exchanged);
        }
    }

    /// <summary>Frees the gradients that were summed in their places, once the sums are used.</summary>
    public void Release()
    {
        _sum?.ContinueWith(static _ => { }, TaskScheduler.Default).Wait(); // the memory is in use until then
        _sum = null;
        foreach (var held in _held)
            held?.Dispose();
        Array.Clear(_held);
    }

    public void Dispose()
    {
        Release();
        foreach (var view in _views)
            view?.Dispose();
        _exchanged.Dispose();
        _copied.Dispose();
    }

    private static bool IsCopied(Tensor parameter) =>
        parameter.numel() < Large || parameter.device.type != TorchSharp.DeviceType.CPU || parameter.dtype != ScalarType.Float32;

    private static unsafe Memory<float> Numbers(Tensor tensor) => new NativeNumbers((float*)TensorMemory.Address(tensor), checked((int)tensor.numel())).Memory;

    /// <summary>Memory that a tensor owns.</summary>
    private sealed unsafe class NativeNumbers(float* numbers, int count) : MemoryManager<float>
    {
        public override Span<float> GetSpan() => new(numbers, count);

        public override MemoryHandle Pin(int elementIndex = 0) => new(numbers + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
