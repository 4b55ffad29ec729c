using SciCoT.Cli;

namespace SciCoT.Tests.Cli;

public class ProgressLineTests
{
    private const string Detail = "12 asked, 0 known, 1 failed, 0 of no use, 3,000 tokens, cost 0.0123";

    [Theory]
    [InlineData(39, "Annotating 20 %, 1:02:03 left, 12 aske…")]
    [InlineData(70, "Annotating 20 %, 1:02:03 left, 12 asked, 0 known, 1 failed, 0 of no u…")]
    [InlineData(200, "Annotating ━━━━──────────────── 20 %, 1:02:03 left, " + Detail)]
    public void Line_FitsItsWidth_AndTellsTheFiguresFirst(int width, string expected) =>
        Assert.Equal(expected, ProgressLine.Format("Annotating", Detail, 0.2, new TimeSpan(1, 2, 3), width, isUnicode: true));

    [Fact]
    public void LongName_LosesItsMiddle()
    {
        var line = ProgressLine.Format("some/very/long/folder/model-00001-of-00002.safetensors", null, 0.5, TimeSpan.FromSeconds(5), 39, isUnicode: true);

        Assert.Equal("some/very…fetensors 50 %, 0:00:05 left", line);
        Assert.InRange(line.Length, 1, 39);
    }

    [Fact]
    public void TerminalWithoutUnicode_GetsAscii()
    {
        var line = ProgressLine.Format("Annotating", new string('x', 200), 0.5, null, 100, isUnicode: false);

        Assert.StartsWith("Annotating ##########---------- 50 %, xxx", line);
        Assert.EndsWith("...", line);
        Assert.Equal(100, line.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void TerminalWithoutWidth_GetsNoException(int width) =>
        Assert.InRange(ProgressLine.Format("Annotating", null, 0.999, null, width, isUnicode: true).Length, 0, 1);
}
