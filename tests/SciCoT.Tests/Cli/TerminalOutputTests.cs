using SciCoT.Cli;

namespace SciCoT.Tests.Cli;

public sealed class TerminalOutputTests
{
    [Fact]
    public void ClosedTerminal_TakesWhatIsWrittenWithoutAnException()
    {
        using var console = new TerminalOutput(new ClosedWriter());
        var tool = new ToolConsole(TextReader.Null, console, console);

        tool.Notify("Stopped.");
        tool.WriteJson(new System.Text.Json.Nodes.JsonObject { ["a"] = 1 });
        tool.Out.Flush();
    }

    [Fact]
    public void OpenTerminal_GetsAll()
    {
        using var terminal = new StringWriter { NewLine = "\n" };
        using var output = new TerminalOutput(terminal) { NewLine = "\n" };

        output.Write("one ");
        output.Write('2');
        output.Write([' ', '3'], 0, 2);
        output.WriteLine(" four".AsSpan());

        Assert.Equal("one 2 3 four\n", terminal.ToString());
    }

    private sealed class ClosedWriter : TextWriter
    {
        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void Write(char value) => throw new IOException("Input/output error");

        public override void Flush() => throw new IOException("Input/output error");
    }
}
