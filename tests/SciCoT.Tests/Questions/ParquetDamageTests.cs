using System.Buffers;
using System.Buffers.Binary;
using SciCoT.Questions.Parquet;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Questions;

/// <summary>Footers, pages and values that claim more than there is: each ends with a message, and takes memory by the file's size.</summary>
public sealed class ParquetDamageTests : IDisposable
{
    private const int EndBytes = 8;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("arrow-snappy.parquet")]
    [InlineData("duckdb-v2-zstd.parquet")]
    public void FooterCutAnywhere_IsRefused(string name)
    {
        var whole = File.ReadAllBytes(TestFiles.Data("Parquet", name));
        int length = BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(whole.Length - EndBytes)), start = whole.Length - EndBytes - length;
        int signed = whole.AsSpan(start, length).LastIndexOf((byte)0); // the end of the outermost struct
        for (int cut = 0; cut < signed; cut++)
            Refuse(WithFooter(whole[..start], whole.AsSpan(start, cut)));
    }

    [Fact]
    public void EachByteOfAFooterChanged_EndsWithRowsOrAMessage()
    {
        var whole = File.ReadAllBytes(TestFiles.Data("Parquet", "arrow-one-group.parquet"));
        int length = BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(whole.Length - EndBytes)), start = whole.Length - EndBytes - length;
        int refused = 0;
        for (int i = 0; i < length; i++)
        {
            // All three with SCICOT_LONG_TESTS=1, else one in turn.
            byte[] values = [0, 0xFF, (byte)(whole[start + i] ^ 0x10)];
            foreach (byte value in CampaignSettings.IsLong ? values : [values[i % 3]])
            {
                var wrong = whole.ToArray();
                wrong[start + i] = value;
                refused += IsRefused(wrong) ? 1 : 0;
            }
        }

        Assert.InRange(refused, length / 10, 3 * length);
    }

    [Fact]
    public void ListLongerThanTheFile_IsRefused() => RefuseFooter(footer =>
    {
        footer.Int32(1, 1);
        footer.Field(2, ThriftType.List);
        footer.List(int.MaxValue, ThriftType.Struct);
    });

    [Fact]
    public void NestedWithoutEnd_IsRefused() => RefuseFooter(footer =>
    {
        for (int i = 0; i < 1_000_000; i++)
            footer.Field(40, ThriftType.Struct);
    });

    [Fact]
    public void NumberWithoutEnd_IsRefused() => RefuseFooter(footer =>
    {
        footer.Field(1, ThriftType.Int32);
        for (int i = 0; i < 100; i++)
            footer.Byte(0xFF);
    });

    [Fact]
    public void FieldOfAnotherType_IsRefused() => RefuseFooter(footer =>
    {
        footer.Field(1, ThriftType.Binary);
        footer.Bytes("PAR1"u8);
        footer.End();
    });

    [Theory]
    [InlineData(9_000, 1)] // a chain, which recursion would follow
    [InlineData(3, 2)] // children that are missing
    [InlineData(3, 0)] // elements outside the root
    [InlineData(3, -1)]
    [InlineData(3, int.MaxValue)]
    [InlineData(20_000, 0)]
    public void SchemaThatIsNoTree_IsRefused(int elements, int children) => RefuseFooter(footer =>
    {
        footer.Int32(1, 1);
        footer.Field(2, ThriftType.List);
        footer.List(elements, ThriftType.Struct);
        for (int i = 0; i < elements; i++)
        {
            footer.Field(4, ThriftType.Binary);
            footer.Bytes("a"u8);
            footer.Int32(5, children);
            footer.End();
        }

        footer.Field(3, ThriftType.Int64);
        footer.Number(0);
        footer.Field(4, ThriftType.List);
        footer.List(0, ThriftType.Struct);
        footer.End();
    });

    [Fact]
    public void UnknownFields_ArePassedOver()
    {
        var whole = ParquetSets.Arc;
        int length = BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(whole.Length - EndBytes));
        var footer = new ArrayBufferWriter<byte>();
        var writer = new ThriftWriter(footer);
        writer.Field(40, ThriftType.Struct); // Parquet.Net passes over a struct's heads and not over its values
        writer.Field(1, ThriftType.List);
        writer.List(3, ThriftType.True);
        footer.Write((ReadOnlySpan<byte>)[1, 2, 1]);
        writer.Field(2, ThriftType.Binary);
        writer.Bytes("text"u8);
        writer.Field(3, ThriftType.Double);
        footer.Write<byte>(new byte[8]);
        writer.End();
        var old = whole.AsSpan(whole.Length - EndBytes - length, length);
        Assert.Equal(0x15, old[0]); // field 1, of 32 bits, by its distance from 0
        writer.Field(1, ThriftType.Int32);
        footer.Write<byte>(old[1..]);
        var path = _folder.File("a.parquet");
        File.WriteAllBytes(path, WithFooter(whole[..^(EndBytes + length)], footer.WrittenSpan));
        Assert.Equal(2, ParquetRows.CountOf(path));
    }

    [Fact]
    public void DifferencesAndTextsThatClaimMore_AreRefused()
    {
        Assert.Throws<InvalidDataException>(() => ParquetEncodings.Deltas(Numbers(128, 4, 1ul << 40), 1000));
        Assert.Throws<InvalidDataException>(() => ParquetEncodings.Deltas(Numbers(0, 4, 10), 1000));
        Assert.Throws<InvalidDataException>(() => ParquetEncodings.Deltas(Numbers(128, 0, 10), 1000));
        Assert.Throws<InvalidDataException>(() => ParquetEncodings.Deltas(Numbers(128, 4, 10), 1000)); // no block follows
        var budget = new ParquetBudget(100);
        budget.Take(1 << 20, 1 << 19);
        Assert.Throws<InvalidDataException>(() => budget.Take(1 << 24, 0));

        static ThriftReader Numbers(params ulong[] numbers)
        {
            var bytes = new ArrayBufferWriter<byte>();
            foreach (ulong number in numbers)
                new ThriftWriter(bytes).Varint(number);
            new ThriftWriter(bytes).Number(0);
            return new ThriftReader(bytes.WrittenMemory, "a page");
        }
    }

    [Fact]
    public void PackedBytesThatClaimMore_AreRefusedBeforeMemoryIsTaken()
    {
        byte[] snappy = [0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0];
        byte[] zstd = [0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0xFF, 0xFF, 0xFF, 0x7F, 0x01, 0x00, 0x00];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.ThrowsAny<Exception>(() => ParquetUnpacker.Unpack(global::Parquet.Meta.CompressionCodec.SNAPPY, snappy, 100));
        Assert.ThrowsAny<Exception>(() => ParquetUnpacker.Unpack(global::Parquet.Meta.CompressionCodec.ZSTD, zstd, 100));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
    }

    private void RefuseFooter(Action<ThriftWriter> write)
    {
        var footer = new ArrayBufferWriter<byte>();
        write(new ThriftWriter(footer));
        Refuse(WithFooter([.. "PAR1"u8, .. new byte[100]], footer.WrittenSpan));
    }

    private void Refuse(byte[] bytes) => Assert.True(IsRefused(bytes));

    /// <summary>Reads a file to its end, with bounded memory.</summary>
    private bool IsRefused(byte[] bytes)
    {
        var path = _folder.File("bad.parquet");
        File.WriteAllBytes(path, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using var text = new ParquetText(path, File.OpenRead(path));
            text.CopyTo(Stream.Null);
            return false;
        }
        catch (InvalidFileException e)
        {
            Assert.StartsWith(path, e.Message);
            return true;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (4L * bytes.Length) + (64 << 20));
        }
    }

    private static byte[] WithFooter(ReadOnlySpan<byte> data, ReadOnlySpan<byte> footer) => [.. data, .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8];
}
