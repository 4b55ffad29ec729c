using System.Globalization;
using System.Text;

namespace SciCoT.Cli;

/// <summary>A terminal that may be closed while work goes on to leave its files in order: what is written after that is lost, which nobody misses.</summary>
/// <remarks>For terminals alone: a pipe or file that cannot be written is a failure.</remarks>
/// <param name="inner">The terminal.</param>
internal sealed class TerminalOutput(TextWriter inner) : TextWriter(CultureInfo.InvariantCulture)
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException)
        {
            // Nobody reads it: the terminal is closed.
        }
    }
}
