namespace SciCoT.IO;

/// <summary>Readers of binary tables that are read as text, one row of JSON a line. The upper project adds them; without them such files are refused.</summary>
internal static class TabularText
{
    /// <summary>What a Parquet file begins with.</summary>
    public static ReadOnlySpan<byte> ParquetMagic => "PAR1"u8;

    /// <summary>Gives the rows of a Parquet file as JSON Lines, from its path and the open file, which it owns; <see langword="null"/> where no reader was added.</summary>
    public static Func<string, FileStream, Stream>? Parquet { get; set; }

    /// <summary>Whether a file is to be Parquet by its name.</summary>
    public static bool IsParquetName(string path) => path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);
}
