using Parquet.Meta;

namespace SciCoT.Questions.Parquet;

/// <summary>
/// Walks the headers of a column's pages before the column is decoded: the decoder takes memory for the sizes that they give and reads on
/// until it has all values, so that in a damaged file it would take gigabytes or never end.
/// </summary>
internal static class ParquetPages
{
    private const int MaxHeaderBytes = 1 << 20;
    private const int MaxDepth = 8;

    /// <summary>Some writers leave the dictionary's header out of the column's size, as other readers allow for too.</summary>
    private const int Slack = 100;

    private const long LeastUnpacked = 16 << 20;

    /// <summary>The most that a byte unpacks to; what packs a file of text reaches is far below it.</summary>
    private const long MaxRatio = 1024;

    /// <exception cref="InvalidDataException">The pages do not hold what the column's description says.</exception>
    public static void Check(Stream file, ColumnMetaData column)
    {
        long start = column.DictionaryPageOffset is > 0 and var dictionary && dictionary < column.DataPageOffset ? dictionary : column.DataPageOffset;
        if (start < 4 || start + column.TotalCompressedSize > file.Length)
            throw new InvalidDataException($"a column lies at {start} of {file.Length} bytes and is said to have {column.TotalCompressedSize}");
        long end = Math.Min(file.Length, start + column.TotalCompressedSize + Slack), values = 0;
        if (column.TotalUncompressedSize > Math.Max(LeastUnpacked, column.TotalCompressedSize * MaxRatio))
            throw new InvalidDataException($"a column of {column.TotalCompressedSize} bytes is said to unpack to {column.TotalUncompressedSize}");
        for (long place = start; values < column.NumValues;)
        {
            if (place >= end)
                throw new InvalidDataException($"a column ends after {values} of {column.NumValues} values");
            file.Position = place;
            var header = new Header(file, Math.Min(end - place, MaxHeaderBytes));
            header.Struct(0, 0);
            place += header.Read + header.Packed;
            if (header.Packed < 0 || place > end || header.Unpacked < 0 || header.Unpacked > column.TotalUncompressedSize || header.Values < 0)
                throw new InvalidDataException($"a page is said to have {header.Values} values in {header.Packed} bytes, {header.Unpacked} unpacked");
            if (header.IsDictionary ? header.Values > Math.Max(header.Unpacked, 1) * 8L : (values += header.Values) > column.NumValues)
                throw new InvalidDataException($"a page is said to have {header.Values} values");
        }
    }

    /// <summary>A page's header in Thrift's compact form, of which the sizes are kept.</summary>
    private sealed class Header(Stream file, long limit)
    {
        private const int PageHeader = 0;
        private const int ValuesHeader = 1; // of a data page, a dictionary or a data page of the second version
        private const int Other = 2;

        public long Read { get; private set; }

        public bool IsDictionary { get; private set; }

        public long Packed { get; private set; } = -1;

        public long Unpacked { get; private set; } = -1;

        public long Values { get; private set; }

        public void Struct(int kind, int depth)
        {
            if (depth > MaxDepth)
                throw new InvalidDataException("a page's header is nested too deep");
            for (int field = 0, head; (head = Byte()) != 0;)
            {
                field = head >> 4 is > 0 and var step ? field + step : (int)Number();
                Value(kind, field, head & 15, depth);
            }
        }

        private void Value(int kind, int field, int type, int depth)
        {
            switch (type)
            {
                case 1 or 2: // true and false
                    break;
                case 3:
                    Byte();
                    break;
                case 4 or 5 or 6:
                    Keep(kind, field, Number());
                    break;
                case 7:
                    Skip(8);
                    break;
                case 8:
                    Skip(Varint());
                    break;
                case 9 or 10:
                    List(depth);
                    break;
                case 12:
                    Struct(kind == PageHeader && field is 5 or 7 or 8 ? ValuesHeader : Other, depth + 1);
                    break;
                default:
                    throw new InvalidDataException("a page's header is no Thrift");
            }
        }

        private void List(int depth)
        {
            int head = Byte();
            long count = head >> 4 == 15 ? Varint() : head >> 4;
            for (long i = 0; i < count; i++)
            {
                if ((head & 15) is 1 or 2)
                    Byte(); // in a list a flag has a byte
                else
                    Value(Other, 0, head & 15, depth + 1);
            }
        }

        private void Keep(int kind, int field, long number)
        {
            if (kind == ValuesHeader && field == 1)
                Values = number;
            else if (kind == PageHeader && field == 1)
                IsDictionary = number == 2;
            else if (kind == PageHeader && field == 2)
                Unpacked = number;
            else if (kind == PageHeader && field == 3)
                Packed = number;
        }

        private long Number() => Varint() is var value ? (value >>> 1) ^ -(value & 1) : 0;

        private long Varint()
        {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7)
            {
                int b = Byte();
                value |= (long)(b & 127) << shift;
                if (b < 128)
                    return value;
            }

            throw new InvalidDataException("a page's header has a number without end");
        }

        private void Skip(long count)
        {
            for (long i = 0; i < count; i++)
                Byte();
        }

        private int Byte() => ++Read <= limit && file.ReadByte() is >= 0 and var b ? b : throw new InvalidDataException("a page's header is cut off");
    }
}
