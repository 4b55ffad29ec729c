using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>Keys and values of one row, head by head: <c>[layer, head]</c>, each as <see cref="KeyValueHead"/> has it.</summary>
internal sealed unsafe class KeyValueRow : IDisposable
{
    private readonly KeyValueShape _shape;
    private NativeBuffer _buffer;

    /// <param name="shape">What is kept.</param>
    /// <param name="positions">Positions that there must be room for.</param>
    public KeyValueRow(KeyValueShape shape, int positions)
    {
        (_shape, Capacity) = (shape, KeyValueHead.Whole(positions));
        _buffer = new NativeBuffer((_shape.Bytes(Capacity) + sizeof(float) - 1) / sizeof(float), isReturned: true);
    }

    /// <summary>Positions that there is room for.</summary>
    public int Capacity { get; private set; }

    /// <summary>Keys and values of a head.</summary>
    public KeyValueHead Head(int layer, int head) =>
        new((byte*)_buffer.Pointer + ((((long)layer * _shape.Heads) + head) * KeyValueHead.Bytes(Capacity, _shape.Size, _shape.Format)), Capacity, _shape.Size, _shape.Format);

    /// <summary>Makes room for more positions.</summary>
    /// <param name="positions">How many there must be room for.</param>
    /// <param name="length">Positions that are used.</param>
    public void Grow(int positions, int length)
    {
        var larger = new KeyValueRow(_shape, positions);
        for (int layer = 0; layer < _shape.Layers; layer++)
            CopyTo(larger, layer, length);
        _buffer.Dispose();
        (_buffer, Capacity) = (larger._buffer, larger.Capacity);
    }

    /// <summary>Copies a layer's first positions.</summary>
    public void CopyTo(KeyValueRow other, int layer, int length)
    {
        for (int head = 0; head < _shape.Heads; head++)
            Head(layer, head).CopyTo(other.Head(layer, head), length);
    }

    public void Dispose() => _buffer.Dispose();
}
