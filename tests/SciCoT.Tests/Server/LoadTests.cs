using System.Net;
using System.Text.Json.Nodes;
using SciCoT.Tests.Cli;

namespace SciCoT.Tests.Server;

/// <summary>Many callers at a time, too many of them, and the end of the server under them.</summary>
public sealed class LoadTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OneToSixtyFourCallers_GetTheirOwnAnswers()
    {
        using var server = await StartAsync();
        var questions = model.Questions.Select(question => string.Join(' ', question.Choices.Select(choice => $"({choice.Label}) {choice.Text}").Prepend(question.Stem))).ToArray();
        var expected = new List<(string?, string?)>();
        foreach (var question in questions)
            expected.Add(Essence(await server.Http.AskAsync(question)));

        foreach (int callers in new[] { 1, 2, 8, 64 })
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, callers).Select(i => server.Http.AskAsync(questions[i % questions.Length])));
            Assert.Equal(Enumerable.Range(0, callers).Select(i => expected[i % expected.Count]), answers.Select(Essence));
        }

        static (string?, string?) Essence(JsonNode answer) => ((string?)answer["text"], (string?)answer["rationales"]![0]);
    }

    [Fact]
    public async Task CallersBeyondTheQueue_AreToldToComeAgain()
    {
        using var server = await StartAsync("--concurrency", "1", "--queue", "1");
        var responses = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => server.Http.PostAsync("v1/answers", $$"""{"question": "{{ServerReplies.Question}}"}""")));

        var refused = responses.Where(response => response.StatusCode != HttpStatusCode.OK).ToArray();
        Assert.InRange(refused.Length, 1, 63);
        foreach (var response in refused)
        {
            Assert.Equal("rate_limit_exceeded", (string?)(await response.ErrorAsync(HttpStatusCode.TooManyRequests))["code"]);
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        }

        await server.Http.AskAsync(); // and those who do are answered
    }

    [Fact]
    public async Task Terminated_FinishesWhatItHasAccepted_AndIsNotReady()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM for one process.");
        using var server = await StartAsync("--drain-seconds", "20");
        (await server.Http.GetAsync("health/ready", Token)).EnsureSuccessStatusCode();
        int answered = 0;
        var told = new TaskCompletionSource();

        // Callers that ask until the server takes no more requests: each reply that has begun must end in its answer.
        async Task<string?> AskOnAsync()
        {
            while (true)
            {
                HttpResponseMessage response;
                try
                {
                    response = await server.Http.PostAsync("v1/answers", $$"""{"question": "{{ServerReplies.Question}}", "stream": true}""");
                }
                catch (HttpRequestException)
                {
                    return null;
                }

                var events = await response.EventsAsync();
                if (events[^1].Name != "answer")
                    return events[^1].Data;
                if (Interlocked.Increment(ref answered) == 20)
                    told.SetResult();
            }
        }

        var callers = Enumerable.Range(0, 8).Select(_ => AskOnAsync()).ToArray();
        await told.Task.WaitAsync(Token);
        server.Signal("TERM");
        HttpStatusCode ready;
        do
        {
            using var probe = await server.Http.GetAsync("health/ready", Token);
            ready = probe.StatusCode;
        }
        while (ready == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready);
        Assert.Equal("Healthy", await server.Http.GetStringAsync("health/live", Token));

        var ended = await server.EndAsync();
        Assert.Equal((0, ""), (ended.ExitCode, ended.Output));
        Assert.DoesNotContain("fail", ended.Error);
        Assert.All(await Task.WhenAll(callers), Assert.Null);
    }

    private Task<ServeProcess> StartAsync(params string[] options) => ServeProcess.StartAsync(["--model", $"m={model.Path}", .. options]);
}
