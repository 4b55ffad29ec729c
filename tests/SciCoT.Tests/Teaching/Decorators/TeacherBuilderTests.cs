using System.Threading.RateLimiting;
using SciCoT.Prompting;
using SciCoT.Teaching;
using SciCoT.Tests.Rationales;

namespace SciCoT.Tests.Teaching.Decorators;

public class TeacherBuilderTests
{
    private static readonly TeacherRequest Request = new(Records.Question);

    private readonly CountingTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Build_FirstAdded_IsOutermost()
    {
        var order = new List<string>();
        var teacher = new TeacherBuilder(new ScriptedTeacher(_ => ScriptedTeacher.Reply()))
            .Use(inner => new Noting(inner, "outer", order))
            .Use(inner => new Noting(inner, "inner", order))
            .Build();

        await teacher.ExplainAsync(Request, Token);

        Assert.Equal(["outer", "inner"], order);
    }

    [Fact]
    public void Dispose_OfTheOutermost_ReachesTheInnermost()
    {
        var innermost = new Noting(new ScriptedTeacher(_ => ScriptedTeacher.Reply()), "", []);
        var teacher = new TeacherBuilder(innermost).UseBudget(new()).UseRetry().UseRateLimit(new() { RequestsPerMinute = 1, TokensPerMinute = 1 })
            .UseTimeout(TimeSpan.FromSeconds(1)).UseConcurrencyLimit(2).UseTwoSteps().Build();

        ((IDisposable)teacher).Dispose();

        Assert.True(innermost.IsDisposed);
    }

    [Fact]
    public async Task Retry_RetryAfter_WaitsThatLongAndNoShorter()
    {
        var inner = Failing(new Busy(TimeSpan.FromSeconds(7)), times: 1);
        var asking = Retrying(inner).ExplainAsync(Request, Token);

        await _time.WhenWaitingAsync(1, Token);
        _time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Single(inner.Requests);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await asking;

        Assert.Equal(2, inner.Requests.Count);
    }

    [Fact]
    public async Task Retry_NoRetryAfter_BacksOffExponentiallyAndGivesUp()
    {
        var inner = Failing(new IOException("reset"), times: int.MaxValue);
        var asking = Retrying(inner, new() { MaxRetries = 5, Delay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(20) }).ExplainAsync(Request, Token);
        for (int waits = 0; !asking.IsCompleted; await Task.Yield())
        {
            if (_time.Waits.Count > waits)
                _time.Advance(_time.Waits[waits++]);
        }


        Assert.Equal("reset", (await Assert.ThrowsAsync<IOException>(() => asking)).Message);
        Assert.Equal(6, inner.Requests.Count);
        // 1 + 2 + 4 + 8 + 16 in the middle, jittered.
        Assert.Equal(5, _time.Waits.Count);
        Assert.InRange(_time.Waits.Sum(wait => wait.TotalSeconds), 5, 100);
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(TeacherStoppedException))]
    public async Task Retry_FaultThatStays_IsNotRepeated(Type type)
    {
        var fault = type == typeof(TeacherStoppedException) ? new TeacherStoppedException("enough") : (Exception)new InvalidOperationException();
        var inner = Failing(fault, times: int.MaxValue);

        Assert.Same(fault, await Record.ExceptionAsync(() => Retrying(inner).ExplainAsync(Request, Token)));
        Assert.Single(inner.Requests);
    }

    [Fact]
    public async Task Retry_LongerThanGranted_FailsAtOnce()
    {
        var inner = Failing(new Busy(TimeSpan.FromHours(1)), times: 1);

        await Assert.ThrowsAsync<Busy>(() => Retrying(inner).ExplainAsync(Request, Token));
        Assert.Single(inner.Requests);
    }

    [Fact]
    public async Task Retry_Cancelled_DoesNotAskAgain()
    {
        var inner = Failing(new IOException(), times: int.MaxValue);
        using var cancel = new CancellationTokenSource();
        var asking = Retrying(inner).ExplainAsync(Request, cancel.Token);
        await _time.WhenWaitingAsync(1, Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Single(inner.Requests);
    }

    /// <summary>Who never answered is asked three times; who did is granted all repetitions, and each is told how many there are.</summary>
    [Theory]
    [InlineData(true, false, 3)]
    [InlineData(false, false, 3)]
    [InlineData(true, true, 7)]
    [InlineData(false, true, 7)]
    public async Task Retry_Silence_IsRepeatedByWhetherTheServiceEverAnswered(bool isUnreachable, bool hasAnswered, int calls)
    {
        int left = hasAnswered ? 1 : 0;
        var inner = new ScriptedTeacher(_ => left-- > 0 ? ScriptedTeacher.Reply() : throw (isUnreachable ? new TeacherServiceException("gone") { IsTransient = true, IsUnreachable = true } : new TimeoutException()));
        var told = new List<TeacherRetry>();
        var teacher = new TeacherBuilder(inner).UseRetry(new() { Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(1), OnRetry = told.Add }).Build();
        if (hasAnswered)
            await teacher.ExplainAsync(Request, Token);
        int before = inner.Requests.Count;

        Assert.NotNull(await Record.ExceptionAsync(() => teacher.ExplainAsync(Request, Token)));

        Assert.Equal(calls, inner.Requests.Count - before);
        Assert.All(told, retry => Assert.Equal(calls - 1, retry.MaxRetries));
        Assert.Equal(calls - 1, told.Count);
    }

    [Fact]
    public async Task Retry_OwnDescription_IsUsed()
    {
        var inner = Failing(new InvalidOperationException("odd"), times: 1);
        var asking = Retrying(inner, new() { Describe = (exception, _) => new(exception.Message == "odd", TimeSpan.FromSeconds(1)) }).ExplainAsync(Request, Token);

        await _time.WhenWaitingAsync(1, Token);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("A", (await asking).AnswerLabel);
    }

    [Fact]
    public async Task Timeout_Passed_IsATimeoutException()
    {
        var inner = new ScriptedTeacher(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return ScriptedTeacher.Reply();
        });
        var asking = new TeacherBuilder(inner, _time).UseTimeout(TimeSpan.FromSeconds(30)).Build().ExplainAsync(Request, Token);

        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(asking.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("00:00:30", (await Assert.ThrowsAsync<TimeoutException>(() => asking)).Message);
    }

    [Fact]
    public async Task Timeout_CallerCancels_IsACancellation()
    {
        using var cancel = new CancellationTokenSource();
        var inner = new ScriptedTeacher(async (_, token) =>
        {
            await cancel.CancelAsync();
            token.ThrowIfCancellationRequested();
            return ScriptedTeacher.Reply();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new TeacherBuilder(inner, _time).UseTimeout(TimeSpan.FromSeconds(30)).Build().ExplainAsync(Request, cancel.Token));
    }

    [Fact]
    public async Task ConcurrencyLimit_IsReachedAndNotExceeded()
    {
        var three = new TaskCompletionSource();
        int present = 0;
        var inner = new ScriptedTeacher(async (_, token) =>
        {
            if (Interlocked.Increment(ref present) == 3)
                three.SetResult();
            await three.Task.WaitAsync(token);
            return ScriptedTeacher.Reply();
        });
        var teacher = new TeacherBuilder(inner).UseConcurrencyLimit(3).Build();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => teacher.ExplainAsync(Request, Token)));

        Assert.Equal(3, inner.MostAtOnce);
        Assert.Equal(20, inner.Requests.Count);
    }

    [Fact]
    public async Task RateLimiter_WithFullQueue_SaysSo()
    {
        using var limiter = new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = 0 });
        using var taken = limiter.AttemptAcquire();
        var teacher = new TeacherBuilder(new ScriptedTeacher(_ => ScriptedTeacher.Reply())).UseRateLimiter(limiter).Build();

        Assert.Contains("queue", (await Assert.ThrowsAsync<TeacherException>(() => teacher.ExplainAsync(Request, Token))).Message);
    }

    [Fact]
    public async Task TwoSteps_ReasonThenDecide_IsOneReply()
    {
        var client = new FakeChatClient(messages => new(new Microsoft.Extensions.AI.ChatMessage(
            Microsoft.Extensions.AI.ChatRole.Assistant,
            messages[^1].Text == TeacherPrompt.ZeroShot.ChoiceDecision ? "(B)" : "Metals conduct."))
        {
            Usage = new() { InputTokenCount = 100, OutputTokenCount = 10 },
        });
        var chat = new ChatClientTeacher(client, new() { Prompt = TeacherPrompt.ZeroShot with { Form = TeacherReplyForm.TwoSteps } });

        var reply = await new TeacherBuilder(chat).UseTwoSteps().Build().ExplainAsync(Request, Token);

        Assert.Equal(("Metals conduct.", "B", TeacherFinishReason.Complete, 200L, 20L), (reply.Rationale, reply.AnswerLabel, reply.FinishReason, reply.InputTokens, reply.OutputTokens));
        Assert.Equal("Metals conduct.\n\n(B)", reply.Reply);
        Assert.Equal(2, client.Calls.Count);
        Assert.Equal(TeacherFinishReason.NoAnswer, (await chat.ExplainAsync(Request, Token)).FinishReason);
    }

    [Fact]
    public async Task TwoSteps_SecondFails_KeepsTheFirst()
    {
        var inner = new ScriptedTeacher(request => request.Rationale is null
            ? ScriptedTeacher.Reply(null) with { FinishReason = TeacherFinishReason.NoAnswer }
            : throw new IOException());

        var reply = await new TeacherBuilder(inner).UseTwoSteps().Build().ExplainAsync(Request, Token);

        Assert.Equal(("Because it is so.", null, TeacherFinishReason.NoAnswer), (reply.Rationale, reply.AnswerLabel, reply.FinishReason));
    }

    [Theory]
    [InlineData(TeacherFinishReason.Refused)]
    [InlineData(TeacherFinishReason.Truncated)]
    public async Task TwoSteps_FirstOfNoUse_AsksNoSecond(TeacherFinishReason reason)
    {
        var inner = new ScriptedTeacher(_ => ScriptedTeacher.Reply(null) with { FinishReason = reason });

        Assert.Equal(reason, (await new TeacherBuilder(inner).UseTwoSteps().Build().ExplainAsync(Request, Token)).FinishReason);
        Assert.Single(inner.Requests);
    }

    private ITeacherPrompter Retrying(ITeacherPrompter inner, TeacherRetryOptions? options = null) =>
        new TeacherBuilder(inner, _time).UseRetry(options ?? new() { Describe = Describe }).Build();

    private static TeacherFault Describe(Exception exception, DateTimeOffset now) =>
        exception is Busy busy ? new(true, busy.RetryAfter) : TeacherFault.Of(exception, now);

    private static ScriptedTeacher Failing(Exception exception, int times)
    {
        int calls = 0;
        return new((_, _) => Interlocked.Increment(ref calls) <= times ? Task.FromException<TeacherReply>(exception) : Task.FromResult(ScriptedTeacher.Reply()));
    }

    private sealed class Busy(TimeSpan retryAfter) : Exception
    {
        public TimeSpan RetryAfter => retryAfter;
    }

    private sealed class Noting(ITeacherPrompter inner, string name, List<string> order) : DelegatingTeacher(inner)
    {
        public bool IsDisposed { get; private set; }

        public override Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
        {
            order.Add(name);
            return base.ExplainAsync(request, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
