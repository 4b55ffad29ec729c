using System.Text;
using SciCoT.Checkpoints;
using SciCoT.IO;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.IO;

public sealed class ForeignFileTests : IDisposable
{
    private const string Pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0000000000000000000000000000000000000000000000000000000000000000\nsize 307867048\n";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Pointer)]
    [InlineData("\uFEFF" + Pointer)]
    public void Pointer_NamesGitLfs(string content) => Assert.Contains("is a Git LFS pointer, not the file: git lfs pull", ForeignFile.Describe(Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void Pointer_AsUtf16_IsRecognised() =>
        Assert.Contains("Git LFS", ForeignFile.Describe([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Pointer)]));

    [Theory]
    [InlineData("<!DOCTYPE html><html>")]
    [InlineData("\n\n  <html lang=\"en\">")]
    [InlineData("<!-- saved --><html>")]
    [InlineData("\uFEFF<HEAD>")]
    [InlineData("<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC><html>")]
    public void Page_SaysThatItIsHtml(string content) => Assert.Contains("is an HTML page", ForeignFile.Describe(Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void ServersError_SaysThatItIsXml() =>
        Assert.Contains("XML", ForeignFile.Describe("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>"u8));

    [Theory]
    [InlineData("")]
    [InlineData("{\"a\": 1}")]
    [InlineData("id,stem\n1,<html> is what?\n")]
    [InlineData("<s>")]
    [InlineData("version 2")]
    public void OtherFile_IsNotRefused(string content) => Assert.Null(ForeignFile.Describe(Encoding.UTF8.GetBytes(content)));

    [Theory]
    [InlineData("PK\u0003\u0004....[Content_Types].xml", "Excel")]
    [InlineData("PK\u0003\u0004....questions.jsonl", "zip archive")]
    [InlineData("PAR1", "Parquet")]
    [InlineData("%PDF-1.7", "PDF")]
    [InlineData("SQLite format 3\0", "SQLite")]
    [InlineData("abc\0def", "binary")]
    public void BinaryFile_InThePlaceOfText_IsNamed(string content, string says) =>
        Assert.Contains(says, Assert.Throws<InvalidFileException>(() => ForeignFile.RefuseBinary("x.jsonl", Encoding.Latin1.GetBytes(content))).Message);

    [Theory]
    [InlineData("spiece.model")]
    [InlineData("tokenizer.json")]
    public void Tokenizer_ThatIsAPointer_SaysSo(string name)
    {
        File.WriteAllText(_folder.File(name), Pointer);
        var message = Assert.Throws<InvalidFileException>(() => T5Tokenizer.Load(_folder.Path)).Message;
        Assert.Contains("Git LFS pointer", message);
        Assert.Contains(_folder.File(name), message);
    }

    [Fact]
    public void ShardIndex_ThatIsAPage_SaysSo()
    {
        var path = _folder.File(ShardIndex.FileName);
        File.WriteAllText(path, "<!doctype html><html><body>Sign in</body></html>");
        Assert.Contains("HTML", Assert.Throws<InvalidFileException>(() => ShardIndex.Read(path)).Message);
    }
}
