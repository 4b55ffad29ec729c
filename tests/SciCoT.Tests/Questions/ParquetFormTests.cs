using SciCoT.Questions.Parquet;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Questions;

/// <summary>The same rows as Arrow's writer (pyarrow's) and DuckDB's write them: Data/Parquet/README.md.</summary>
public sealed class ParquetFormTests
{
    private static readonly string Folder = TestFiles.Data("Parquet");

    public static TheoryData<string> Readable => [.. Files().Where(name => !name.StartsWith("encrypted", StringComparison.Ordinal))];

    public static TheoryData<string> Encrypted => [.. Files().Where(name => name.StartsWith("encrypted", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Readable))]
    public void EachForm_GivesTheSameRows(string name)
    {
        var path = Path.Combine(Folder, name);
        using var text = new StreamReader(new ParquetText(path, File.OpenRead(path)));
        Assert.Equal(File.ReadAllLines(Path.Combine(Folder, "rows.jsonl")), text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(13, ParquetRows.CountOf(path));
    }

    [Theory]
    [MemberData(nameof(Encrypted))]
    public void EncryptedFile_IsNamed(string name)
    {
        var path = Path.Combine(Folder, name);
        var message = Assert.Throws<InvalidFileException>(() => ParquetRows.CountOf(path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains("encrypted", message);
    }

    private static IEnumerable<string> Files() => Directory.EnumerateFiles(Folder, "*.parquet").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);
}
