using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using SciCoT;

namespace ConsoleHost;

/// <summary>Answers each line of standard input until there are no more, then ends the program.</summary>
internal sealed class Conversation(ISciCoTPipeline pipeline, IHostApplicationLifetime host) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Console.Out.WriteLineAsync("Ask, with choices: Drops of water fall on a towel. What happens to them? (A) they are soaked up (B) they become oil");
        await foreach (var line in ReadLines().ReadAllAsync(stoppingToken))
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                Answer answer = await pipeline.AnswerAsync(line, stoppingToken);
                await Console.Out.WriteLineAsync(TerminalWriter.Escape($"{answer.Text} ({answer.Confidence:P0}), because: {answer.Rationales[0]}"));
            }
            catch (InvalidQuestionException e)
            {
                await Console.Out.WriteLineAsync(TerminalWriter.Escape(e.Message));
            }
        }

        host.StopApplication();
    }

    /// <summary>Reading a console blocks its thread and cannot be cancelled, so it gets a background thread of its own.</summary>
    private static ChannelReader<string> ReadLines()
    {
        var lines = Channel.CreateUnbounded<string>();
        var thread = new Thread(() =>
        {
            try
            {
                while (Console.In.ReadLine() is { } line)
                    lines.Writer.TryWrite(line);
                lines.Writer.Complete();
            }
            catch (IOException e)
            {
                lines.Writer.Complete(e);
            }
        });
        thread.IsBackground = true;
        thread.Start();
        return lines.Reader;
    }
}
