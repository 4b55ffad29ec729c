using System.IO.Compression;
using System.Text;
using SciCoT.Datasets;
using SciCoT.Hub;
using SciCoT.Questions;
using SciCoT.Tests.Hub;
using SciCoT.Tests.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Datasets;

public sealed class DatasetClientTests : IAsyncLifetime
{
    private const string Name = "hf:" + FakeHub.Dataset;

    private readonly TempFolder _cache = new();
    private FakeHub _hub = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_cache.Path, "datasets--tiny--science");

    private HubOptions Options => new() { CacheDirectory = _cache.Path, Endpoint = _hub.Address, Attempts = 1 };

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        _hub.Files["ARC-Easy/test-00000-of-00001.parquet"] = ParquetSets.Arc;
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _cache.Dispose();
    }

    [Fact]
    public async Task Split_IsReadByName_AndLiesWherePythonsToolsLook()
    {
        var questions = await ReadAsync(Name + "/ARC-Easy/test");
        Assert.Equal(["arc-1", "arc-2"], questions.Select(question => question.Id));
        Assert.Equal(["iron", "ice"], questions.Select(question => question.GoldChoice?.Text));
        var file = Path.Combine(Folder, "snapshots", FakeHub.Commit, "ARC-Easy", "test-00000-of-00001.parquet");
        Assert.Equal(ParquetSets.Arc, File.ReadAllBytes(file));
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(Folder, "refs", "main")));
        Assert.Equal([FakeHub.Sha256(ParquetSets.Arc)], Directory.GetFiles(Path.Combine(Folder, "blobs")).Select(Path.GetFileName));
        if (!OperatingSystem.IsWindows())
            Assert.Equal($"../../../blobs/{FakeHub.Sha256(ParquetSets.Arc)}", new FileInfo(file).LinkTarget);
    }

    [Fact]
    public async Task EachDataSet_IsReadFromItsParquetFiles()
    {
        _hub.Files.Clear();
        _hub.Files["main/test-00000-of-00001.parquet"] = ParquetSets.OpenBookQa;
        _hub.Files["additional/test-00000-of-00001.parquet"] = ParquetSets.OpenBookQaWithFacts;
        _hub.Files["qasc/train-00000-of-00001.parquet"] = ParquetSets.Qasc;
        _hub.Files["sciq/train-00000-of-00001.parquet"] = ParquetSets.SciQ;
        _hub.Files["csqa/validation-00000-of-00001.parquet"] = ParquetSets.CommonsenseQa;
        _hub.Files["scienceqa/test-00000-of-00001.parquet"] = ParquetSets.ScienceQa;
        var images = new List<string>();
        foreach (var (part, answer) in new[] { ("main/test", "a nail"), ("additional", "a nail"), ("qasc", "rain"), ("sciq/train", "carbon dioxide"), ("csqa/validation", "freezer"), ("scienceqa/test", "solid") })
            Assert.Equal(answer, Assert.Single(await ReadAsync($"{Name}/{part}", new() { OnImage = images.Add })).GoldChoice?.Text);
        Assert.Single(images);
    }

    [Fact]
    public async Task Shards_AreJoinedInOrder()
    {
        _hub.Files.Clear();
        _hub.Files["data/train-00001-of-00002.parquet"] = ParquetSets.Qasc;
        _hub.Files["data/train-00000-of-00002.parquet"] = ParquetSets.Arc;
        Assert.Equal(["arc-1", "arc-2", "qasc-1"], (await ReadAsync(Name + "/train")).Select(question => question.Id));
    }

    [Fact]
    public async Task MissingShard_IsRefused()
    {
        _hub.Files.Clear();
        _hub.Files["data/train-00000-of-00002.parquet"] = ParquetSets.Arc;
        Assert.Contains("1 of 2 shards", (await Assert.ThrowsAsync<DatasetException>(() => ReadAsync(Name))).Message);
    }

    [Fact]
    public async Task JsonLinesCsvAndGzip_AreReadToo()
    {
        const string Row = """{"id":"q1","stem":"Which rusts?","choices":[{"label":"A","text":"iron"},{"label":"B","text":"wood"}],"answer":"A"}""" + "\n";
        _hub.Files.Clear();
        using (var packed = new MemoryStream())
        {
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(Encoding.UTF8.GetBytes(Row));
            _hub.Files["a/train.jsonl.gz"] = packed.ToArray();
        }

        _hub.Files["b/test.jsonl"] = Encoding.UTF8.GetBytes(Row);
        _hub.Files["c/dev.csv"] = "id,stem,A,B,answer\nq1,Which rusts?,iron,wood,A\n"u8.ToArray();
        foreach (var part in new[] { "a", "b/test", "c/validation" })
            Assert.Equal("iron", Assert.Single(await ReadAsync($"{Name}/{part}")).GoldChoice?.Text);
    }

    [Fact]
    public async Task Description_TellsTheSplits()
    {
        _hub.Files["README.md"] = "---\nconfigs:\n- config_name: easy\n  data_files:\n  - split: held_out\n    path: ARC-Easy/test-*\n---\n# ARC\n"u8.ToArray();
        Assert.Equal(2, (await ReadAsync(Name + "/easy/held_out")).Count);
        Assert.Contains("held_out", (await Assert.ThrowsAsync<DatasetException>(() => ReadAsync(Name + "/easy/test"))).Message);
    }

    [Fact]
    public async Task Revision_IsAskedForByName()
    {
        _hub.Revisions = ["v1", "refs/convert/parquet"];
        Assert.Equal(2, (await ReadAsync(Name + "/ARC-Easy/test@v1")).Count);
        Assert.Equal(2, (await ReadAsync(Name + "@refs/convert/parquet")).Count);
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(Folder, "refs", "v1")));
        Assert.Contains("'v2'", (await Assert.ThrowsAsync<HubException>(() => ReadAsync(Name + "@v2"))).Message);
    }

    [Fact]
    public async Task Offline_ReadsFromTheCache_AndNamesWhatItLacks()
    {
        _hub.Files["ARC-Challenge/test-00000-of-00001.parquet"] = ParquetSets.Qasc;
        var offline = Options with { Offline = true };
        Assert.Contains("offline", (await Assert.ThrowsAsync<HubException>(() => ReadAsync(Name + "/ARC-Easy", options: null, offline))).Message);
        await ReadAsync(Name + "/ARC-Easy/test");
        _hub.Log.Clear();
        Assert.Equal(2, (await ReadAsync(Name + "/ARC-Easy/test", options: null, offline)).Count);
        Assert.Contains("lacks ARC-Challenge/test", (await Assert.ThrowsAsync<HubException>(() => ReadAsync(Name + "/ARC-Challenge/test", options: null, offline))).Message);
        Assert.Empty(_hub.Log);
    }

    [Fact]
    public async Task ServerThatIsDown_LeavesTheCache()
    {
        await ReadAsync(Name + "/ARC-Easy/test");
        _hub.Fail("", FakeHub.Status(503));
        Assert.Equal(2, (await ReadAsync(Name + "/ARC-Easy/test")).Count);
    }

    [Fact]
    public async Task CacheFilledByOtherTools_IsReadOffline()
    {
        await ReadAsync(Name + "/ARC-Easy/test");
        Directory.Delete(Path.Combine(Folder, ".scicot"), recursive: true);
        Assert.Equal(2, (await ReadAsync(Name + "/ARC-Easy/test", options: null, Options with { Offline = true })).Count);
    }

    [Fact]
    public async Task Download_TakesTheWholeOrAPart_AndNothingTwice()
    {
        _hub.Files["ARC-Easy/train-00000-of-00001.parquet"] = ParquetSets.Qasc;
        _hub.Files["ARC-Challenge/test-00000-of-00001.parquet"] = ParquetSets.Arc;
        using var hub = new HubClient(Options);
        var client = new DatasetClient(hub);
        var part = await client.DownloadAsync(DatasetName.Parse(Name + "/ARC-Easy"), cancellationToken: Cancelled);
        Assert.Equal(["ARC-Easy/train", "ARC-Easy/test"], part.Splits.Select(split => $"{split.Configuration}/{split.Name}"));
        _hub.Log.Clear();
        var whole = await client.DownloadAsync(DatasetName.Parse(Name), cancellationToken: Cancelled);
        Assert.Equal(3, whole.Splits.Count);
        Assert.Empty(_hub.Log.Where(request => request.Sent && request.File.Length > 0)); // the same content under another name is one blob
    }

    [Fact]
    public async Task BrokenDownload_IsTakenUpAgain()
    {
        const string File = "ARC-Easy/test-00000-of-00001.parquet";
        _hub.Fail(File, FakeHub.Reset);
        await Assert.ThrowsAsync<HubException>(() => ReadAsync(Name));
        Assert.Equal(2, (await ReadAsync(Name)).Count);
    }

    [Fact]
    public async Task DamagedFile_IsRefusedWithItsPath()
    {
        _hub.Files["ARC-Easy/test-00000-of-00001.parquet"] = ParquetSets.Arc[..^30];
        Assert.Contains("damaged", (await Assert.ThrowsAsync<InvalidFileException>(() => ReadAsync(Name))).Message);
    }

    [Theory]
    [InlineData("../../evil.jsonl")]
    [InlineData("/etc/evil.jsonl")]
    [InlineData("a/../../evil.jsonl")]
    [InlineData("C:\\evil.jsonl")]
    [InlineData("a\\..\\evil.jsonl")]
    [InlineData("nul:evil.jsonl")]
    public async Task NameThatLeavesTheFolder_IsNotTaken(string name)
    {
        _hub.OtherNames.Add(name);
        Assert.Equal(2, (await ReadAsync(Name)).Count);
        Assert.DoesNotContain(_hub.Log, request => request.File.Contains("evil", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401, "RepoNotFound", "Repository Not Found", "HF_TOKEN")]
    [InlineData(403, "GatedRepo", "Access to dataset tiny/science is restricted. You must be authenticated to access it.", "gated")]
    public async Task Refusal_IsTheServicesOwnSentence(int status, string code, string sentence, string remedy)
    {
        _hub.Fail("", FakeHub.Status(status, ("X-Error-Code", code), ("X-Error-Message", sentence)));
        var message = (await Assert.ThrowsAsync<HubException>(() => ReadAsync(Name))).Message;
        Assert.Contains(sentence, message);
        Assert.Contains(remedy, message);
        Assert.DoesNotContain("model", message);
    }

    [Fact]
    public async Task RefusalInTheBody_IsSaidToo()
    {
        _hub.Fail("", async (context, _) =>
        {
            context.Response.StatusCode = 403;
            context.Response.ContentType = "application/json";
            var body = """{"error":"Please enable access to public gated repositories."}"""u8.ToArray();
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body);
        });
        Assert.Contains("Please enable access", (await Assert.ThrowsAsync<HubException>(() => ReadAsync(Name))).Message);
    }

    [Fact]
    public async Task CallersHttpClient_ThatFollowsRedirects_IsUsedAndStaysOpen()
    {
        using var http = new HttpClient();
        using (var hub = new HubClient(Options, http))
            Assert.NotEmpty(await new DatasetClient(hub).FindFilesAsync(Name, cancellationToken: Cancelled));
        Assert.Equal([FakeHub.Sha256(ParquetSets.Arc)], Directory.GetFiles(Path.Combine(Folder, "blobs")).Select(Path.GetFileName));
        Assert.NotEmpty(await http.GetStringAsync(new Uri(_hub.Address, $"api/datasets/{FakeHub.Dataset}/revision/main"), Cancelled));
    }

    [Fact]
    public async Task Factory_IsAskedForEachRequest()
    {
        int asked = 0;
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var hub = new HubClient(Options, () =>
        {
            Interlocked.Increment(ref asked);
            return http;
        });
        Assert.NotEmpty(await new DatasetClient(hub).FindFilesAsync(Name, cancellationToken: Cancelled));
        Assert.True(asked > 2, $"{asked} requests");
    }

    [Fact]
    public async Task LocalFile_IsReadByTheSameCall()
    {
        var path = _cache.File("own.parquet");
        File.WriteAllBytes(path, ParquetSets.Arc);
        Assert.Equal(2, (await ReadAsync(path)).Count);
        Assert.Empty(_hub.Log);
    }

    private async Task<List<ScienceQuestion>> ReadAsync(string source, QuestionReaderOptions? options = null, HubOptions? from = null)
    {
        using var hub = new HubClient(from ?? Options);
        var questions = new List<ScienceQuestion>();
        await foreach (var row in new DatasetClient(hub).ReadAsync(source, options, Cancelled))
            questions.Add(row.Question);
        return questions;
    }
}
