using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Rationales;

public sealed class JsonLinesRationaleStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string StorePath => _folder.File("rationales.jsonl");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Append_ThenReopen_GivesTheRecordsInOrder()
    {
        RationaleRecord[] records =
        [
            Records.Sample(0),
            Records.Sample(1) with { AnswerRevealed = true, FinishReason = TeacherFinishReason.Truncated },
            Records.Sample(2) with { Rationale = "", AnswerLabel = null, AnswerText = null, Model = null, PromptHash = null, InputTokens = null, OutputTokens = null, FinishReason = TeacherFinishReason.Refused },
        ];
        await Fill(records);
        Assert.Equal(3, File.ReadLines(StorePath).Count());

        await using var store = JsonLinesRationaleStore.Open(StorePath, Token);

        Assert.Null(store.TornTail);
        Assert.Equal(3, store.Count);
        Assert.Equal(records, await store.ReadAllAsync(Token).ToListAsync(Token));
        Assert.True(await store.ContainsAsync(records[2].Key, Token));
    }

    [Fact]
    public async Task Contains_OtherKey_IsFalse()
    {
        await using var store = JsonLinesRationaleStore.Open(StorePath, Token);
        var record = Records.Sample(0);
        Assert.True(await store.AppendAsync(record, Token));

        Assert.True(await store.ContainsAsync(record.Key, Token));
        Assert.All(
            [record.Key with { SampleIndex = 1 }, record.Key with { AnswerRevealed = true }, record.Key with { Teacher = "other" },
                record.Key with { PromptHash = null }, record.Key with { QuestionHash = "0" }],
            key => Assert.False(store.ContainsAsync(key, Token).Result));
    }

    [Fact]
    public async Task Append_KnownKey_WritesNothing()
    {
        await using var store = JsonLinesRationaleStore.Open(StorePath, Token);

        var appended = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.AppendAsync(Records.Sample(0) with { Rationale = $"{i}" }, Token)));

        Assert.Single(appended, true);
        Assert.False(await store.AppendAsync(Records.Sample(0), Token));
        Assert.Single(await store.ReadAllAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Append_ManyAtOnce_KeepsEveryOne()
    {
        await using (var store = JsonLinesRationaleStore.Open(StorePath, Token))
            await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Token },
                async (i, token) => Assert.True(await store.AppendAsync(Records.Sample(i), token)));

        await using var again = JsonLinesRationaleStore.Open(StorePath, Token);
        Assert.Equal(2000, again.Count);
        Assert.Equal(Enumerable.Range(0, 2000), (await again.ReadAllAsync(Token).ToListAsync(Token)).Select(record => record.SampleIndex).Order());
    }

    [Fact]
    public async Task Read_WhileAppending_SeesOnlyWholeRecords()
    {
        await using var store = JsonLinesRationaleStore.Open(StorePath, Token);
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
    public async Task Append_TextThatIsNoUnicode_IsKeptAsFarAsItCanBe()
    {
        await using var store = JsonLinesRationaleStore.Open(StorePath, Token);

        await store.AppendAsync(Records.Sample(0) with { Rationale = "half a sign: \ud83e." }, Token);

        Assert.Equal("half a sign: \ufffd.", (await store.ReadAllAsync(Token).SingleAsync(Token)).Rationale);
    }

    [Fact]
    public async Task Append_BadArguments_Throw()
    {
        var store = JsonLinesRationaleStore.Open(StorePath, Token);
        await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync(Records.Sample(0) with { Teacher = " " }, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync(Records.Sample(0) with { Rationale = new string('x', FileLine.MaxBytes) }, Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.AppendAsync(Records.Sample(0), new CancellationToken(true)));

        await store.DisposeAsync();
        await store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.AppendAsync(Records.Sample(0), Token));
        Assert.Equal(0, new FileInfo(StorePath).Length);
    }

    [Fact]
    public void Open_NoFolder_Throws() =>
        Assert.Throws<DirectoryNotFoundException>(() => JsonLinesRationaleStore.Open(Path.Combine(_folder.Path, "absent", "r.jsonl"), Token));

    [Fact]
    public async Task Dispose_WithRecordsUnderWay_StoresThem()
    {
        var store = JsonLinesRationaleStore.Open(StorePath, Token);
        var appending = Enumerable.Range(0, 50).Select(i => store.AppendAsync(Records.Sample(i), Token)).ToArray();

        await store.DisposeAsync();

        Assert.All(await Task.WhenAll(appending), Assert.True);
    }

    private async Task Fill(params RationaleRecord[] records)
    {
        await using var store = JsonLinesRationaleStore.Open(StorePath, Token);
        foreach (var record in records)
            await store.AppendAsync(record, Token);
    }
}
