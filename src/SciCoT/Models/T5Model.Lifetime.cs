using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>What keeps the weights in memory while they are read, and in place.</summary>
public sealed partial class T5Model
{
    private readonly ModelUse _use = new();

    /// <inheritdoc/>
    public override bool training
    {
        get
        {
            using var use = Use();
            return base.training;
        }
    }

    /// <summary>How often the weights were moved: addresses that were read before are not valid afterwards.</summary>
    internal int Moves { get; private set; }

    /// <summary>Whether the model was disposed of.</summary>
    internal bool IsDisposed => _use.IsClosed;

    /// <summary>Reads the weights until it is disposed of; every computation begins with it.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed of.</exception>
    internal ModelUse.Lease Use() => _use.Enter(this);

    /// <summary>Exchanges or frees weights until it is disposed of, while no other thread reads them.</summary>
    /// <param name="evenIfDisposed">Whether it may begin after the model was disposed of.</param>
    /// <exception cref="ObjectDisposedException">The model is disposed of.</exception>
    internal ModelUse.Lease UseAlone(bool evenIfDisposed = false) => _use.EnterAlone(this, evenIfDisposed);

    /// <inheritdoc/>
    public override void zero_grad(bool set_to_none = true)
    {
        using var use = Use();
        base.zero_grad(set_to_none);
    }

    /// <inheritdoc/>
    public override (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
    {
        using var alone = UseAlone();
        return base.load_state_dict(source, strict, skip);
    }

    /// <inheritdoc/>
    protected override nn.Module _to(Device device, ScalarType dtype, bool non_blocking)
    {
        using var alone = UseAlone();
        Moves++;
        return base._to(device, dtype, non_blocking);
    }

    /// <inheritdoc/>
    protected override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
    {
        using var alone = UseAlone();
        Moves++;
        return base._to(deviceType, deviceIndex, non_blocking);
    }

    /// <inheritdoc/>
    protected override nn.Module _to(ScalarType dtype, bool non_blocking)
    {
        using var alone = UseAlone();
        Moves++;
        return base._to(dtype, non_blocking);
    }

    /// <summary>Frees the weights once no thread computes with them; what is under way ends with an <see cref="ObjectDisposedException"/> at its next step.</summary>
    /// <param name="disposing">Whether it is not the finalizer that calls.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _use.Close(() => base.Dispose(true));
        else
            base.Dispose(false); // nobody computes: a lease would keep the model from being collected
    }
}
