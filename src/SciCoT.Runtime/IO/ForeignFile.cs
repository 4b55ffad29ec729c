using System.Text;

namespace SciCoT.IO;

/// <summary>
/// Recognises files that are not what their name says: Git LFS pointers, web pages, archives, spreadsheets. Every reader of a
/// file from outside asks it first, so that the remedy is named in place of a complaint about the first byte.
/// </summary>
internal static class ForeignFile
{
    /// <summary>How much of a file's beginning is looked at.</summary>
    public const int PeekedBytes = 1024;

    /// <summary>The longest pointer that Git LFS writes.</summary>
    private const int MaxPointerBytes = 1024;

    private const string AsCsvOrJsonLines = "save it as CSV (UTF-8) or as JSON Lines";

    /// <summary>Refuses a file in the place of a JSON, vocabulary or weight file that is a Git LFS pointer or a web page.</summary>
    /// <param name="path">The file; one that is missing is for the reader to complain about.</param>
    /// <exception cref="InvalidFileException">The file is a pointer or a page.</exception>
    public static void Refuse(string path)
    {
        if (!File.Exists(path))
            return;
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> beginning = stackalloc byte[PeekedBytes];
        Refuse(path, beginning[..RandomAccess.Read(file, beginning, 0)]);
    }

    /// <inheritdoc cref="Refuse(string)"/>
    /// <param name="path">The file's name, for the message.</param>
    /// <param name="beginning">The first bytes of the file; <see cref="PeekedBytes"/> of them where it has so many.</param>
    public static void Refuse(string path, ReadOnlySpan<byte> beginning)
    {
        if (Describe(beginning) is { } problem)
            throw new InvalidFileException($"{path}: {problem}");
    }

    /// <summary>Refuses a file in the place of a text file that is a pointer, a page, or of a known binary format.</summary>
    /// <inheritdoc cref="Refuse(string, ReadOnlySpan{byte})"/>
    public static void RefuseBinary(string path, ReadOnlySpan<byte> beginning)
    {
        if ((Describe(beginning) ?? DescribeBinary(beginning)) is { } problem)
            throw new InvalidFileException($"{path}: {problem}");
    }

    /// <summary>What a file is, with the remedy, where it is a Git LFS pointer or a web page; else <see langword="null"/>.</summary>
    public static string? Describe(ReadOnlySpan<byte> beginning)
    {
        var text = Text(beginning).AsSpan().TrimStart();
        if (text.StartsWith("version https://git-lfs.github.com/spec/", StringComparison.Ordinal) || text.StartsWith("version https://hawser.github.com/spec/", StringComparison.Ordinal))
            return beginning.Length <= MaxPointerBytes ? "is a Git LFS pointer, not the file: git lfs pull in its folder fetches the file, or download it from its web page." : null;
        if (!text.StartsWith("<", StringComparison.Ordinal))
            return null;
        foreach (var tag in (ReadOnlySpan<string>)["<!doctype", "<html", "<head", "<body", "<meta", "<title", "<script", "<!--"])
        {
            if (text.StartsWith(tag, StringComparison.OrdinalIgnoreCase))
                return "is an HTML page, not the file: a web page, an error page or a login page was saved in its place. Download the file itself (on the Hugging Face Hub, from an address with /resolve/ in place of /blob/).";
        }

        return text.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase)
            ? text.Contains("<html", StringComparison.OrdinalIgnoreCase)
                ? "is an HTML page, not the file: a web page was saved in its place. Download the file itself."
                : "is an XML document, not the file: a server's error message may have been saved in its place. Download the file itself."
            : null;
    }

    /// <summary>What stands in the place of a safetensors file: other formats of weights, archives, a server's message.</summary>
    /// <param name="beginning">The first bytes of the file.</param>
    public static string? DescribeWeights(ReadOnlySpan<byte> beginning)
    {
        if (beginning.StartsWith("GGUF"u8))
            return "is a GGUF file of llama.cpp, not safetensors: take the checkpoint that it was made from.";
        if (beginning.StartsWith("PK\u0003\u0004"u8) || beginning is [0x80, >= 2 and <= 5, ..])
            return "is a file of torch.save, not safetensors: name it pytorch_model.bin and allow pickles, or load the folder in transformers and call save_pretrained.";
        if (beginning.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F']))
            return "is an HDF5 file as TensorFlow writes it, not safetensors: load the folder in transformers with from_tf=True and call save_pretrained.";
        if (beginning is [0x1F, 0x8B, ..])
            return "is compressed with gzip: unpack it.";
        var text = Text(beginning).AsSpan().TrimStart();
        return text is ['{' or '[', ..] && beginning.IndexOf((byte)0) < 0
            ? $"is a JSON text, not safetensors; a server's message may have been saved in its place: {ForeignText.Shown(text[..Math.Min(80, text.Length)].ToString())}. Download the file itself."
            : null;
    }

    /// <summary>The known binary formats that stand in the place of text.</summary>
    private static string? DescribeBinary(ReadOnlySpan<byte> beginning)
    {
        if (beginning.StartsWith("PK\u0003\u0004"u8) || beginning.StartsWith("PK\u0005\u0006"u8))
        {
            return beginning.IndexOf("[Content_Types].xml"u8) >= 0 || beginning.IndexOf("xl/"u8) >= 0 || beginning.IndexOf("_rels/"u8) >= 0
                ? $"is an Excel workbook, not text: {AsCsvOrJsonLines}."
                : beginning.IndexOf("opendocument"u8) >= 0
                    ? $"is an OpenDocument spreadsheet, not text: {AsCsvOrJsonLines}."
                    : "is a zip archive, not text: unpack it and give the file within.";
        }

        if (beginning.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]))
            return $"is an Excel workbook of the old kind (.xls), not text: {AsCsvOrJsonLines}.";
        if (beginning.StartsWith(TabularText.ParquetMagic))
            return "is a Parquet file, which the package SciCoT reads (QuestionReader.Read) and SciCoT.Runtime alone does not. Read it there, or convert it, in Python with pandas.read_parquet(\"file.parquet\").to_json(\"file.jsonl\", orient=\"records\", lines=True).";
        if (beginning.StartsWith("ARROW1"u8) || beginning.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFF, 0xFF, 0xFF]))
            return "is an Arrow file, not text: convert it, in Python with datasets.Dataset.from_file(\"file.arrow\").to_json(\"file.jsonl\").";
        if (beginning.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) || beginning.StartsWith("BZh"u8) || beginning.StartsWith((ReadOnlySpan<byte>)[0xFD, 0x37, 0x7A, 0x58, 0x5A]) || beginning.StartsWith((ReadOnlySpan<byte>)[0x37, 0x7A, 0xBC, 0xAF]) || beginning.StartsWith("Rar!"u8))
            return "is compressed in a way that is not read here: unpack it, or compress it with gzip.";
        if (beginning.Length > 262 && beginning[257..].StartsWith("ustar"u8))
            return "is a tar archive, not text: unpack it and give the file within.";
        if (beginning.StartsWith("%PDF"u8))
            return $"is a PDF document, not text: {AsCsvOrJsonLines}.";
        if (beginning.StartsWith("SQLite format 3"u8))
            return $"is an SQLite database, not text: {AsCsvOrJsonLines}.";
        if (beginning.Length > 1 && beginning[0] == 0x80 && beginning[1] is >= 2 and <= 5)
            return $"is a Python pickle, not text: in Python, {AsCsvOrJsonLines}.";
        return beginning.IndexOf((byte)0) >= 0 ? $"is a binary file, not text: {AsCsvOrJsonLines}." : null;
    }

    /// <summary>The beginning as text, for files that a shell wrote as UTF-16.</summary>
    private static string Text(ReadOnlySpan<byte> beginning) => beginning switch
    {
        [0xFF, 0xFE, .. var rest] => Encoding.Unicode.GetString(rest),
        [0xFE, 0xFF, .. var rest] => Encoding.BigEndianUnicode.GetString(rest),
        [0xEF, 0xBB, 0xBF, .. var rest] => Encoding.UTF8.GetString(rest),
        _ => Encoding.UTF8.GetString(beginning),
    };
}
