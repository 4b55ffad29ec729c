using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>Keys and values of one row in all layers: <c>[layers, 2, capacity, inner]</c>.</summary>
internal sealed unsafe class KeyValueRow : IDisposable
{
    private readonly int _layers;
    private readonly int _inner;
    private NativeBuffer _buffer;

    /// <param name="layers">Number of layers.</param>
    /// <param name="capacity">Positions that there is room for.</param>
    /// <param name="inner">Numbers in a key, of all heads together.</param>
    public KeyValueRow(int layers, int capacity, int inner)
    {
        (_layers, Capacity, _inner) = (layers, capacity, inner);
        _buffer = new NativeBuffer(LayerSize * layers, isReturned: true);
    }

    public int Capacity { get; private set; }

    private long LayerSize => 2L * Capacity * _inner;

    /// <summary>The keys in a layer.</summary>
    public float* Keys(int layer) => _buffer.Pointer + (layer * LayerSize);

    /// <summary>The values in a layer.</summary>
    public float* Values(int layer) => Keys(layer) + ((long)Capacity * _inner);

    /// <summary>Makes room for more positions.</summary>
    /// <param name="capacity">How many.</param>
    /// <param name="length">Positions that are used.</param>
    public void Grow(int capacity, int length)
    {
        var larger = new KeyValueRow(_layers, capacity, _inner);
        for (int layer = 0; layer < _layers; layer++)
            CopyTo(larger, layer, length);
        _buffer.Dispose();
        (_buffer, Capacity) = (larger._buffer, capacity);
    }

    /// <summary>Copies a layer's first positions.</summary>
    public void CopyTo(KeyValueRow other, int layer, int length)
    {
        long bytes = (long)length * _inner * sizeof(float);
        Buffer.MemoryCopy(Keys(layer), other.Keys(layer), bytes, bytes);
        Buffer.MemoryCopy(Values(layer), other.Values(layer), bytes, bytes);
    }

    public void Dispose() => _buffer.Dispose();
}
