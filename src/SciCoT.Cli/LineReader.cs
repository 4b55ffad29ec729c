using System.Threading.Channels;

namespace SciCoT.Cli;

/// <summary>Lines of a console or pipe, each as soon as it is complete, with a wait that can be cancelled.</summary>
/// <remarks>
/// Reading a console or pipe blocks its thread, even through <see cref="TextReader.ReadLineAsync()"/>, and cannot be cancelled.
/// The reader therefore has a thread of its own, a background thread, which a pending read does not keep the process alive with.
/// </remarks>
internal static class LineReader
{
    /// <summary>Lines that are read ahead of their use; the thread waits when they are full.</summary>
    private const int LinesAhead = 64;

    public static IAsyncEnumerable<string> ReadAllAsync(TextReader input, CancellationToken cancellationToken)
    {
        var lines = Channel.CreateBounded<string>(new BoundedChannelOptions(LinesAhead) { SingleReader = true, SingleWriter = true });
        new Thread(() => Pump(input, lines.Writer, cancellationToken)) { IsBackground = true, Name = "Line reader" }.Start();
        return lines.Reader.ReadAllAsync(cancellationToken);
    }

    private static void Pump(TextReader input, ChannelWriter<string> lines, CancellationToken cancellationToken)
    {
        try
        {
            while (input.ReadLine() is { } line)
            {
                if (!lines.TryWrite(line))
                    lines.WriteAsync(line, cancellationToken).AsTask().GetAwaiter().GetResult();
            }

            lines.TryComplete();
        }
        catch (IOException) when (input == Console.In && !Console.IsInputRedirected)
        {
            lines.TryComplete(); // the terminal is closed
        }
        catch (Exception e)
        {
            lines.TryComplete(e); // to the reader
        }
    }
}
