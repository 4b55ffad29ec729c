using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Teaching;

/// <summary>Each case through the real OpenAI client and a server on the loopback.</summary>
public sealed class ReplyCaseTests
{
    /// <summary>Why there is no reply: what the message says besides the endpoint, and how many calls there are with two repetitions.</summary>
    private static readonly Dictionary<string, (int Calls, string[] Said)> Failures = new()
    {
        ["fr-error"] = (3, ["finish_reason 'error'"]),
        ["err200"] = (3, ["HTTP 429", "Provider returned error", "Too Many Requests"]),
        ["html200"] = (1, ["an HTML page", "Sign in to the wifi"]),
        ["empty200"] = (3, ["empty"]),
        ["429-huge"] = (1, ["HTTP 429", "daily limit", "86400 s"]),
        ["429-quota"] = (1, ["HTTP 429", "You exceeded your current quota", "insufficient_quota"]),
        ["404"] = (1, ["HTTP 404", "404 page not found", "/v1"]),
        ["400-filter"] = (1, ["HTTP 400", "The response was filtered", "content_filter"]),
        ["401"] = (1, ["HTTP 401", "Incorrect API key provided: sk-abc***"]),
    };

    public static TheoryData<string> Names => [.. ReplyCase.All.Select(one => one.Name)];

    public static TheoryData<string> StoredNames => [.. ReplyCase.All.Where(one => !Failures.ContainsKey(one.Name)).Select(one => one.Name)];

    public static TheoryData<string> FailedNames => [.. Failures.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Cases_AreAllThere() => Assert.Equal(75, ReplyCase.All.Count);

    [Theory]
    [MemberData(nameof(StoredNames))]
    public async Task Explain_Reply_IsRead(string name)
    {
        var one = ReplyCase.All.Single(one => one.Name == name);
        await using var server = await one.StartServerAsync();
        var chat = OpenAITeacher.Create(server.Address, new() { Prompt = one.Prompt });

        var reply = await Retrying(chat).ExplainAsync(new(one.Question), Token);

        AssertRead(one, reply.FinishReason, reply.AnswerLabel, reply.Rationale);
        if (one.Name.StartsWith("usage", StringComparison.Ordinal) || one.Name == "no-usage")
            Assert.Equal(one.Name is "usage-strings" or "usage-details-null" ? 10L : null, reply.InputTokens);
    }

    [Theory]
    [MemberData(nameof(FailedNames))]
    public async Task Explain_Failure_SaysStatusSentenceEndpointAndModel(string name)
    {
        var one = ReplyCase.All.Single(one => one.Name == name);
        await using var server = await one.StartServerAsync();

        var exception = await Assert.ThrowsAsync<TeacherServiceException>(() => Retrying(OpenAITeacher.Create(server.Address)).ExplainAsync(new(one.Question), Token));

        Assert.All(Failures[name].Said.Append(server.Address.ToString()).Append("'model-1'"), said => Assert.Contains(said, exception.Message));
        Assert.DoesNotContain('\n', exception.Message);
        Assert.Equal(Failures[name].Calls, server.Calls.Values.Sum());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Annotate_Reply_IsStoredOrItsFailureSaid(string name)
    {
        var one = ReplyCase.All.Single(one => one.Name == name);
        using var folder = new TempFolder();
        await using var server = await one.StartServerAsync();
        QuestionFile.Write(folder.File("q.jsonl"), [one.Question with { Id = "q1" }]);
        string[] line =
        [
            "annotate", "-i", folder.File("q.jsonl"), "-o", folder.File("r.jsonl"), "--model", "demo", "--endpoint", server.Address.ToString(), "--json",
            "--max-retries", name.EndsWith("-then-ok", StringComparison.Ordinal) || one.Replies.Count > 1 ? "1" : "0", .. one.IsJson ? ["--reply", "json"] : Array.Empty<string>(),
        ];

        var outcome = await Commands.RunAsync(line);

        var records = File.Exists(folder.File("r.jsonl")) ? RationaleFile.Read(folder.File("r.jsonl")).ToArray() : [];
        if (Failures.TryGetValue(name, out var expected))
        {
            Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
            Assert.All(expected.Said.Append(server.Address.ToString()).Append("'demo'"), said => Assert.Contains(said, outcome.Error));
            Assert.DoesNotContain(records, record => record.FinishReason == TeacherFinishReason.Complete);
            Assert.Equal(name == "401", outcome.Error.Contains("SCICOT_TEACHERKEY", StringComparison.Ordinal));
            return;
        }

        Assert.Equal(SciCoT.Cli.ExitCode.Done, outcome.ExitCode);
        AssertRead(one, records[^1].FinishReason, records[^1].AnswerLabel, records[^1].Rationale);
        Assert.False(string.IsNullOrEmpty(records[^1].Reply ?? records[^1].Rationale));
        if (one.Expected.Contains("default filters accept", StringComparison.Ordinal))
            Assert.True(RationaleFilterChain.Default.Judge(one.Question, records[^1]).IsAccepted);
        if (name is "sse200" or "ndjson")
            Assert.Contains(server.Address.ToString(), outcome.Error);
    }

    /// <summary>Waits are a hundredth of what they would be, and there are two repetitions.</summary>
    private static ITeacherPrompter Retrying(ChatClientTeacher chat) => new TeacherBuilder(chat, new StallClock()).UseRetry(new() { MaxRetries = 2 }).Build();

    private static void AssertRead(ReplyCase one, TeacherFinishReason reason, string? label, string rationale)
    {
        var expected = one.Name switch
        {
            "length" => TeacherFinishReason.Truncated,
            "filter" => TeacherFinishReason.Refused,
            "think-open-only" => TeacherFinishReason.Empty,
            _ => TeacherFinishReason.Complete,
        };
        Assert.Equal((expected, expected == TeacherFinishReason.Complete ? one.Label : null), (reason, label));
        if (expected == TeacherFinishReason.Complete)
        {
            Assert.StartsWith("Ice keeps its own shape", rationale);
            Assert.DoesNotContain("Answer", rationale);
            Assert.DoesNotContain('<', rationale);
        }
    }
}
