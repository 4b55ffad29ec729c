using System.Buffers;

namespace SciCoT.Questions.Parquet;

/// <summary>Writes Thrift's compact protocol.</summary>
internal sealed class ThriftWriter(IBufferWriter<byte> to)
{
    public void Byte(int value) => to.Write([(byte)value]);

    public void Varint(ulong value)
    {
        for (; value > 127; value >>= 7)
            Byte((int)(value & 127) | 128);
        Byte((int)value);
    }

    public void Number(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Varint((ulong)bytes.Length);
        to.Write(bytes);
    }

    /// <summary>Begins a field.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="type">Its type.</param>
    public void Field(int id, ThriftType type)
    {
        Byte((int)type);
        Number(id);
    }

    /// <summary>Writes a field of 32 bits.</summary>
    public void Int32(int id, int value)
    {
        Field(id, ThriftType.Int32);
        Number(value);
    }

    /// <summary>Begins a list.</summary>
    public void List(int count, ThriftType type)
    {
        Byte(0xF0 | (int)type);
        Varint((ulong)count);
    }

    /// <summary>Ends a struct.</summary>
    public void End() => Byte(0);
}
