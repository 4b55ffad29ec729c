using System.Collections.Concurrent;
using System.Net;
using SciCoT.Checkpoints;
using SciCoT.Hub;
using SciCoT.Models;
using SciCoT.Tests.Models;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Hub;

public sealed class HubClientTests : IAsyncLifetime
{
    private const string Weights = "model.safetensors";
    private static readonly byte[] Payload = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 >> 3))];

    private readonly TempFolder _cache = new();
    private readonly ConcurrentQueue<TimeSpan> _waits = [];
    private FakeHub _hub = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Model => Path.Combine(_cache.Path, "models--tiny--t5");

    private string Snapshot => Path.Combine(Model, "snapshots", FakeHub.Commit);

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        _hub.Files["config.json"] = File.ReadAllBytes(Path.Combine(Golden.Folder(Golden.Gated), "config.json"));
        _hub.Files["spiece.model"] = File.ReadAllBytes(TestFiles.Data("Tokenizer", "tiny-spiece.model"));
        _hub.Files[Weights] = Payload;
        _hub.OtherNames.AddRange(["README.md", "pytorch_model.bin", "tf_model.h5", "../../evil", "/etc/passwd"]);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _cache.Dispose();
    }

    [Fact]
    public async Task Download_LoadsAndLiesWherePythonsToolsLook()
    {
        _hub.Files[Weights] = File.ReadAllBytes(Path.Combine(Golden.Folder(Golden.Gated), Weights));
        var snapshot = await DownloadAsync();

        Assert.Equal((Snapshot, FakeHub.Commit), (snapshot.Directory, snapshot.Commit));
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(Model, "refs", "main")));
        Assert.Equal(["config.json", Weights, "spiece.model"], Directory.GetFiles(Snapshot).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(
            new[] { FakeHub.GitSha1(_hub.Files["config.json"]), FakeHub.GitSha1(_hub.Files["spiece.model"]), FakeHub.Sha256(_hub.Files[Weights]) }.Order(StringComparer.Ordinal),
            Directory.GetFiles(Path.Combine(Model, "blobs")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
            Assert.Equal($"../../blobs/{FakeHub.Sha256(_hub.Files[Weights])}", new FileInfo(Path.Combine(Snapshot, Weights)).LinkTarget);

        using var model = T5Model.Load(snapshot.Directory);
        using var golden = T5Model.Load(Golden.Folder(Golden.Gated));
        Assert.Equal(TinyModel.Weights(golden), TinyModel.Weights(model));
        Assert.NotEmpty(T5Tokenizer.Load(snapshot.Directory).EncodeToIds("water"));
    }

    [Fact]
    public async Task SecondDownload_AsksOnlyWhetherTheBranchMoved()
    {
        await DownloadAsync();
        _hub.Log.Clear();
        await DownloadAsync();
        Assert.Equal([("GET", "")], _hub.Log.Select(r => (r.Method, r.File)));
    }

    [Fact]
    public async Task CommitInTheCache_NeedsNoRequest()
    {
        await DownloadAsync();
        _hub.Log.Clear();
        Assert.Equal(Snapshot, (await DownloadAsync(FakeHub.Commit)).Directory);
        Assert.Empty(_hub.Log);
    }

    [Fact]
    public async Task BranchWithASlash_HasItsRef()
    {
        await DownloadAsync("refs/pr/3");
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(Model, "refs", "refs", "pr", "3")));
    }

    [Fact]
    public async Task Shards_AreFetchedAsTheIndexNamesThem()
    {
        using var folder = new TempFolder();
        using var model = TinyModel.Create(TinyModel.Gated);
        T5Checkpoint.Save(model, folder.Path, maxShardBytes: 6000);
        _hub.Files.Remove(Weights);
        foreach (var file in Directory.GetFiles(folder.Path))
            _hub.Files[Path.GetFileName(file)] = File.ReadAllBytes(file);

        using var loaded = T5Model.Load((await DownloadAsync()).Directory);
        Assert.Equal(TinyModel.Weights(model), TinyModel.Weights(loaded));
    }

    [Fact]
    public async Task BrokenConnections_AreContinuedWhereTheyBroke()
    {
        _hub.Fail(Weights, FakeHub.Reset, FakeHub.Reset, FakeHub.Truncate);
        await DownloadAsync();

        Assert.Equal(Payload, Fetched());
        int[] starts = [.. _hub.Downloads(Weights).Select(r => r.Range).Select(range => range.Length == 0 ? 0 : int.Parse(range["bytes=".Length..^1]))];
        Assert.Equal(4, starts.Length); // a reset connection may lose what was sent last, so where it broke is the network's to say
        Assert.Equal(starts.Order(), starts);
        Assert.Equal(0, starts[0]);
        Assert.True(starts[3] >= 100_000, $"the last attempt starts at {starts[3]}");
    }

    [Fact]
    public async Task PartialFileOfAnEarlierProcess_IsContinued()
    {
        var part = WritePart(Payload[..100_000]);
        await DownloadAsync();

        Assert.Equal(Payload, Fetched());
        Assert.Equal("bytes=100000-", Assert.Single(_hub.Downloads(Weights)).Range);
        Assert.False(File.Exists(part));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(300_000)]
    [InlineData(400_000)]
    public async Task PartialFileThatIsWrong_IsThrownAway(int length)
    {
        WritePart(new byte[length]);
        await DownloadAsync();
        Assert.Equal(Payload, Fetched());
    }

    [Fact]
    public async Task ServerThatIgnoresRanges_StartsOver()
    {
        WritePart(Payload[..100_000]);
        _hub.Fail(Weights, FakeHub.IgnoreRange);
        await DownloadAsync();
        Assert.Equal(Payload, Fetched());
    }

    [Fact]
    public async Task RangeThatIsNotSatisfied_StartsOver()
    {
        WritePart(Payload[..100_000]);
        _hub.Fail(Weights, FakeHub.Status(416));
        await DownloadAsync();
        Assert.Equal(Payload, Fetched());
        Assert.Equal(["bytes=100000-", ""], _hub.Downloads(Weights).Select(r => r.Range));
    }

    [Fact]
    public async Task CorruptFile_IsThrownAwayAndFetchedAnew()
    {
        _hub.Fail(Weights, FakeHub.Corrupt);
        _hub.Fail("config.json", FakeHub.Corrupt);
        await DownloadAsync();
        Assert.Equal(Payload, Fetched());
        Assert.Equal(_hub.Files["config.json"], File.ReadAllBytes(Path.Combine(Snapshot, "config.json")));
        Assert.Equal(2, _hub.Downloads(Weights).Count());
    }

    [Fact]
    public async Task FileThatStaysCorrupt_NeverCounts()
    {
        _hub.Fail(Weights, [.. Enumerable.Repeat<FakeHub.Fault>(FakeHub.Corrupt, 10)]);
        var error = await Assert.ThrowsAsync<HubException>(() => DownloadAsync());

        Assert.Contains($"tiny/t5/{Weights}", error.Message);
        Assert.Contains(FakeHub.Sha256(Payload), error.Message);
        Assert.Equal(4, _hub.Downloads(Weights).Count());
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(Model, "blobs")), file => file.Contains(FakeHub.Sha256(Payload)));
        Assert.False(File.Exists(Path.Combine(Model, "refs", "main")));
    }

    [Fact]
    public async Task MoreBytesThanAnnounced_AreRefused()
    {
        _hub.Fail(Weights, FakeHub.SendTooMuch);
        Assert.Contains("300000", (await Assert.ThrowsAsync<HubException>(() => DownloadAsync())).Message);
    }

    [Fact]
    public async Task FileAboveTheLimit_IsNotAskedFor()
    {
        using var client = Client(o => o with { MaxFileBytes = 299_999 });
        Assert.Contains("299999", (await Assert.ThrowsAsync<HubException>(() => client.DownloadAsync(FakeHub.Repository, cancellationToken: Cancelled))).Message);
        Assert.Empty(_hub.Downloads(Weights));
    }

    [Fact]
    public async Task BusyServer_IsAskedAgainWhenItSays()
    {
        _hub.Fail("", FakeHub.Status(429, ("Retry-After", "7")), FakeHub.Status(503));
        _hub.Fail(Weights, FakeHub.Status(500));
        await DownloadAsync();
        Assert.Equal(3, _waits.Count);
        Assert.Equal(TimeSpan.FromSeconds(7), _waits.First());
        Assert.All(_waits.Skip(1), wait => Assert.InRange(wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task BusyServer_ThatNamesNoTime_WaitsAreJittered()
    {
        _hub.Fail("", FakeHub.Status(503), FakeHub.Status(503), FakeHub.Status(503));
        await DownloadAsync();
        Assert.Equal(3, _waits.Count);
        Assert.DoesNotContain(_waits, wait => wait.Ticks % TimeSpan.TicksPerSecond == 0); // 1, 2 and 4 seconds would bring all clients back together
    }

    [Fact]
    public async Task ServerThatAsksForTooMuchPatience_IsBelievedAtOnce()
    {
        _hub.Fail("", FakeHub.Status(429, ("Retry-After", "3600")));
        var error = await Assert.ThrowsAsync<HubException>(() => DownloadAsync());
        Assert.Equal(HttpStatusCode.TooManyRequests, error.Status);
        Assert.Empty(_waits);
    }

    [Theory]
    [InlineData(401, "RepoNotFound", "HF_TOKEN")]
    [InlineData(403, "GatedRepo", "accept its terms")]
    [InlineData(404, "RevisionNotFound", "no revision 'main'")]
    [InlineData(404, "RepoNotFound", "no such model")]
    [InlineData(418, "Teapot", "418 (Teapot)")]
    public async Task Refusals_SayWhatToDo(int status, string code, string expected)
    {
        _hub.Fail("", FakeHub.Status(status, ("X-Error-Code", code)));
        var error = await Assert.ThrowsAsync<HubException>(() => DownloadAsync());
        Assert.Contains(expected, error.Message);
        Assert.Contains(FakeHub.Repository, error.Message);
        Assert.Equal(status, (int?)error.Status);
        Assert.Empty(_waits);
    }

    [Fact]
    public async Task Token_StaysWithItsServer()
    {
        using var client = Client(o => o with { Token = "hf_secret" });
        await client.DownloadAsync(FakeHub.Repository, cancellationToken: Cancelled);

        var own = _hub.Log.ToLookup(r => r.Port == _hub.Address.Port, r => r.Authorization);
        Assert.All(own[true], header => Assert.Equal("Bearer hf_secret", header));
        Assert.Equal("", Assert.Single(own[false])); // the weights, at the second host
        Assert.DoesNotContain("hf_secret", (new HubOptions { CacheDirectory = "x", Token = "hf_secret" }).ToString());
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("file:///etc/passwd")]
    public async Task RedirectToAnotherProtocol_IsRefused(string location)
    {
        _hub.Fail("", FakeHub.Status(302, ("Location", location)));
        Assert.Contains("not followed", (await Assert.ThrowsAsync<HubException>(() => DownloadAsync())).Message);
    }

    [Fact]
    public async Task EndlessRedirects_End()
    {
        _hub.Fail("", [.. Enumerable.Repeat(FakeHub.Status(302, ("Location", $"/api/models/{FakeHub.Repository}/revision/main")), 20)]);
        Assert.Contains("more than", (await Assert.ThrowsAsync<HubException>(() => DownloadAsync())).Message);
    }

    [Fact]
    public async Task SilentServer_IsGivenUp()
    {
        _hub.Fail("", FakeHub.Stall, FakeHub.Stall, FakeHub.Stall);
        using var client = Client(o => o with { StallTimeout = TimeSpan.FromMilliseconds(100) });
        var error = await Assert.ThrowsAsync<HubException>(() => client.DownloadAsync(FakeHub.Repository, cancellationToken: Cancelled));
        Assert.Contains("sent nothing for 0.1 seconds", error.Message);
    }

    [Fact]
    public async Task Offline_ServesTheCacheAndSaysWhatItLacks()
    {
        using var client = Client(o => o with { Offline = true });
        var missing = await Assert.ThrowsAsync<HubException>(() => client.DownloadAsync(FakeHub.Repository, cancellationToken: Cancelled));
        Assert.Contains("HF_HUB_OFFLINE", missing.Message);
        Assert.Contains("revision 'main'", missing.Message);

        await DownloadAsync();
        _hub.Log.Clear();
        Assert.Equal(Snapshot, (await client.DownloadAsync(FakeHub.Repository, cancellationToken: Cancelled)).Directory);
        Assert.Empty(_hub.Log);

        File.Delete(Path.Combine(Model, "blobs", FakeHub.Sha256(Payload))); // a link to nothing is no file
        Assert.Contains(Weights, (await Assert.ThrowsAsync<HubException>(() => client.DownloadAsync(FakeHub.Repository, cancellationToken: Cancelled))).Message);
        await DownloadAsync();
        Assert.Equal(Payload, Fetched());
    }

    [Fact]
    public async Task UnreachableServer_LeavesTheCache()
    {
        using var client = Client(o => o with { Endpoint = new Uri("http://127.0.0.1:9") });
        var error = await Assert.ThrowsAsync<HubException>(() => client.DownloadAsync(FakeHub.Repository, cancellationToken: Cancelled));
        Assert.IsType<HttpRequestException>(error.InnerException);
        Assert.Equal(2, _waits.Count);

        await DownloadAsync();
        Assert.Equal(Snapshot, (await client.DownloadAsync(FakeHub.Repository, cancellationToken: Cancelled)).Directory);
    }

    [Fact]
    public async Task Pickle_IsTakenOnlyWhenAsked()
    {
        _hub.Files.Remove(Weights);
        _hub.OtherNames.Clear();
        _hub.Files["pytorch_model.bin"] = File.ReadAllBytes(Path.Combine(Golden.Folder(Golden.Gated), "pytorch_model.bin"));
        Assert.Contains("allowPickle", (await Assert.ThrowsAsync<HubException>(() => DownloadAsync())).Message);
        Assert.Empty(_hub.Downloads("pytorch_model.bin"));

        using var client = Client();
        var snapshot = await client.DownloadAsync(FakeHub.Repository, allowPickle: true, cancellationToken: Cancelled);
        using var model = T5Model.Load(snapshot.Directory, allowPickle: true);
        using var golden = T5Model.Load(Golden.Folder(Golden.Gated));
        Assert.Equal(TinyModel.Weights(golden), TinyModel.Weights(model));
    }

    [Fact]
    public async Task SystemWithoutLinks_GetsCopies()
    {
        using var client = new HubClient(Options(), new SkippedTime(_waits)) { Links = false };
        await client.DownloadAsync(FakeHub.Repository, cancellationToken: Cancelled);
        Assert.Null(new FileInfo(Path.Combine(Snapshot, Weights)).LinkTarget);
        Assert.Equal(Payload, Fetched());
        _hub.Log.Clear();
        await client.DownloadAsync(FakeHub.Repository, cancellationToken: Cancelled);
        Assert.Single(_hub.Log);
    }

    [Theory]
    [InlineData("../../../../tmp/evil")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task EtagThatIsAPath_IsRefused(string etag)
    {
        _hub.Etags["config.json"] = etag;
        Assert.Contains("etag", (await Assert.ThrowsAsync<HubException>(() => DownloadAsync())).Message);
    }

    [Fact]
    public async Task IndexThatNamesAPath_IsRefused()
    {
        _hub.Files.Remove(Weights);
        _hub.Files[ShardIndex.FileName] = """{"weight_map": {"shared.weight": "../../../evil.safetensors"}}"""u8.ToArray();
        Assert.Contains("evil", (await Assert.ThrowsAsync<InvalidFileException>(() => DownloadAsync())).Message);
    }

    [Theory]
    [InlineData("../t5")]
    [InlineData("a/b/c")]
    [InlineData("a/..")]
    [InlineData("a--b")]
    [InlineData("a b")]
    [InlineData("a/b.git")]
    [InlineData("/etc")]
    [InlineData("")]
    public async Task NameThatIsNone_IsRefused(string repository)
    {
        using var client = Client();
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.DownloadAsync(repository, cancellationToken: Cancelled));
    }

    [Theory]
    [InlineData("../main")]
    [InlineData("/main")]
    [InlineData("a/../../b")]
    [InlineData("main?x")]
    public async Task RevisionThatIsNone_IsRefused(string revision)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => DownloadAsync(revision));
        Assert.Empty(_hub.Log);
    }

    [Fact]
    public async Task TwoAtATime_FetchOnce()
    {
        using var first = Client();
        using var second = Client();
        var snapshots = await Task.WhenAll(
            first.DownloadAsync(FakeHub.Repository, cancellationToken: Cancelled),
            second.DownloadAsync(FakeHub.Repository, cancellationToken: Cancelled));
        Assert.Equal(snapshots[0], snapshots[1]);
        Assert.Single(_hub.Downloads(Weights));
        Assert.Equal(Payload, Fetched());
    }

    [Fact]
    public async Task CancelledDownload_IsContinuedLater()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        _hub.Fail(Weights, async (context, content) =>
        {
            context.Response.ContentLength = content.Length;
            await context.Response.Body.WriteAsync(content.AsMemory(0, 120_000), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        var seen = new Watcher(progress =>
        {
            if (progress is { File: Weights, FileBytes: 120_000 })
                stop.Cancel();
        });
        using var client = Client();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.DownloadAsync(FakeHub.Repository, progress: seen, cancellationToken: stop.Token));

        await DownloadAsync();
        Assert.Equal(Payload, Fetched());
        Assert.Equal("bytes=120000-", _hub.Downloads(Weights).Last().Range);
    }

    /// <summary>What an earlier process left of the weights.</summary>
    private string WritePart(byte[] content)
    {
        var part = Path.Combine(Model, "blobs", FakeHub.Sha256(Payload) + ".incomplete");
        Directory.CreateDirectory(Path.GetDirectoryName(part)!);
        File.WriteAllBytes(part, content);
        return part;
    }

    private byte[] Fetched() => File.ReadAllBytes(Path.Combine(Snapshot, Weights));

    private HubOptions Options() => new() { CacheDirectory = _cache.Path, Endpoint = _hub.Address, Attempts = 3 };

    private HubClient Client(Func<HubOptions, HubOptions>? change = null) => new(change?.Invoke(Options()) ?? Options(), new SkippedTime(_waits));

    private async Task<HubSnapshot> DownloadAsync(string revision = HubClient.DefaultRevision)
    {
        using var client = Client(o => o with { Attempts = 4 });
        return await client.DownloadAsync(FakeHub.Repository, revision, cancellationToken: Cancelled);
    }

    /// <summary>A clock whose waits are over at once and are noted.</summary>
    private sealed class SkippedTime(ConcurrentQueue<TimeSpan> waits) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            waits.Enqueue(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    private sealed class Watcher(Action<HubProgress> seen) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => seen(value);
    }
}
