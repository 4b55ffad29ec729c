using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Rationales;

public sealed class RationaleMergeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Merge_Shards_AddsWhatIsNewAndCountsTheRest()
    {
        var first = await Shard("a.jsonl", Records.Sample(0), Records.Sample(1));
        var second = await Shard("b.jsonl", Records.Sample(1), Records.Sample(2), Records.Sample(0) with { Rationale = "Copper is a metal." });
        await using var store = JsonLinesRationaleStore.Open(_folder.File("all.jsonl"), Token);
        await store.AppendAsync(Records.Sample(3), Token);
        var conflicts = new List<RationaleRecord>();

        var merged = await RationaleMerge.MergeAsync([first, second], store, conflicts.Add, Token);

        Assert.Equal([new MergedShard(first) { Added = 2 }, new MergedShard(second) { Added = 1, Duplicates = 1, Conflicts = 1 }], merged);
        Assert.Equal("Copper is a metal.", Assert.Single(conflicts).Rationale);
        Assert.Equal([Records.Sample(3), Records.Sample(0), Records.Sample(1), Records.Sample(2)], await store.ReadAllAsync(Token).ToListAsync(Token));

        var again = await RationaleMerge.MergeAsync([first, second], store, cancellationToken: Token);
        Assert.Equal([(0, 2), (0, 2)], again.Select(shard => (shard.Added, shard.Duplicates)));
        Assert.Equal(4, store.Count);
    }

    [Fact]
    public async Task Merge_TornShard_TakesItsWholeRecordsAndLeavesTheShardAsItIs()
    {
        var shard = await Shard("a.jsonl", Records.Sample(0), Records.Sample(1));
        var bytes = await File.ReadAllBytesAsync(shard, Token);
        int torn = Array.IndexOf(bytes, (byte)0xe9) + 1; // inside the last character of "金"
        await File.WriteAllBytesAsync(shard, [.. bytes, .. bytes[..torn]], Token);
        await using var store = JsonLinesRationaleStore.Open(_folder.File("all.jsonl"), Token);

        var merged = await RationaleMerge.MergeAsync([shard], store, cancellationToken: Token);

        Assert.Equal([new MergedShard(shard) { Added = 2, TornTail = new TornTail(3, torn, shard) }], merged);
        Assert.Equal(bytes.Length + torn, new FileInfo(shard).Length);
    }

    [Fact]
    public async Task Merge_ManyRecords_ShareFlushes()
    {
        var shard = await Shard("a.jsonl", [.. Enumerable.Range(0, 10_000).Select(Records.Sample)]);
        await using var store = JsonLinesRationaleStore.Open(_folder.File("all.jsonl"), Token);

        var merged = Assert.Single(await RationaleMerge.MergeAsync([shard], store, cancellationToken: Token));

        Assert.Equal((10_000, 10_000), (merged.Added, store.Count));
    }

    [Fact]
    public async Task Merge_MissingOrTakenOrDamagedShard_ThrowsAndNamesIt()
    {
        var shard = await Shard("a.jsonl", Records.Sample(0));
        var damaged = _folder.File("damaged.jsonl");
        await File.WriteAllTextAsync(damaged, "{}\n", Token);
        await using var store = JsonLinesRationaleStore.Open(_folder.File("all.jsonl"), Token);

        Assert.Contains("absent", (await Assert.ThrowsAsync<MissingFileException>(() => RationaleMerge.MergeAsync([shard, _folder.File("absent")], store, cancellationToken: Token))).Message);
        Assert.Equal(0, store.Count);
        Assert.Contains(store.Path, (await Assert.ThrowsAsync<IOException>(() => RationaleMerge.MergeAsync([store.Path], store, cancellationToken: Token))).Message);
        var bad = await Assert.ThrowsAsync<BadRowException>(() => RationaleMerge.MergeAsync([shard, damaged], store, cancellationToken: Token));
        Assert.Equal((damaged, 1L), (bad.Path, bad.Line));
        Assert.Equal(1, store.Count);
    }

    [Fact]
    public async Task Merge_TargetFails_ThrowsItsError()
    {
        var shard = await Shard("a.jsonl", Records.Sample(0), Records.Sample(1));
        var file = new AppendOnlyFile(_folder.File("all.jsonl"), (_, _, _) => throw new IOException("No space left on device."));
        await using var store = JsonLinesRationaleStore.Open(file, Token);

        Assert.Contains("No space left", (await Assert.ThrowsAsync<IOException>(() => RationaleMerge.MergeAsync([shard], store, cancellationToken: Token))).Message);
    }

    [Fact]
    public async Task Read_TornFileWithoutCallback_Throws()
    {
        var shard = await Shard("a.jsonl", Records.Sample(0));
        await File.AppendAllTextAsync(shard, "{\"questionHash\":", Token);

        Assert.Equal(2, Assert.Throws<BadRowException>(() => RationaleFile.Read(shard).ToList()).Line);
        Assert.Throws<MissingFileException>(() => RationaleFile.Read(_folder.File("absent.jsonl")));
    }

    [Fact]
    public async Task Read_LastLineEndMissing_IsARecord()
    {
        var shard = await Shard("a.jsonl", Records.Sample(0));
        await File.WriteAllBytesAsync(shard, (await File.ReadAllBytesAsync(shard, Token))[..^1], Token);

        Assert.Equal([Records.Sample(0)], RationaleFile.Read(shard, torn => Assert.Fail($"{torn}")));
    }

    private async Task<string> Shard(string name, params RationaleRecord[] records)
    {
        var path = _folder.File(name);
        await File.WriteAllBytesAsync(path, [.. records.SelectMany(RationaleJson.Line)], Token);
        return path;
    }
}
