using System.Buffers;
using SciCoT.Compute;
using SciCoT.Distributed;
using SciCoT.Training.Optimizers;
using static TorchSharp.torch;

namespace SciCoT.Training.DataParallel;

/// <summary>Gradients that are summed over the ranks in one go, side by side in memory.</summary>
internal sealed class GradientBucket : IDisposable
{
    private readonly Tensor[] _parameters;
    private readonly Tensor _gradients; // [all numbers], where the parameters are
    private readonly Tensor _exchanged; // the same on the CPU
    private readonly Tensor[] _views;
    private Task? _sum;

    /// <param name="parameters">The parameters.</param>
    public GradientBucket(Tensor[] parameters)
    {
        _parameters = parameters;
        long size = parameters.Sum(parameter => parameter.numel());
        var device = parameters[0].device;
        _gradients = zeros([size], dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        _exchanged = device.type == TorchSharp.DeviceType.CPU ? _gradients : zeros([size], dtype: ScalarType.Float32).DetachFromDisposeScope();
        long place = 0;
        _views = [.. parameters.Select(parameter =>
        {
            using var part = _gradients.narrow(0, place, parameter.numel());
            place += parameter.numel();
            return part.view(parameter.shape).DetachFromDisposeScope();
        })];
    }

    /// <summary>The sums, in the order of the parameters, once <see cref="Wait"/> has returned.</summary>
    public IReadOnlyList<Tensor> Sums => _views;

    /// <summary>Whether every parameter has a gradient.</summary>
    public bool IsReady => _parameters.All(parameter => parameter.grad is not null);

    /// <summary>Takes the parameters' gradients, 0 where there is none, and begins to sum them.</summary>
    public void Begin(IProcessGroup group)
    {
        using (var _ = no_grad())
        using (var scope = NewDisposeScope())
        {
            var there = _parameters.Select((parameter, i) => (View: _views[i], Gradient: parameter.grad)).ToArray();
            foreach (var (view, gradient) in there)
            {
                if (gradient is null)
                    view.zero_();
            }

            var taken = there.Where(pair => pair.Gradient is not null).ToArray();
            if (taken.Length > 0)
                TensorKernels.Copy([.. taken.Select(pair => pair.View)], [.. taken.Select(pair => pair.Gradient!)]);
            foreach (var parameter in _parameters)
                parameter.grad = null; // its memory serves the rest of the backward pass
            if (!ReferenceEquals(_exchanged, _gradients))
                _exchanged.copy_(_gradients);
        }

        _sum = group.AllReduceAsync(Numbers());
    }

    /// <summary>Waits until the sums are there.</summary>
    public void Wait()
    {
        (_sum ?? throw new InvalidOperationException("The sum was not begun.")).GetAwaiter().GetResult();
        _sum = null;
        if (!ReferenceEquals(_exchanged, _gradients))
        {
            using var _ = no_grad();
            _gradients.copy_(_exchanged);
        }
    }

    public void Dispose()
    {
        _sum?.ContinueWith(static _ => { }, TaskScheduler.Default).Wait(); // the memory is in use until then
        foreach (var view in _views)
            view.Dispose();
        _exchanged.Dispose();
        _gradients.Dispose();
    }

    private unsafe Memory<float> Numbers() => new NativeNumbers((float*)TensorMemory.Address(_exchanged), checked((int)_exchanged.numel())).Memory;

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
