using SciCoT.Postgres;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Tests.Rationales;
using SciCoT.Tests.Teaching;

namespace SciCoT.Tests.Postgres;

/// <summary>Budgets and rates that several workers share.</summary>
public sealed class SharedLimitTests(PostgresServer server) : IAsyncLifetime
{
    private readonly string _schema = PostgresServer.NewSchema();
    private PostgresRationaleStore _store = null!, _other = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (_store, _other) = (await server.OpenAsync(_schema, Token), await server.OpenAsync(_schema, Token));

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        if (_other is not null)
            await _other.DisposeAsync();
    }

    [Fact]
    public async Task Budget_OfTwoWorkers_IsNotOverrun()
    {
        // 15 tokens a call, so 40 calls and no more.
        var calls = await SpendAsync(new() { MaxTokens = 600 });

        Assert.InRange(calls, 36, 40);
        Assert.Equal(0, await SpendAsync(new() { MaxTokens = calls * 15 }));
        Assert.InRange(await SpendAsync(new() { MaxTokens = 900 }), 16, 24);
    }

    [Fact]
    public async Task Budget_OfMoney_NeedsAPriceForEveryModel()
    {
        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply());
        var budgeted = Budgeted(teacher, _store, new() { MaxCost = 1, Prices = new Dictionary<string, ModelPrice> { ["other"] = new(1, 1) } });
        await budgeted.ExplainAsync(new(Records.Question), Token);

        var stopped = await Assert.ThrowsAsync<BudgetExhaustedException>(() => budgeted.ExplainAsync(new(Records.Question), Token));

        Assert.Contains("no price", stopped.Message);
    }

    [Fact]
    public async Task Budget_StoredRecords_AreSpentFromTheStart()
    {
        await _store.AppendAsync(Records.Sample(0) with { Teacher = "scripted", InputTokens = 400, OutputTokens = 195 }, Token);
        await _store.AppendAsync(Records.Sample(1) with { Teacher = "somebody else", InputTokens = 10_000 }, Token);

        Assert.Equal(0, await SpendAsync(new() { MaxTokens = 600 }));
    }

    [Fact]
    public async Task Budget_CallsWithoutAReply_AreChargedOnlyWhereTheyMayHaveCost()
    {
        var free = Budgeted(new ScriptedTeacher(_ => throw new HttpRequestException(HttpRequestError.ConnectionError)), _store, new() { MaxTokens = 10_000 });
        for (int i = 0; i < 20; i++)
            await Assert.ThrowsAsync<HttpRequestException>(() => free.ExplainAsync(new(Records.Question), Token));
        Assert.Equal(666, await SpendAsync(new() { MaxTokens = 10_000 }), tolerance: 5);

        var lost = Budgeted(new ScriptedTeacher(_ => throw new TimeoutException()), _store, new() { MaxTokens = 20_000 });
        for (int i = 0; i < 3; i++)
            await Assert.ThrowsAsync<TimeoutException>(() => lost.ExplainAsync(new(Records.Question), Token));
        Assert.InRange(await SpendAsync(new() { MaxTokens = 20_000 }), 200, 660);
    }

    [Fact]
    public async Task Budget_CallsOfAWorkerThatDied_AreCharged()
    {
        await SpendAsync(new() { MaxTokens = 15 });
        await using (var source = Npgsql.NpgsqlDataSource.Create((await server.ClusterAsync()).ConnectionString))
        {
            await using var command = source.CreateCommand($"INSERT INTO \"{_schema.Replace("\"", "\"\"")}\".reservations VALUES (gen_random_uuid(), 'scripted', 500, 0, now() - interval '16 min')");
            await command.ExecuteNonQueryAsync(Token);
        }

        Assert.InRange(await SpendAsync(new() { MaxTokens = 600 }), 3, 6);
    }

    [Fact]
    public async Task Rate_OfTwoWorkers_IsThatOfBothTogether()
    {
        var limits = new TeacherRateLimits { RequestsPerMinute = 1200 }; // 20 a second, and 20 at once
        var times = new List<DateTime>();
        var teacher = new ScriptedTeacher(_ =>
        {
            lock (times)
                times.Add(DateTime.UtcNow);
            return ScriptedTeacher.Reply();
        });
        using var first = (IDisposable)new TeacherBuilder(teacher).UseSharedRateLimit(_store, "service", limits).Build();
        using var second = (IDisposable)new TeacherBuilder(teacher).UseSharedRateLimit(_other, "service", limits).Build();

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => ((ITeacherPrompter)(i % 2 == 0 ? first : second)).ExplainAsync(new(Records.Question), Token)));

        // 60 calls, 20 of them at once: the others take two seconds, however slow the machine is.
        Assert.True(times.Max() - times.Min() > TimeSpan.FromSeconds(1.8), $"{times.Max() - times.Min()}");
    }

    [Fact]
    public async Task Rate_OfTokens_ChargesWhatCallsTook()
    {
        var limits = new TeacherRateLimits { TokensPerMinute = 6000, ExpectedTokensPerCall = 1 }; // 100 a second
        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply() with { InputTokens = 100, OutputTokens = 50 });
        using var limited = (IDisposable)new TeacherBuilder(teacher).UseSharedRateLimit(_store, "service", limits).Build();
        long start = System.Diagnostics.Stopwatch.GetTimestamp();

        for (int i = 0; i < 3; i++)
            await ((ITeacherPrompter)limited).ExplainAsync(new(Records.Question), Token);

        // A second's worth at once; the rest of the first two calls has to be waited for by the third.
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(1.5));
    }

    /// <summary>Two workers call until the budget is spent.</summary>
    private async Task<int> SpendAsync(TeacherBudget budget)
    {
        var teacher = new ScriptedTeacher(async (_, token) =>
        {
            await Task.Delay(2, token);
            return ScriptedTeacher.Reply();
        });
        await Task.WhenAll(new[] { _store, _other }.SelectMany(store => Enumerable.Repeat(Budgeted(teacher, store, budget), 1).SelectMany(one => Enumerable.Repeat(one, 4))).Select(async one =>
        {
            try
            {
                while (true)
                    await one.ExplainAsync(new(Records.Question), Token);
            }
            catch (BudgetExhaustedException)
            {
            }
        }));
        return teacher.Requests.Count;
    }

    private static ITeacherPrompter Budgeted(ITeacherPrompter teacher, PostgresRationaleStore store, TeacherBudget budget) =>
        new TeacherBuilder(teacher).UseSharedBudget(store, "scripted", budget).Build();
}
