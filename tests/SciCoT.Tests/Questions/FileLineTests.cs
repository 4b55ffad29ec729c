using System.Text;
using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Questions;

public sealed class FileLineTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadAll_LinesAcrossBufferEnds_KeepContentNumberAndOffset()
    {
        string[] expected = [.. Enumerable.Range(0, 40).Select(i => new string((char)('a' + i % 26), i * i * 100))];

        var lines = Read(string.Join('\n', expected));

        Assert.Equal(expected, lines.Select(line => line.Text));
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), lines.Select(line => line.Number));
        Assert.Equal(expected.Select((_, i) => (long)expected.Take(i).Sum(text => text.Length + 1)), lines.Select(line => line.Offset));
        Assert.Equal(39, lines.Count(line => line.IsTerminated));
    }

    [Theory]
    [InlineData(FileLine.MaxBytes, false)]
    [InlineData(FileLine.MaxBytes + 1, true)]
    public void ReadAll_LineAtTheLimit_IsTooLongOnlyBeyondIt(int length, bool tooLong)
    {
        var lines = Read(new string('x', length) + "\nnext");

        Assert.Equal([(tooLong ? 0 : length, tooLong), (4, false)], lines.Select(line => (line.Text.Length, line.IsTooLong)));
        Assert.Equal(length + 1, lines[1].Offset);
    }

    [Fact]
    public void ReadAll_UnterminatedLineFarTooLong_IsReportedOnce()
    {
        var line = Assert.Single(Read(new string('x', 5 * FileLine.MaxBytes)));

        Assert.True(line.IsTooLong);
        Assert.False(line.IsTerminated);
    }

    [Fact]
    public void ReadAll_EmptyFile_HasNoLines() => Assert.Empty(Read(""));

    [Fact]
    public void ReadAll_End_StopsThere() => Assert.Equal(["ab", "c"], Read("ab\ncd\n", end: 4).Select(line => line.Text));

    private List<(string Text, long Number, long Offset, bool IsTerminated, bool IsTooLong)> Read(string content, long end = long.MaxValue)
    {
        var path = _folder.File("lines.txt");
        File.WriteAllText(path, content);
        using var file = File.OpenHandle(path);
        return [.. FileLine.ReadAll(file, end).Select(line => (Encoding.UTF8.GetString(line.Bytes.Span), line.Number, line.Offset, line.IsTerminated, line.IsTooLong))];
    }
}
