using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary><c>scicot annotate</c> against a server on the loopback.</summary>
public sealed class AnnotateTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Store => _folder.File("rationales.jsonl");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Replies_AreStoredAndCounted()
    {
        await using var server = await ChatServer.StartAsync(_ => new());
        var result = (await AnnotateAsync(server, 12, "--json", "--input-price", "10", "--output-price", "100")).Succeeded().Json;

        Assert.Equal((12, 12, 0, 0), ((int)result["questions"]!, (int)result["asked"]!, (int)result["known"]!, (int)result["failed"]!));
        Assert.Equal((12 * 120, 12 * 30), ((int)result["inputTokens"]!, (int)result["outputTokens"]!));
        Assert.Equal(12 * ((120 * 10) + (30 * 100)) / 1e6, (double)result["cost"]!, 1e-9);
        Assert.Equal(12, (int)result["filters"]!["accepted"]!);
        Assert.All(RationaleFile.Read(Store), record => Assert.Equal("small-model", record.Teacher));
        Assert.Equal(12, RationaleFile.Read(Store).Count());
    }

    [Fact]
    public async Task StartedAgain_AsksOnlyForWhatIsMissing()
    {
        await using var server = await ChatServer.StartAsync(_ => new());
        (await AnnotateAsync(server, 20, "--limit", "8")).Succeeded();
        var result = (await AnnotateAsync(server, 20, "--json")).Succeeded().Json;

        Assert.Equal((12, 8), ((int)result["asked"]!, (int)result["known"]!));
        Assert.All(server.Calls.Values, calls => Assert.Equal(1, calls));
        Assert.Equal(20, server.Paid.Count);
    }

    /// <summary>The tool's programs run without cultures; where the environment turns them on, numbers are read and written as ever.</summary>
    [Theory]
    [InlineData("de_DE")]
    [InlineData("fa_IR")]
    [InlineData("ar_SA")]
    public async Task Amounts_UnderACulture_AreReadAndWrittenAsEver(string culture)
    {
        await using var server = await ChatServer.StartAsync(_ => new());
        var environment = new Dictionary<string, string> { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0", ["LANG"] = culture + ".UTF-8", ["LC_ALL"] = culture + ".UTF-8" };
        using var tool = ToolProcess.Start(Line(server, 2, "--json", "--input-price", "0.25", "--output-price", "10.5", "--max-cost", "0.5"), environment);

        var ended = await tool.EndAsync(Token);

        if (ended.Error.Contains("ICU", StringComparison.Ordinal))
            Assert.Skip("This machine has no ICU, so that no process here has cultures.");
        Assert.Equal(2 * ((120 * 0.25) + (30 * 10.5)) / 1e6, (double)ended.Succeeded().Json["cost"]!, 1e-12);
    }

    [Fact]
    public async Task Stopped_KeepsWhatWasPaidForAndContinues()
    {
        using var stopped = new CancellationTokenSource();
        int calls = 0;
        await using var server = await ChatServer.StartAsync(_ =>
        {
            if (Interlocked.Increment(ref calls) == 10)
                stopped.Cancel();
            return new() { Delay = TimeSpan.FromMilliseconds(20) };
        });
        var outcome = await Commands.RunAsync(Line(server, 200, "--concurrency", "4"), cancellationToken: stopped.Token);

        Assert.Equal(SciCoT.Cli.ExitCode.Cancelled, outcome.ExitCode);
        Assert.Contains("the same command continues", outcome.Error);
        Assert.Equal(server.Paid.Count, RationaleFile.Read(Store).Count());
        Assert.InRange(server.Paid.Count, 10, 199);
        (await AnnotateAsync(server, 200)).Succeeded();
        Assert.All(server.Calls.Values, asked => Assert.Equal(1, asked));
    }

    [Fact]
    public async Task SpentBudget_FailsAndALargerOneContinues()
    {
        await using var server = await ChatServer.StartAsync(_ => new());
        string[] budget = ["--input-price", "0", "--output-price", "1000", "--concurrency", "1", "--max-cost"]; // 0.03 a reply
        var outcome = await AnnotateAsync(server, 10, [.. budget, "0.09"]);
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains("budget", outcome.Error);
        Assert.Equal(3, server.Paid.Count);

        // What earlier runs spent counts, so the same budget buys nothing more.
        await AnnotateAsync(server, 10, [.. budget, "0.09"]);
        Assert.Equal(3, server.Paid.Count);
        (await AnnotateAsync(server, 10, [.. budget, "1"])).Succeeded();
    }

    /// <summary>Nothing listens: told what is tried, how often and what to check, and ended by the first question that fails.</summary>
    [Theory]
    [InlineData("http", "the connection was refused", "is the port right?")]
    [InlineData("https", "no secure connection", "Does the server speak https, or http only?")]
    public async Task DeadEndpoint_IsToldAndEndsTheRun(string scheme, string fault, string check)
    {
        await using var server = await ChatServer.StartAsync(_ => new());
        using var closed = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        closed.Start();
        int port = ((System.Net.IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        var endpoint = scheme == "http" ? $"http://127.0.0.1:{port}/v1" : $"https://127.0.0.1:{server.Address.Port}/v1";
        QuestionFile.Write(_folder.File("questions.jsonl"), OpenAITeacher.Questions(40));

        var outcome = await Commands.RunAsync(["annotate", "-i", _folder.File("questions.jsonl"), "-o", Store, "--model", "m", "--endpoint", endpoint, "--concurrency", "2"]);

        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains(fault, outcome.Error);
        Assert.Contains(check, outcome.Error);
        Assert.Contains(", 2 times at most.", outcome.Error);
        Assert.DoesNotContain("inner exception", outcome.Error);
        Assert.Matches("no reply to [123] questions?, and the rest was not asked", outcome.Error);
    }

    [Fact]
    public void SilentService_IsToldOnceAndOnlyWhileItIsSilent()
    {
        foreach (bool isHeard in new[] { false, true })
        {
            using var error = new StringWriter();
            var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
            var problems = new SciCoT.Cli.ProblemLines(new(TextReader.Null, TextWriter.Null, error));
            using var silence = problems.WhenSilent("no reply in 10 s", TimeSpan.FromSeconds(10), time);
            time.Advance(TimeSpan.FromSeconds(9));
            Assert.Equal("", error.ToString());
            if (isHeard)
                problems.Heard();
            time.Advance(TimeSpan.FromSeconds(60));
            Assert.Equal(isHeard ? "" : "no reply in 10 s" + Environment.NewLine, error.ToString());
        }
    }

    [Fact]
    public async Task Failures_AreNamedAndTheOthersKept()
    {
        await using var server = await ChatServer.StartAsync(call => call.Stem.Contains(" 3 ") ? new(ChatFault.BadRequest) : new());
        var outcome = await AnnotateAsync(server, 6);
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains("q0003: ", outcome.Error);
        Assert.Contains("no reply to 1 question.", outcome.Error);
        Assert.Equal(5, RationaleFile.Read(Store).Count());
    }

    [Fact]
    public async Task WrongAnswers_AreAskedForAgainWithTheAnswerInView()
    {
        await using var server = await ChatServer.StartAsync(call => call.Number == 0 ? new() { Text = "It may be so, as some say of it.\nSo the answer is (B)." } : new());
        var result = (await AnnotateAsync(server, 3, "--json", "--rationalize")).Succeeded().Json;
        Assert.Equal(3, (int)result["rationalized"]!);
        Assert.Equal(3, (int)result["filters"]!["refused"]!["agreement"]!);
    }

    [Fact]
    public async Task TwoSteps_AreTwoCalls()
    {
        await using var server = await ChatServer.StartAsync(call => new() { Text = call.Number == 0 ? "It is known that this is so." : "(A)" });
        (await AnnotateAsync(server, 4, "--reply", "two-steps", "--zero-shot")).Succeeded();
        Assert.All(server.Calls.Values, calls => Assert.Equal(2, calls));
        Assert.All(RationaleFile.Read(Store), record => Assert.Equal("A", record.AnswerLabel));
    }

    [Fact]
    public async Task DryRun_ShowsThePromptAndAsksNothing()
    {
        await using var server = await ChatServer.StartAsync(_ => new());
        var outcome = (await AnnotateAsync(server, 2, "--dry-run")).Succeeded();
        Assert.Contains("Is fact 0 true?", outcome.Output);
        Assert.Empty(server.Calls);
        Assert.False(File.Exists(Store));
    }

    [Fact]
    public async Task Key_IsSentFromTheEnvironmentAndOpenAIsToNobodyElse()
    {
        string? sent = null;
        await using var server = await ChatServer.StartAsync(call =>
        {
            sent = call.Authorization;
            return new();
        });
        using (var tool = ToolProcess.Start(Line(server, 1), new Dictionary<string, string> { ["OPENAI_API_KEY"] = "for-openai-only" }))
            (await tool.EndAsync(Token)).Succeeded();
        Assert.Equal("Bearer none", sent);

        var file = _folder.File("settings.json");
        await File.WriteAllTextAsync(file, """{"annotate": {"teacherKey": "own-key", "teacherModel": "small-model"}, "batchSize": 4}""", Token);
        (await AnnotateAsync(server, 2, "--config", file)).Succeeded();
        Assert.Equal("Bearer own-key", sent);
    }

    [Theory]
    [InlineData("--max-cost 3", "--max-cost needs prices")]
    [InlineData("--reply yaml", "--reply must be text, json or two-steps")]
    [InlineData("--samples 0", "--samples")]
    [InlineData("--max-cost much", "--max-cost")]
    public async Task WrongSettings_AreNamedBeforeAnythingIsAsked(string settings, string named)
    {
        await using var server = await ChatServer.StartAsync(_ => new());
        var outcome = await AnnotateAsync(server, 1, settings.Split(' '));
        Assert.Equal(SciCoT.Cli.ExitCode.Usage, outcome.ExitCode);
        Assert.Contains(named, outcome.Error);
        Assert.Empty(server.Calls);
    }

    [Theory]
    [InlineData("", "SCICOT_TEACHERMODEL")]
    [InlineData("--model m --endpoint nowhere", "--teacher-endpoint must be a web address such as https://api.openai.com/v1; got 'nowhere'")]
    public async Task ModelAndEndpoint_AreNeeded(string settings, string named)
    {
        var outcome = await Commands.RunAsync(["annotate", "--input", Questions(1), .. settings.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(SciCoT.Cli.ExitCode.Usage, outcome.ExitCode);
        Assert.Contains(named, outcome.Error);
    }

    [Fact]
    public async Task BadRows_EndTheCommandUnlessTheyArePassedOver()
    {
        await using var server = await ChatServer.StartAsync(_ => new());
        var path = Questions(2);
        await File.AppendAllTextAsync(path, "{\"id\": \"half\"\n", Token);
        var outcome = await Commands.RunAsync(["annotate", "-i", path, "-o", Store, "--model", "m", "--endpoint", server.Address.ToString()]);
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains("line 3", outcome.Error);
        Assert.Empty(server.Calls);

        outcome = (await Commands.RunAsync(["annotate", "-i", path, "-o", Store, "--model", "m", "--endpoint", server.Address.ToString(), "--skip-bad-rows"])).Succeeded();
        Assert.Contains("1 bad row was skipped", outcome.Error);
        Assert.Equal(2, server.Paid.Count);
    }

    private Task<Commands.Outcome> AnnotateAsync(ChatServer server, int questions, params string[] settings) =>
        Commands.RunAsync(Line(server, questions, settings));

    private string[] Line(ChatServer server, int questions, params string[] settings) =>
        ["annotate", "--input", Questions(questions), "--output", Store, "--model", "small-model", "--endpoint", server.Address.ToString(), .. settings];

    private string Questions(int count)
    {
        var path = _folder.File("questions.jsonl");
        QuestionFile.Write(path, OpenAITeacher.Questions(count));
        return path;
    }
}
