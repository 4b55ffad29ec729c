using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using SciCoT.Students.Serving;

namespace SciCoT.Tests.Students.Serving;

public sealed class BatchSchedulerTests : IDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<int[]> _batches = []; // the numbers of each batch's items
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private readonly SemaphoreSlim _computing = new(0);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<BatchScheduler> _schedulers = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _open.Set();
        _schedulers.ForEach(scheduler => scheduler.Dispose());
    }

    [Fact]
    public async Task RunAsync_ItemsThatComeWithinTheWait_ShareABatch()
    {
        var scheduler = Scheduler(batchRows: 8);
        var calls = Enumerable.Range(0, 3).Select(i => scheduler.RunAsync(new Item(i), Token)).ToArray();
        Assert.Equal(3, scheduler.QueueLength);

        await PassTimeUntil(Task.WhenAll(calls));

        Assert.Equal([0, 1, 2], Assert.Single(_batches));
        Assert.Equal([0, 10, 20], calls.Select(call => call.Result));
    }

    [Fact]
    public async Task RunAsync_FullBatch_DoesNotWait()
    {
        var scheduler = Scheduler(batchRows: 4);

        var calls = Enumerable.Range(0, 4).Select(i => scheduler.RunAsync(new Item(i), Token)).ToArray();

        await Task.WhenAll(calls); // time stands still
        Assert.Equal(4, Assert.Single(_batches).Length);
    }

    [Fact]
    public async Task RunAsync_NoWait_BeginsAtOnce()
    {
        var scheduler = Scheduler(batchRows: 4, maxWait: TimeSpan.Zero);

        Assert.Equal(70, await scheduler.RunAsync(new Item(7), Token));
    }

    [Fact]
    public async Task RunAsync_RowsOfAnItem_AreCounted()
    {
        var scheduler = Scheduler(batchRows: 4);
        await Block(scheduler);
        Item[] items = [.. Enumerable.Range(0, 4).Select(i => new Item(i, rows: 2)), new Item(9, rows: 100, kind: "big")];
        var calls = items.Select(item => scheduler.RunAsync(item, Token)).ToArray();

        _open.Set();
        await PassTimeUntil(Task.WhenAll(calls));

        Assert.Equal([[0, 1], [2, 3], [9]], _batches.Skip(1));
    }

    [Fact]
    public async Task RunAsync_LengthsMixed_LikeLengthsShareABatchAndTheOldestGoesFirst()
    {
        var scheduler = Scheduler(batchRows: 3);
        await Block(scheduler);
        int[] lengths = [50, 5, 6, 51, 7, 90, 52];
        var calls = lengths.Select((length, i) => scheduler.RunAsync(new Item(i, length), Token)).ToArray();

        _open.Set();
        await PassTimeUntil(Task.WhenAll(calls));

        Assert.Equal([[0, 3, 6], [1, 2, 4], [5]], _batches.Skip(1));
    }

    [Fact]
    public async Task RunAsync_StreamOfBetterMatches_CannotKeepAnOddOneWaiting()
    {
        var scheduler = Scheduler(batchRows: 2, capacity: 3);
        await Block(scheduler);
        var odd = scheduler.RunAsync(new Item(1000, length: 500), Token);
        var others = Enumerable.Range(0, 20).Select(i => scheduler.RunAsync(new Item(i, length: 5), Token)).ToArray();

        _open.Set();
        await PassTimeUntil(Task.WhenAll(others.Append(odd)));

        Assert.Contains(1000, _batches.ElementAt(1));
    }

    [Fact]
    public async Task RunAsync_KindsMixed_NeverShareABatch()
    {
        var scheduler = Scheduler(batchRows: 8);
        await Block(scheduler);
        var calls = Enumerable.Range(0, 6).Select(i => scheduler.RunAsync(new Item(i, kind: i % 2 == 0 ? "even" : "odd"), Token)).ToArray();

        _open.Set();
        await PassTimeUntil(Task.WhenAll(calls));

        Assert.Equal([[0, 2, 4], [1, 3, 5]], _batches.Skip(1));
    }

    [Fact]
    public async Task RunAsync_CancelledWhileItWaits_LeavesTheQueueToTheOthers()
    {
        var scheduler = Scheduler(batchRows: 8);
        await Block(scheduler);
        using var stop = new CancellationTokenSource();
        var kept = scheduler.RunAsync(new Item(1), Token);
        var cancelled = scheduler.RunAsync(new Item(2), stop.Token);

        await stop.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled); // the model is still blocked
        Assert.Equal(stop.Token, exception.CancellationToken);
        Assert.Equal(1, scheduler.QueueLength);
        _open.Set();
        await PassTimeUntil(kept);
        Assert.Equal([1], _batches.Last());
    }

    [Fact]
    public async Task RunAsync_CancelledInARunningBatch_ReturnsAtOnceAndTheBatchGoesOn()
    {
        var scheduler = Scheduler(batchRows: 2);
        using var stop = new CancellationTokenSource();
        _open.Reset();
        var kept = scheduler.RunAsync(new Item(1), Token);
        var cancelled = scheduler.RunAsync(new Item(2), stop.Token);
        await _computing.WaitAsync(Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled); // the batch is still computed
        Assert.False(kept.IsCompleted);
        _open.Set();
        Assert.Equal(10, await kept);
    }

    [Fact]
    public async Task RunAsync_QueueIsFull_FurtherCallersWaitOutside()
    {
        var scheduler = Scheduler(batchRows: 1, capacity: 2);
        await Block(scheduler);
        using var stop = new CancellationTokenSource();

        var calls = Enumerable.Range(0, 6).Select(i => scheduler.RunAsync(new Item(i), Token)).ToArray();
        var impatient = scheduler.RunAsync(new Item(99), stop.Token);
        Assert.Equal(2, scheduler.QueueLength);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);

        _open.Set();
        await PassTimeUntil(Task.WhenAll(calls));
        Assert.Equal([0, 1, 2, 3, 4, 5], _batches.Skip(1).Select(batch => batch[0]).Order());
    }

    [Fact]
    public async Task RunAsync_OneBadItem_OnlyItsCallerIsTold()
    {
        var scheduler = Scheduler(batchRows: 3);

        var calls = new[] { 1, Item.Bad, 3 }.Select(number => scheduler.RunAsync(new Item(number), Token)).ToArray();

        await Assert.ThrowsAsync<InvalidFileException>(() => calls[1]);
        Assert.Equal([10, 30], (await Task.WhenAll(calls[0], calls[2])).AsEnumerable());
        Assert.Equal(50, await Alone(scheduler, 5)); // the scheduler goes on
    }

    [Fact]
    public async Task RunAsync_BatchFailsAfterAPartWasHandedOut_ItIsNotBegunAgain()
    {
        var scheduler = Scheduler(batchRows: 2);
        var told = scheduler.RunAsync(new Item(1, begins: true), Token);
        var bad = scheduler.RunAsync(new Item(Item.Bad), Token);

        await Assert.ThrowsAsync<InvalidFileException>(() => bad);
        Assert.Contains("ask again", (await Assert.ThrowsAsync<InvalidOperationException>(() => told)).Message);
    }

    [Fact]
    public async Task Dispose_WorkThatWasAccepted_IsDoneAndTheRestRefused()
    {
        var scheduler = Scheduler(batchRows: 1, capacity: 2);
        await Block(scheduler);
        var accepted = Enumerable.Range(0, 2).Select(i => scheduler.RunAsync(new Item(i), Token)).ToArray();
        var outside = Enumerable.Range(0, 3).Select(i => scheduler.RunAsync(new Item(i), Token)).ToArray();

        scheduler.Dispose();
        Assert.False(_ended.Task.IsCompleted);
        _open.Set();

        Assert.Equal([0, 10], (await Task.WhenAll(accepted)).AsEnumerable());
        foreach (var call in outside)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => call);
        await _ended.Task.WaitAsync(Token);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => scheduler.RunAsync(new Item(1), Token));
    }

    [Fact]
    public async Task ProcessEnd_WhileTwoOfThreeCompute_FailsTheirCallsAndWaitsForTheTwoOnly()
    {
        using var open = new ManualResetEventSlim();
        using var computing = new CountdownEvent(2);
        int freed = 0;
        BatchScheduler[] schedulers = [.. Enumerable.Range(0, 3).Select(_ => new BatchScheduler(
            (_, _) =>
            {
                computing.Signal();
                open.Wait();
            },
            () => Interlocked.Increment(ref freed),
            new SchedulerLimits(1, 10, TimeSpan.Zero),
            takesTurns: false,
            new ModelTelemetry("test"),
            _time))];
        Task<int>[] calls = [.. schedulers.Take(2).SelectMany(scheduler => new[] { scheduler.RunAsync(new Item(1), Token), scheduler.RunAsync(new Item(2), Token) })];
        computing.Wait(Token);
        await Task.Factory.StartNew(() => SpinWait.SpinUntil(() => schedulers[2].Rests), Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Assert.Equal(2, ProcessEnd.Stop(schedulers, TimeSpan.Zero));

        foreach (var call in calls)
            Assert.Contains("process ends", (await Assert.ThrowsAsync<ObjectDisposedException>(() => call)).Message);
        open.Set();
        await Task.WhenAll(schedulers.Select(scheduler => scheduler.JoinAsync()));
        Assert.Equal(0, freed);
    }

    /// <summary>Between two steps items join in the order of arrival, as many as there is room for, until one of another kind is the oldest.</summary>
    [Fact]
    public async Task RunAsync_ItemsThatComeWhileABatchIsComputed_JoinIt()
    {
        var steps = new SemaphoreSlim(0);
        var joined = new ConcurrentQueue<int[]>();
        using var scheduler = new BatchScheduler(
            (batch, more) =>
            {
                var items = batch.Cast<Item>().ToList();
                _batches.Enqueue([.. items.Select(item => item.Number)]);
                while (items.Count > 0)
                {
                    _computing.Release();
                    steps.Wait(Token);
                    items[0].Complete(items[0].Number);
                    items.RemoveAt(0);
                    var guests = more(items.Count).Cast<Item>().ToArray();
                    joined.Enqueue([.. guests.Select(item => item.Number)]);
                    items.AddRange(guests);
                }
            },
            () => { },
            new SchedulerLimits(2, 100, TimeSpan.Zero),
            takesTurns: true,
            new ModelTelemetry("test"),
            _time);
        var first = scheduler.RunAsync(new Item(1), Token);
        await _computing.WaitAsync(Token);
        Task<int>[] calls = [.. new[] { new Item(2), new Item(3), new Item(4), new Item(5, kind: "other"), new Item(6) }.Select(item => scheduler.RunAsync(item, Token))];

        steps.Release(100);

        int[] results = await Task.WhenAll(calls);
        Assert.Equal([2, 3, 4, 5, 6], results);
        Assert.Equal(1, await first);
        Assert.Equal([[1], [5], [6]], _batches);
        Assert.Equal([[2, 3], [4], [], [], [], []], joined);
    }

    /// <summary>Where a batch fails that others have joined, each of them is computed by itself.</summary>
    [Fact]
    public async Task RunAsync_BatchThatOthersJoinedFails_EachIsComputedAlone()
    {
        var step = new SemaphoreSlim(0);
        using var scheduler = new BatchScheduler(
            (batch, more) =>
            {
                _computing.Release();
                step.Wait(Token);
                Item[] items = [.. batch.Concat(more(batch.Count)).Cast<Item>()];
                if (items.Any(item => item.Number == Item.Bad))
                    throw new InvalidFileException("bad");
                foreach (var item in items)
                    item.Complete(10 * item.Number);
            },
            () => { },
            new SchedulerLimits(8, 100, TimeSpan.Zero),
            takesTurns: false,
            new ModelTelemetry("test"),
            _time);
        var first = scheduler.RunAsync(new Item(1), Token);
        await _computing.WaitAsync(Token);
        var (bad, good) = (scheduler.RunAsync(new Item(Item.Bad), Token), scheduler.RunAsync(new Item(2), Token));

        step.Release(100);

        Assert.Equal(10, await first);
        Assert.Equal(20, await good);
        await Assert.ThrowsAsync<InvalidFileException>(() => bad);
    }

    private BatchScheduler Scheduler(int batchRows, int capacity = 100, TimeSpan? maxWait = null)
    {
        var limits = new SchedulerLimits(batchRows, capacity, maxWait ?? MaxWait);
        var scheduler = new BatchScheduler(Compute, _ended.SetResult, limits, takesTurns: false, new ModelTelemetry("test"), _time);
        _schedulers.Add(scheduler);
        return scheduler;
    }

    /// <summary>Keeps the model busy with an item of its own, so that what comes next must wait.</summary>
    private async Task Block(BatchScheduler scheduler)
    {
        _open.Reset();
        _ = scheduler.RunAsync(new Item(-1, rows: 1000, kind: "block"), Token);
        await _computing.WaitAsync(Token);
    }

    private async Task<int> Alone(BatchScheduler scheduler, int number)
    {
        var call = scheduler.RunAsync(new Item(number), Token);
        await PassTimeUntil(call);
        return await call;
    }

    /// <summary>The thread looks at the clock when it comes to it: time passes until it has.</summary>
    private async Task PassTimeUntil(Task task)
    {
        while (!task.IsCompleted)
        {
            _time.Advance(MaxWait);
            await Task.Delay(1, Token);
        }

        await task;
    }

    private void Compute(IReadOnlyList<WorkItem> batch, Func<int, IReadOnlyList<WorkItem>> more)
    {
        var items = batch.Cast<Item>().ToArray();
        _batches.Enqueue([.. items.Select(item => item.Number)]);
        _computing.Release();
        _open.Wait();
        foreach (var item in items)
            item.Begin();
        if (items.Any(item => item.Number == Item.Bad))
            throw new InvalidFileException("bad");
        foreach (var item in items)
            item.Complete(10 * item.Number);
    }

    private sealed class Item(int number, int length = 1, int rows = 1, string kind = "test", bool begins = false) : WorkItem<int>(kind, length, rows)
    {
        public const int Bad = -13;

        public int Number => number;

        public void Begin() => HasBegun |= begins;
    }
}
