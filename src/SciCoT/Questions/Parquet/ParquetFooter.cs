using System.Buffers.Binary;

namespace SciCoT.Questions.Parquet;

/// <summary>Checks a Parquet file's last bytes, which say where its schema is.</summary>
internal static class ParquetFooter
{
    private const int MagicBytes = 4;
    private const int EndBytes = 8;
    private const int MaxFooterBytes = 64 << 20;

    /// <exception cref="InvalidFileException">The file does not end as a Parquet file does.</exception>
    public static void Check(string path, Stream file)
    {
        Span<byte> end = stackalloc byte[EndBytes];
        if (file.Length < MagicBytes + EndBytes)
            throw Damaged($"it has {file.Length} bytes");
        file.Seek(-EndBytes, SeekOrigin.End);
        file.ReadExactly(end);
        file.Position = 0;
        if (end[MagicBytes..].SequenceEqual("PARE"u8))
            throw new InvalidFileException($"{path}: is encrypted Parquet, which is not read here; write it without encryption.");
        if (!end[MagicBytes..].SequenceEqual("PAR1"u8))
            throw Damaged("it does not end with PAR1");
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(end);
        if (length > Math.Min(MaxFooterBytes, file.Length - MagicBytes - EndBytes))
            throw Damaged($"its footer is said to have {length} bytes");

        InvalidFileException Damaged(string problem) => new($"{path}: is Parquet, but damaged or cut off; fetch it again. ({problem})");
    }
}
