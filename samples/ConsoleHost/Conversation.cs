using Microsoft.Extensions.Hosting;
using SciCoT;

namespace ConsoleHost;

/// <summary>Answers each line of standard input until there are no more, then ends the program.</summary>
internal sealed class Conversation(ISciCoTPipeline pipeline, IHostApplicationLifetime host) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Console.Out.WriteLineAsync("Ask, with choices: Drops of water fall on a towel. What happens to them? (A) they are soaked up (B) they become oil");
        while (await Console.In.ReadLineAsync(stoppingToken) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                Answer answer = await pipeline.AnswerAsync(line, stoppingToken);
                await Console.Out.WriteLineAsync($"{answer.Text} ({answer.Confidence:P0}), because: {answer.Rationales[0]}");
            }
            catch (InvalidQuestionException e)
            {
                await Console.Out.WriteLineAsync(e.Message);
            }
        }

        host.StopApplication();
    }
}
