using System.Collections.Concurrent;
using SciCoT.Teaching;
using SciCoT.Teaching.Decorators;
using SciCoT.Tests.Rationales;

namespace SciCoT.Tests.Teaching.Decorators;

public class RateLimitTeacherTests
{
    private const int Workers = 40;

    private static readonly TeacherRequest Request = new(Records.Question);

    private readonly CountingTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(600)]
    [InlineData(37)]
    public async Task RequestsPerMinute_OverAnHour_AreKeptToWithinTwoPercent(int limit)
    {
        var calls = await OneHourAsync(new() { RequestsPerMinute = limit }, _ => 10);

        Assert.InRange(calls.Count, 60 * limit * 0.98, 60 * limit * 1.02);
        Assert.All(calls.GroupBy(call => call.Minute).SkipLast(1), minute => Assert.InRange(minute.Count(), 1, limit * 1.02 + 1));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5000)]
    public async Task TokensPerMinute_OverAnHourAndWronglyEstimated_AreKeptToWithinTwoPercent(int expected)
    {
        const int Limit = 90_000;
        var random = new Random(1);

        var calls = await OneHourAsync(new() { TokensPerMinute = Limit, ExpectedTokensPerCall = expected }, _ => random.Next(500, 1500));

        Assert.InRange(calls.Sum(call => call.Tokens), 60 * Limit * 0.98, 60 * Limit * 1.02);
    }

    [Fact]
    public async Task Both_TheTighterOneCounts()
    {
        var calls = await OneHourAsync(new() { RequestsPerMinute = 60, TokensPerMinute = 1_000_000 }, _ => 1000);

        Assert.InRange(calls.Count, 3600 * 0.98, 3600 * 1.02);
    }

    [Fact]
    public async Task Tokens_OfFailedCalls_AreGivenBack()
    {
        var teacher = Teacher(new() { TokensPerMinute = 60, ExpectedTokensPerCall = 60 }, _ => throw new HttpRequestException());
        for (int i = 0; i < 5; i++)
            await Assert.ThrowsAsync<HttpRequestException>(() => teacher.ExplainAsync(Request, Token));
    }

    [Fact]
    public async Task Cancelled_WhileWaiting_GivesItsTurnBack()
    {
        var teacher = Teacher(new() { RequestsPerMinute = 1 }, _ => ScriptedTeacher.Reply());
        await teacher.ExplainAsync(Request, Token);
        using (var cancel = new CancellationTokenSource())
        {
            var second = teacher.ExplainAsync(Request, cancel.Token);
            await _time.WhenWaitingAsync(1, Token);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        }

        var third = teacher.ExplainAsync(Request, Token);
        await _time.WhenWaitingAsync(1, Token);
        // A minute less the second that may be taken in advance.
        _time.Advance(TimeSpan.FromSeconds(58.9));
        Assert.False(third.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await third;
    }

    [Fact]
    public void Limiter_AttemptAcquire_RefusesWhenNothingIsFree()
    {
        using var limiter = new PacedRateLimiter(60, _time);

        Assert.True(limiter.AttemptAcquire().IsAcquired);
        Assert.True(limiter.AttemptAcquire().IsAcquired);
        Assert.False(limiter.AttemptAcquire().IsAcquired);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(limiter.AttemptAcquire().IsAcquired);
        Assert.Equal((3, 1), (limiter.GetStatistics()!.TotalSuccessfulLeases, limiter.GetStatistics()!.TotalFailedLeases));
    }

    [Fact]
    public void Limits_NotPositive_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TeacherRateLimits { RequestsPerMinute = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TeacherRateLimits { TokensPerMinute = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TeacherRateLimits { ExpectedTokensPerCall = 0 });
    }

    private async Task<IReadOnlyCollection<(int Minute, long Tokens)>> OneHourAsync(TeacherRateLimits limits, Func<TeacherRequest, int> tokens)
    {
        var start = _time.GetUtcNow();
        var calls = new ConcurrentQueue<(int, long)>();
        var teacher = Teacher(limits, request =>
        {
            int taken;
            lock (calls)
                taken = tokens(request);
            calls.Enqueue(((int)(_time.GetUtcNow() - start).TotalMinutes, taken));
            return ScriptedTeacher.Reply() with { InputTokens = taken, OutputTokens = 0 };
        });
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var workers = Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            while (true)
                await teacher.ExplainAsync(Request, end.Token);
        })).ToArray();

        for (int second = 0; second < 3600; second++)
        {
            await _time.WhenWaitingAsync(Workers, Token);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await _time.WhenWaitingAsync(Workers, Token);
        await end.CancelAsync();
        await Task.WhenAll(workers).ContinueWith(_ => { }, TaskScheduler.Default);
        return calls;
    }

    private ITeacherPrompter Teacher(TeacherRateLimits limits, Func<TeacherRequest, TeacherReply> reply) =>
        new TeacherBuilder(new ScriptedTeacherWithoutMemory(reply), _time).UseRateLimit(limits).Build();

    private sealed class ScriptedTeacherWithoutMemory(Func<TeacherRequest, TeacherReply> reply) : ITeacherPrompter
    {
        public Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
        {
            try
            {
                return Task.FromResult(reply(request));
            }
            catch (Exception e)
            {
                return Task.FromException<TeacherReply>(e);
            }
        }
    }
}
