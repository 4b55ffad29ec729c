using SciCoT.Compute;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models.Layers;

/// <summary>The decoder's position bias with its causal mask, for any contiguous slice of positions up to a length, at linear cost.</summary>
internal sealed class DecoderPositionBias : IDisposable
{
    private readonly int _maxLength;

    // The bias depends on the distance alone. Places 0 … max − 1 hold the distances max − 1 … 0, the rest the future.
    private readonly Tensor _line; // [1, heads, 2 · max − 1]

    /// <param name="attention">The layer whose bias it is.</param>
    /// <param name="maxLength">Positions that there may be.</param>
    public DecoderPositionBias(T5Attention attention, int maxLength)
    {
        _maxLength = maxLength;
        var byDistance = attention.PositionBias(maxLength, 1).squeeze(3); // [1, heads, max]
        var future = full([1, byDistance.shape[1], maxLength - 1], KeptScalar.Of(finfo(byDistance.dtype).min), dtype: byDistance.dtype, device: byDistance.device);
        _line = cat([byDistance.flip(2), future], 2).DetachFromDisposeScope();
    }

    /// <summary>The bias of <paramref name="added"/> queries that follow <paramref name="past"/> positions.</summary>
    /// <returns><c>[1, heads, added, past + added]</c>.</returns>
    public Tensor For(int past, int added)
    {
        int keys = past + added;
        var windows = _line.narrow(2, _maxLength - keys, added + keys - 1).unfold(2, keys, 1); // latest query first
        return windows.flip(2);
    }

    public void Dispose() => _line.Dispose();
}
