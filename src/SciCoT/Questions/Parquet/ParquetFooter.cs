using System.Buffers;
using System.Buffers.Binary;

namespace SciCoT.Questions.Parquet;

/// <summary>
/// Checks a Parquet file's last bytes and the footer before them, which describes its columns, and writes the footer anew for Parquet.Net,
/// which believes what it reads: it takes memory for counts before it has the items, recurses as deep as a schema, and reads for ever where
/// bytes end within a struct.
/// </summary>
internal static class ParquetFooter
{
    private const int MagicBytes = 4;
    private const int EndBytes = 8;
    private const int MaxFooterBytes = 16 << 20;
    private const int MaxDepth = 64;
    private const int MaxElements = 10_000;
    private const int MaxChunks = 32_768;
    private const int BytesPerChunk = 512;
    private const int ConvertedType = 6;
    private const int Utf8 = 0;
    private const int Json = 19;

    /// <summary>Reads a file's footer.</summary>
    /// <returns>A Parquet file without data: the same description, of which Parquet.Net can read each byte.</returns>
    /// <exception cref="InvalidFileException">The file does not end as a Parquet file does, or is encrypted.</exception>
    /// <exception cref="InvalidDataException">The footer is damaged.</exception>
    public static ReadOnlyMemory<byte> Read(string path, Stream file)
    {
        var footer = Bytes(path, file);
        var elements = new List<Element>();
        long chunks = 0, groups = 0;
        var written = new ArrayBufferWriter<byte>();
        written.Write("PAR1"u8);
        try
        {
            new ThriftCopy(new ThriftReader(footer, "the footer"), written, Keep, Begin).Struct(ParquetShapes.FileMetaData);
        }
        catch (NotSupportedException e)
        {
            throw new InvalidFileException($"{path}: is Parquet that is not read here: {e.Message}.", e);
        }

        CheckTree(elements);

        int length = written.WrittenCount - MagicBytes;
        BinaryPrimitives.WriteInt32LittleEndian(written.GetSpan(sizeof(int)), length);
        written.Advance(sizeof(int));
        written.Write("PAR1"u8);
        return written.WrittenMemory;

        void Begin(ThriftShape shape)
        {
            long most = MaxChunks + (file.Length / BytesPerChunk);
            if (shape == ParquetShapes.SchemaElement)
                elements.Add(new Element());
            if (elements.Count > MaxElements || shape == ParquetShapes.ColumnChunk && ++chunks > most || shape == ParquetShapes.RowGroup && ++groups > most)
                throw new InvalidDataException($"the footer has more than {MaxElements} columns or {most} parts of columns");
        }

        long Keep(ThriftShape shape, int field, long value)
        {
            if (shape != ParquetShapes.SchemaElement)
                return value;
            elements[^1] = field switch
            {
                1 => elements[^1] with { HasType = true },
                5 => elements[^1] with { Children = value },
                _ => elements[^1],
            };
            return field == ConvertedType && value == Json ? Utf8 : value;
        }
    }

    private static byte[] Bytes(string path, Stream file)
    {
        Span<byte> end = stackalloc byte[EndBytes];
        if (file.Length < MagicBytes + EndBytes)
            throw new InvalidDataException($"it has {file.Length} bytes");
        file.Seek(-EndBytes, SeekOrigin.End);
        file.ReadExactly(end);
        if (end[MagicBytes..].SequenceEqual("PARE"u8))
            throw new InvalidFileException($"{path}: is Parquet that is not read here: it is encrypted; write it without encryption.");
        if (!end[MagicBytes..].SequenceEqual("PAR1"u8))
            throw new InvalidDataException("it does not end with PAR1");
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(end);
        if (length > file.Length - MagicBytes - EndBytes)
            throw new InvalidDataException($"its footer is said to have {length} bytes");
        if (length > MaxFooterBytes)
            throw new InvalidFileException($"{path}: the footer has more than {MaxFooterBytes} bytes; write the file with fewer columns or larger row groups.");
        var footer = new byte[length];
        file.Seek(-EndBytes - length, SeekOrigin.End);
        file.ReadExactly(footer);
        return footer;
    }

    /// <summary>Checks that the elements, which stand in the order of a walk through the tree, are a tree.</summary>
    private static void CheckTree(List<Element> elements)
    {
        var open = new Stack<long>(); // of each group around: the children still to come
        for (int i = 0; i < elements.Count; i++)
        {
            var element = elements[i];
            if (open.TryPop(out long left))
                open.Push(left - 1);
            else if (i > 0)
                throw new InvalidDataException("the footer's schema has elements outside its root");
            if (element.Children < 0 || element.Children > elements.Count || element.HasType && element.Children > 0 || open.Count > MaxDepth)
                throw new InvalidDataException($"the footer's schema is no tree, or deeper than {MaxDepth}");
            open.Push(element.Children);
            while (open.TryPeek(out left) && left == 0)
                open.Pop();
        }

        if (elements.Count == 0 || open.Count > 0)
            throw new InvalidDataException("the footer's schema is cut off");
    }

    private sealed record Element(bool HasType = false, long Children = 0);
}
