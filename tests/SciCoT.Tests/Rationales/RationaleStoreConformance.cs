using SciCoT.Questions;
using SciCoT.Rationales;

namespace SciCoT.Tests.Rationales;

/// <summary>What every store does.</summary>
public abstract class RationaleStoreConformance
{
    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens the test's store. What implements <see cref="IAsyncDisposable"/> is closed by the test.</summary>
    private protected abstract ValueTask<IRationaleStore> OpenAsync();

    [Fact]
    public async Task Append_ThenRead_GivesTheRecordsInOrder()
    {
        RationaleRecord[] records =
        [
            Records.Sample(0),
            Records.Sample(1) with { AnswerRevealed = true, Rationalized = true, Attempt = 3, FinishReason = TeacherFinishReason.Truncated },
            Records.Sample(2) with { Rationale = "", AnswerLabel = null, AnswerText = null, Model = null, PromptHash = null, InputTokens = null, OutputTokens = null, FinishReason = TeacherFinishReason.Refused },
            Records.Sample(3) with { Rationale = "\0 \u0001 \u001b[31m \\ \" \\u0000 \u2028", Reply = "{\"a\":\"\\u0000\"}", ReplyId = "r", Sampling = new() { Temperature = 0.7, Seed = long.MaxValue } },
        ];
        await using var opened = await OpenedAsync();
        var store = opened.Store;

        foreach (var record in records)
            Assert.True(await store.AppendAsync(record, Token));

        Assert.Equal(records, await store.ReadAllAsync(Token).ToListAsync(Token));
        foreach (var record in records)
        {
            Assert.True(await store.ContainsAsync(record.Key, Token));
            Assert.Equal(record, await store.FindAsync(record.Key, Token));
            Assert.Null(await store.FindAsync(record.Key with { SampleIndex = 77 }, Token));
        }
    }

    [Fact]
    public async Task Append_WithoutWaiting_KeepsTheOrder()
    {
        await using var opened = await OpenedAsync();

        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => opened.Store.AppendAsync(Records.Sample(i), Token)));

        Assert.Equal(Enumerable.Range(0, 300), await opened.Store.ReadAllAsync(Token).Select(record => record.SampleIndex).ToListAsync(Token));
    }

    [Fact]
    public async Task Contains_OtherKey_IsFalse()
    {
        await using var opened = await OpenedAsync();
        var (store, record) = (opened.Store, Records.Sample(0));
        Assert.False(await store.ContainsAsync(record.Key, Token));
        Assert.True(await store.AppendAsync(record, Token));

        Assert.True(await store.ContainsAsync(record.Key, Token));
        foreach (var key in new[]
        {
            record.Key with { SampleIndex = 1 }, record.Key with { AnswerRevealed = true }, record.Key with { Teacher = "other" }, record.Key with { Attempt = 1 },
            record.Key with { PromptHash = null }, record.Key with { QuestionHash = "0" },
        })
            Assert.False(await store.ContainsAsync(key, Token));
    }

    [Fact]
    public async Task Append_KnownKey_WritesNothing()
    {
        await using var opened = await OpenedAsync();
        var store = opened.Store;

        var appended = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.AppendAsync(Records.Sample(0) with { Rationale = $"{i}" }, Token)));

        Assert.Single(appended, true);
        Assert.False(await store.AppendAsync(Records.Sample(0), Token));
        var stored = await store.ReadAllAsync(Token).SingleAsync(Token);
        Assert.Equal($"{Array.IndexOf(appended, true)}", stored.Rationale);
    }

    [Fact]
    public async Task Append_ManyAtOnce_KeepsEveryOne()
    {
        await using var opened = await OpenedAsync();
        var store = opened.Store;

        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Token },
            async (i, token) => Assert.True(await store.AppendAsync(Records.Sample(i), token)));

        Assert.Equal(Enumerable.Range(0, 2000), (await store.ReadAllAsync(Token).ToListAsync(Token)).Select(record => record.SampleIndex).Order());
    }

    [Fact]
    public async Task Read_WhileAppending_SeesOnlyWholeRecords()
    {
        await using var opened = await OpenedAsync();
        var store = opened.Store;
        var appending = Task.WhenAll(Enumerable.Range(0, 500).Select(i => store.AppendAsync(Records.Sample(i), Token)));

        int last = 0;
        while (!appending.IsCompleted)
        {
            int count = await store.ReadAllAsync(Token).CountAsync(Token);
            Assert.True(count >= last);
            last = count;
        }

        await appending;
        Assert.Equal(500, await store.ReadAllAsync(Token).CountAsync(Token));
    }

    [Fact]
    public async Task Append_WhileReading_DoesNotWait()
    {
        await using var opened = await OpenedAsync();
        var store = opened.Store;
        foreach (int i in Enumerable.Range(0, 3))
            await store.AppendAsync(Records.Sample(i), Token);

        int next = 3;
        await foreach (var record in store.ReadAllAsync(Token))
            Assert.True(await store.AppendAsync(Records.Sample(next++), Token));

        Assert.Equal((6, 6), (next, await store.ReadAllAsync(Token).CountAsync(Token)));
    }

    [Fact]
    public async Task Read_Cancelled_Stops()
    {
        await using var opened = await OpenedAsync();
        var store = opened.Store;
        await store.AppendAsync(Records.Sample(0), Token);
        await store.AppendAsync(Records.Sample(1), Token);
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var record in store.ReadAllAsync(cancel.Token))
                await cancel.CancelAsync();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.AppendAsync(Records.Sample(2), new CancellationToken(true)));
        Assert.Equal(2, await store.ReadAllAsync(Token).CountAsync(Token));
    }

    [Fact]
    public async Task NullArguments_Throw()
    {
        await using var opened = await OpenedAsync();
        await Assert.ThrowsAsync<ArgumentNullException>(() => opened.Store.AppendAsync(null!, Token));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await opened.Store.ContainsAsync(null!, Token));
    }

    private protected async ValueTask<OpenedStore> OpenedAsync() => new(await OpenAsync());

    private protected sealed record OpenedStore(IRationaleStore Store) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => (Store as IAsyncDisposable)?.DisposeAsync() ?? default;
    }
}

/// <summary>What every store does that outlives its process.</summary>
public abstract class DurableStoreConformance : RationaleStoreConformance
{
    [Fact]
    public async Task Reopened_HasTheRecordsInOrder()
    {
        await using (var opened = await OpenedAsync())
            await Task.WhenAll(Enumerable.Range(0, 2500).Select(i => opened.Store.AppendAsync(Records.Sample(i), Token)));

        await using var again = await OpenedAsync();

        Assert.Equal(Enumerable.Range(0, 2500).Select(Records.Sample), await again.Store.ReadAllAsync(Token).ToListAsync(Token));
        Assert.True(await again.Store.ContainsAsync(Records.Sample(2499).Key, Token));
        Assert.False(await again.Store.AppendAsync(Records.Sample(2499), Token));
    }

    [Fact]
    public async Task Append_TextThatIsNoUnicode_IsKeptAsFarAsItCanBe()
    {
        await using var opened = await OpenedAsync();

        await opened.Store.AppendAsync(Records.Sample(0) with { Rationale = "half a sign: \ud83e." }, Token);

        Assert.Equal("half a sign: \ufffd.", (await opened.Store.ReadAllAsync(Token).SingleAsync(Token)).Rationale);
    }

    [Fact]
    public async Task Append_LongestRecord_IsKept()
    {
        await using var opened = await OpenedAsync();
        var record = Records.Sample(0) with { Rationale = new string('x', FileLine.MaxBytes - 1000) };

        Assert.True(await opened.Store.AppendAsync(record, Token));

        Assert.Equal(record, await opened.Store.ReadAllAsync(Token).SingleAsync(Token));
    }

    [Fact]
    public async Task Append_BadArguments_Throw()
    {
        var opened = await OpenedAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => opened.Store.AppendAsync(Records.Sample(0) with { Teacher = " " }, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => opened.Store.AppendAsync(Records.Sample(0) with { QuestionHash = "" }, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => opened.Store.AppendAsync(Records.Sample(0) with { Rationale = new string('x', FileLine.MaxBytes) }, Token));

        await opened.DisposeAsync();
        await opened.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => opened.Store.AppendAsync(Records.Sample(0), Token));
        await using var again = await OpenedAsync();
        Assert.Empty(await again.Store.ReadAllAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Dispose_WithRecordsUnderWay_StoresThem()
    {
        var opened = await OpenedAsync();
        var appending = Enumerable.Range(0, 50).Select(i => opened.Store.AppendAsync(Records.Sample(i), Token)).ToArray();

        await opened.DisposeAsync();

        Assert.All(await Task.WhenAll(appending), Assert.True);
    }
}
