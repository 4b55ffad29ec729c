using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Rationales;

public sealed class JsonLinesRationaleStoreTests : DurableStoreConformance, IDisposable
{
    private readonly TempFolder _folder = new();

    private string StorePath => _folder.File("rationales.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Append_ThenReopen_IsALineARecord()
    {
        await Fill(Records.Sample(0), Records.Sample(1), Records.Sample(2));
        Assert.Equal(3, File.ReadLines(StorePath).Count());

        await using var store = JsonLinesRationaleStore.Open(StorePath, Token);

        Assert.Null(store.TornTail);
        Assert.Equal(3, store.Count);
    }

    [Fact]
    public async Task Open_TornAtAnyByteOfTheLastRecord_KeepsTheOthersAndSetsTheRestAside()
    {
        await Fill(Records.Sample(0), Records.Sample(1));
        var whole = await File.ReadAllBytesAsync(StorePath, Token);
        int secondStart = Array.IndexOf(whole, (byte)'\n') + 1;

        for (int length = secondStart; length < whole.Length; length++)
        {
            var path = _folder.File($"torn{length}.jsonl");
            await File.WriteAllBytesAsync(path, whole[..length], Token);
            await using (var store = JsonLinesRationaleStore.Open(path, Token))
            {
                bool isTorn = length > secondStart && length < whole.Length - 1;
                Assert.Equal(length == whole.Length - 1 ? 2 : 1, store.Count);
                Assert.Equal(isTorn ? new TornTail(2, length - secondStart, path + ".torn") : null, store.TornTail);
                if (isTorn)
                    Assert.Equal<IEnumerable<byte>>([.. whole[secondStart..length], (byte)'\n'], await File.ReadAllBytesAsync(path + ".torn", Token));
                await store.AppendAsync(Records.Sample(1), Token);
            }

            Assert.Equal(whole, await File.ReadAllBytesAsync(path, Token));
        }
    }

    [Fact]
    public async Task Open_HugeTailOfZeros_IsSetAside()
    {
        await Fill(Records.Sample(0));
        await using (var file = File.OpenWrite(StorePath))
            file.SetLength(file.Length + 3 * FileLine.MaxBytes);

        await using var store = JsonLinesRationaleStore.Open(StorePath, Token);

        Assert.Equal((1, 3L * FileLine.MaxBytes), (store.Count, store.TornTail!.Length));
    }

    [Theory]
    [InlineData("{\"questionHash\":\"ab")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"questionHash\":null,\"teacher\":\"t\"}")]
    [InlineData("\0\0\0")]
    public async Task Open_DamagedLineInTheMiddle_NamesFileAndLine(string damaged)
    {
        await Fill(Records.Sample(0), Records.Sample(1));
        var lines = await File.ReadAllLinesAsync(StorePath, Token);
        await File.WriteAllLinesAsync(StorePath, [lines[0], damaged, lines[1]], Token);

        var bad = Assert.Throws<BadRowException>(() => JsonLinesRationaleStore.Open(StorePath, Token));

        Assert.Equal((StorePath, 2L), (bad.Path, bad.Line));
        // The failed opening must not keep the file.
        await File.WriteAllLinesAsync(StorePath, lines, Token);
        await JsonLinesRationaleStore.Open(StorePath, Token).DisposeAsync();
    }

    [Fact]
    public async Task Read_LineWithKeyButNoRecord_NamesFileAndLine()
    {
        await File.WriteAllTextAsync(StorePath, "\n{\"questionHash\":\"ab\",\"teacher\":\"t\"}\n", Token);
        await using var store = JsonLinesRationaleStore.Open(StorePath, Token);

        var bad = await Assert.ThrowsAsync<BadRowException>(async () => await store.ReadAllAsync(Token).ToListAsync(Token));

        Assert.Equal((StorePath, 2L), (bad.Path, bad.Line));
    }

    [Fact]
    public async Task Open_Twice_SaysThatTheFileIsTaken()
    {
        await using var store = JsonLinesRationaleStore.Open(StorePath, Token);

        Assert.Contains(StorePath, Assert.Throws<IOException>(() => JsonLinesRationaleStore.Open(StorePath, Token)).Message);
    }

    [Fact]
    public async Task Append_DiskFullPartWay_LeavesTheStoreAsItWasAndUsable()
    {
        await Fill(Records.Sample(0));
        var before = await File.ReadAllBytesAsync(StorePath, Token);
        bool isFull = true;
        var file = new AppendOnlyFile(StorePath, (handle, bytes, offset) =>
        {
            RandomAccess.Write(handle, (isFull ? bytes[..(bytes.Length / 2)] : bytes).Span, offset);
            if (isFull)
                throw new IOException("No space left on device.");
        });

        await using (var store = JsonLinesRationaleStore.Open(file, Token))
        {
            var failure = await Assert.ThrowsAsync<IOException>(() => store.AppendAsync(Records.Sample(1), Token));
            Assert.Contains(StorePath, failure.Message);
            Assert.Contains("No space left", failure.Message);
            Assert.False(await store.ContainsAsync(Records.Sample(1).Key, Token));
            Assert.Equal(before.Length, new FileInfo(StorePath).Length);

            isFull = false;
            Assert.True(await store.AppendAsync(Records.Sample(1), Token));
        }

        await using var again = JsonLinesRationaleStore.Open(StorePath, Token);
        Assert.Equal([Records.Sample(0), Records.Sample(1)], await again.ReadAllAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public void Open_NoFolder_Throws() =>
        Assert.Throws<DirectoryNotFoundException>(() => JsonLinesRationaleStore.Open(Path.Combine(_folder.Path, "absent", "r.jsonl"), Token));

    private protected override ValueTask<IRationaleStore> OpenAsync() => new(JsonLinesRationaleStore.Open(StorePath, Token));

    private async Task Fill(params RationaleRecord[] records)
    {
        await using var store = JsonLinesRationaleStore.Open(StorePath, Token);
        foreach (var record in records)
            await store.AppendAsync(record, Token);
    }
}
