using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.Support;
using SciCoT.Tests.Teaching.Decorators;

namespace SciCoT.Tests.Teaching;

/// <summary>The real OpenAI client over HTTP against a server that misbehaves.</summary>
[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public class OpenAIClientTests
{
    private static readonly TeacherRequest Request = new(OpenAITeacher.Questions(1)[0]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Explain_Sound_IsAWholeReply()
    {
        await using var server = await ChatServer.StartAsync(_ => new());

        var reply = await OpenAITeacher.Create(server.Address).ExplainAsync(Request, Token);

        Assert.Equal(("A", TeacherFinishReason.Complete, 120L, 30L), (reply.AnswerLabel, reply.FinishReason, reply.InputTokens, reply.OutputTokens));
        Assert.Equal(("model-1", "model-1-2026-01-01", "chatcmpl-1"), (reply.Teacher, reply.Model, reply.ReplyId));
        Assert.Equal("It is known that this is so, because much was measured.", reply.Rationale);
    }

    [Fact]
    public async Task Explain_Settings_ArriveAtTheService()
    {
        ChatCall? seen = null;
        await using var server = await ChatServer.StartAsync(call =>
        {
            seen = call with { Body = call.Body.Clone() };
            return new();
        });

        await OpenAITeacher.Create(server.Address, new() { Temperature = 0.5, Seed = 4, MaxOutputTokens = 64 }).ExplainAsync(Request, Token);

        Assert.Equal(0.5, seen!.Body.GetProperty("temperature").GetDouble());
        Assert.Equal(4, seen.Body.GetProperty("seed").GetInt64());
        Assert.Equal(64, (seen.Body.TryGetProperty("max_completion_tokens", out var limit) ? limit : seen.Body.GetProperty("max_tokens")).GetInt32());
        Assert.Equal("model-1", seen.Body.GetProperty("model").GetString());
    }

    [Theory]
    [InlineData(ChatFault.TooManyRequests, true)]
    [InlineData(ChatFault.TooManyRequestsWithRetryAfter, true)]
    [InlineData(ChatFault.ServerError, true)]
    [InlineData(ChatFault.Unavailable, true)]
    [InlineData(ChatFault.Reset, true)]
    [InlineData(ChatFault.BrokenOff, true)]
    [InlineData(ChatFault.BadRequest, false)]
    public async Task Explain_NoReply_ThrowsWhatIsUnderstood(ChatFault fault, bool isTransient)
    {
        await using var server = await ChatServer.StartAsync(_ => new(fault) { RetryAfter = "7" });

        var exception = await Record.ExceptionAsync(() => OpenAITeacher.Create(server.Address).ExplainAsync(Request, Token));

        Assert.NotNull(exception);
        Assert.Equal(
            new TeacherFault(isTransient, fault == ChatFault.TooManyRequestsWithRetryAfter ? TimeSpan.FromSeconds(7) : null),
            TeacherFault.Of(exception, DateTimeOffset.UtcNow));
        Assert.Equal(1, server.Calls[Request.Question.Stem]);
    }

    [Fact]
    public async Task Explain_NobodyListens_IsTransient()
    {
        Uri address;
        await using (var server = await ChatServer.StartAsync(_ => new()))
            address = server.Address;

        var exception = await Record.ExceptionAsync(() => OpenAITeacher.Create(address).ExplainAsync(Request, Token));

        Assert.True(TeacherFault.Of(exception!, DateTimeOffset.UtcNow).IsTransient);
    }

    [Theory]
    [InlineData(ChatFault.EmptyReply, TeacherFinishReason.Empty)]
    [InlineData(ChatFault.ContentFiltered, TeacherFinishReason.Refused)]
    [InlineData(ChatFault.CutByLength, TeacherFinishReason.Truncated)]
    [InlineData(ChatFault.NoAnswer, TeacherFinishReason.NoAnswer)]
    [InlineData(ChatFault.WrongUsage, TeacherFinishReason.Complete)]
    [InlineData(ChatFault.NoUsage, TeacherFinishReason.Complete)]
    public async Task Explain_OddReply_IsToldApart(ChatFault fault, TeacherFinishReason expected)
    {
        await using var server = await ChatServer.StartAsync(_ => new(fault));

        var reply = await OpenAITeacher.Create(server.Address).ExplainAsync(Request, Token);

        Assert.Equal(expected, reply.FinishReason);
        Assert.Equal(fault is ChatFault.WrongUsage or ChatFault.NoUsage, reply.InputTokens is null);
        Assert.Equal("chatcmpl-1", reply.ReplyId);
    }

    [Theory]
    [InlineData("30")]
    [InlineData("Fri, 02 Jan 2026 00:00:30 GMT")]
    public async Task Retry_RetryAfterOfTheService_IsWaitedFor(string retryAfter)
    {
        var time = new CountingTime();
        time.SetUtcNow(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero));
        await using var server = await ChatServer.StartAsync(call => new(call.Number == 0 ? ChatFault.TooManyRequestsWithRetryAfter : ChatFault.None) { RetryAfter = retryAfter });
        var asking = new TeacherBuilder(OpenAITeacher.Create(server.Address), time).UseRetry().Build().ExplainAsync(Request, Token);

        await time.WhenWaitingAsync(1, Token);
        time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Equal(1, server.Calls[Request.Question.Stem]);
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("A", (await asking).AnswerLabel);
        Assert.Equal(2, server.Calls[Request.Question.Stem]);
    }

    [Fact]
    public async Task Annotate_TwoThousandQuestionsThroughFaults_EndsAsARecordOrAStatedFailure()
    {
        using var folder = new TempFolder();
        var clock = new StallClock();
        await using var server = await ChatServer.StartAsync(FaultyScript);
        server.Stalled = clock.RunOut;
        await using var store = JsonLinesRationaleStore.Open(folder.File("r.jsonl"), Token);
        var chat = OpenAITeacher.Create(server.Address);
        var teacher = new TeacherBuilder(chat, clock)
            .Use(clock.Around)
            .UseRetry(new() { Delay = TimeSpan.FromMilliseconds(100) })
            .UseTimeout(TimeSpan.FromMinutes(2))
            .Build();
        var questions = OpenAITeacher.Questions(2000);

        var result = await new RationaleAnnotator(teacher, store, AnnotationSettings.For(chat) with { Concurrency = 64, UnusableRetries = 5 })
            .AnnotateAsync(questions, cancellationToken: Token);
        var records = await store.ReadAllAsync(Token).ToListAsync(Token);

        int calls = server.Calls.Values.Sum();
        Assert.InRange(_faults / (double)calls, 0.17, 0.23);
        Assert.Equal([.. questions.Where(question => IsHopeless(question.Stem)).Select(question => question.Id)], result.Failures.Select(failure => failure.Request.Question.Id).Order());
        Assert.Equal(2000 - result.Failures.Count, result.Totals.Done);

        // Every paid reply is stored, and besides only those that came without their end.
        Assert.Equal(server.Paid.Order(), records.Where(record => record.FinishReason != TeacherFinishReason.Unreadable).Select(record => record.ReplyId!).Order());

        // One usable record for each question that did not fail, after as many attempts as it took.
        var byQuestion = records.ToLookup(record => record.QuestionId);
        foreach (var question in questions.Except(result.Failures.Select(failure => failure.Request.Question)))
        {
            var attempts = byQuestion[question.Id].OrderBy(record => record.Attempt).ToArray();
            Assert.Equal(Enumerable.Range(0, attempts.Length), attempts.Select(record => record.Attempt));
            Assert.All(attempts.SkipLast(1), record => Assert.NotEqual(TeacherFinishReason.Complete, record.FinishReason));
            Assert.Equal((TeacherFinishReason.Complete, "yes"), (attempts[^1].FinishReason, attempts[^1].AnswerText));
        }
    }

    private int _faults;

    private static bool IsHopeless(string stem) => stem is "Is fact 7 true?" or "Is fact 700 true?" or "Is fact 1999 true?";

    /// <summary>A fault in a fifth of the calls, the same ones in each run.</summary>
    private ChatAnswer FaultyScript(ChatCall call)
    {
        if (IsHopeless(call.Stem))
            return new(call.Stem.Contains("99", StringComparison.Ordinal) ? ChatFault.Unavailable : ChatFault.BadRequest);

        uint hash = 2166136261;
        foreach (char c in $"{call.Stem}{call.Number}")
            hash = (hash ^ c) * 16777619;
        hash ^= hash >> 15;
        ChatFault[] kinds =
        [
            ChatFault.TooManyRequests, ChatFault.TooManyRequestsWithRetryAfter, ChatFault.ServerError, ChatFault.Unavailable, ChatFault.Reset,
            ChatFault.Stall, ChatFault.BrokenOff, ChatFault.TruncatedJson, ChatFault.EmptyReply, ChatFault.WrongUsage, ChatFault.ContentFiltered,
        ];
        if (hash % 1000 >= 200)
            return new();

        Interlocked.Increment(ref _faults);
        return new(kinds[hash / 1000 % kinds.Length]);
    }
}
