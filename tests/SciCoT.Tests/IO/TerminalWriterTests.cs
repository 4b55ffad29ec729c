using SciCoT.Tests.Support;

namespace SciCoT.Tests.IO;

public class TerminalWriterTests
{
    [Theory]
    [InlineData("iron\nrusts\tslowly\r\n", "iron\nrusts\tslowly\r\n")]
    [InlineData("Größe, 水, 😀", "Größe, 水, 😀")]
    [InlineData("\u001b]0;title\u0007", "\\u001b]0;title\\u0007")]
    [InlineData("\u001b[2J\u001b[31m", "\\u001b[2J\\u001b[31m")]
    [InlineData("right\rwrong", "right\\u000dwrong")]
    [InlineData("a\bb\u007f\u009b31m\0", "a\\u0008b\\u007f\\u009b31m\\u0000")]
    [InlineData("\u202eevil\u2066", "\\u202eevil\\u2066")]
    public void Text_IsWrittenWithoutWhatATerminalObeys(string text, string expected)
    {
        Action<TextWriter>[] ways =
        [
            writer => writer.Write(text),
            writer => writer.Write(text.ToCharArray()),
            writer => writer.Write(text.AsSpan()),
            writer => writer.Write("{0}", text),
            writer => writer.WriteAsync(text).GetAwaiter().GetResult(),
            writer => writer.WriteAsync(text.AsMemory(), TestContext.Current.CancellationToken).GetAwaiter().GetResult(),
            writer => writer.Write((object)text),
        ];
        foreach (var write in ways)
        {
            using var written = new StringWriter();
            using var terminal = new TerminalWriter(written);
            write(terminal);
            Assert.Equal(expected, written.ToString());
        }

        Assert.Equal(expected, TerminalWriter.Escape(text));
    }

    [Fact]
    public async Task Line_IsWrittenWithItsEnd()
    {
        using var written = new StringWriter { NewLine = "\r\n" };
        await using var terminal = new TerminalWriter(written);

        terminal.WriteLine("a\u001b");
        await terminal.WriteLineAsync("b\u001b");
        terminal.WriteLine();
        terminal.Write('\u001b');
        terminal.WriteLine(7);

        Assert.Equal("a\\u001b\r\nb\\u001b\r\n\r\n\\u001b7\r\n", written.ToString());
    }
}
