namespace SciCoT.Questions.Parquet;

/// <summary>
/// Reads Thrift's compact protocol, in which Parquet describes itself. Each call moves on by at least a byte or throws, so that no bytes
/// keep it busy for longer than they last.
/// </summary>
/// <param name="bytes">The bytes.</param>
/// <param name="what">What they are, for messages.</param>
internal sealed class ThriftReader(ReadOnlyMemory<byte> bytes, string what)
{
    private const int MaxDepth = 32;

    /// <summary>The number of bytes read.</summary>
    public int Position { get; private set; }

    public int Left => bytes.Length - Position;

    public int Byte() => Position < bytes.Length ? bytes.Span[Position++] : throw Wrong("is cut off");

    public ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)Left)
            throw Wrong($"is said to have {count} bytes more, and has {Left}");
        Position += (int)count;
        return bytes.Span.Slice(Position - (int)count, (int)count);
    }

    /// <summary>Reads a number of at most 64 bits, of which each byte has seven.</summary>
    public ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int b = Byte();
            if (shift == 63 && b > 1)
                break;
            value |= (ulong)(b & 127) << shift;
            if (b < 128)
                return value;
        }

        throw Wrong("has a number of more than 64 bits");
    }

    /// <summary>Reads a number with sign.</summary>
    public long Number() => Varint() is var value ? (long)(value >> 1) ^ -(long)(value & 1) : 0;

    /// <summary>Reads a number with sign that fits 32 bits.</summary>
    public int Int32() => Number() is >= int.MinValue and <= int.MaxValue and var value ? (int)value : throw Wrong("has a number of more than 32 bits");

    /// <summary>Reads the head of a field.</summary>
    /// <param name="last">The id of the field before.</param>
    /// <returns>Its id and type; type <see cref="ThriftType.Stop"/> at the end of a struct.</returns>
    public (int Id, ThriftType Type) Field(int last)
    {
        int head = Byte();
        if (head == 0)
            return (0, ThriftType.Stop);
        long id = head >> 4 is > 0 and var step ? last + step : Number();
        return id is >= 0 and <= short.MaxValue ? ((int)id, (ThriftType)(head & 15)) : throw Wrong($"has a field {id}");
    }

    /// <summary>Reads the head of a list.</summary>
    public (int Count, ThriftType Type) List()
    {
        int head = Byte();
        ulong count = head >> 4 == 15 ? Varint() : (ulong)head >> 4;
        return count <= (ulong)Left ? ((int)count, (ThriftType)(head & 15)) : throw Wrong($"has a list of {count} items in {Left} bytes");
    }

    /// <summary>Passes over a value.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="depth">How deep it is nested.</param>
    /// <param name="inList">Whether it is an item of a list, in which a flag has a byte.</param>
    public void Skip(ThriftType type, int depth = 0, bool inList = false)
    {
        if (depth > MaxDepth)
            throw Wrong($"is nested more than {MaxDepth} deep");
        switch (type)
        {
            case ThriftType.True or ThriftType.False when !inList:
                break;
            case ThriftType.True or ThriftType.False or ThriftType.Byte:
                Byte();
                break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                Varint();
                break;
            case ThriftType.Double:
                Take(8);
                break;
            case ThriftType.Binary:
                Take(Varint());
                break;
            case ThriftType.List or ThriftType.Set:
                var (count, item) = List();
                for (int i = 0; i < count; i++)
                    Skip(item, depth + 1, inList: true);
                break;
            case ThriftType.Struct:
                for (var (id, field) = Field(0); field != ThriftType.Stop; (id, field) = Field(id))
                    Skip(field, depth + 1);
                break;
            default:
                throw Wrong($"has a value of type {(int)type}");
        }
    }

    public InvalidDataException Wrong(string problem) => new($"{what} {problem}");
}
