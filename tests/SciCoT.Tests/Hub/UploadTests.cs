using System.Collections.Concurrent;
using System.Net;
using SciCoT.Hub;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Hub;

public sealed class UploadTests : IAsyncLifetime
{
    private const string Name = "me/science-t5";
    private static readonly string[] Students = ["rationale-student", "answer-student"];

    private readonly TinyModelFolder _model = new();
    private readonly TempFolder _cache = new();
    private readonly ConcurrentQueue<TimeSpan> _waits = [];
    private UploadHub _hub = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private UploadHub.Repository Repository => _hub.Repositories[Name];

    private string Weights => Path.Combine(_model.Path, "answer-student", "model.safetensors");

    public async ValueTask InitializeAsync()
    {
        _hub = await UploadHub.StartAsync();
        File.WriteAllText(_model.File("README.md"), "# A student\n");
        File.WriteAllText(_model.File("rationales.jsonl"), "what was paid for\n");
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _model.Dispose();
        _cache.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(1 << 20)]
    public async Task Students_GoUpAndComeBackTheSame(int partBytes)
    {
        _hub.PartBytes = partBytes;
        var commit = await UploadAsync(new() { Private = true, Message = "the first" });

        Assert.Equal(Expected(), Repository.Files.Keys.Order(StringComparer.Ordinal));
        Assert.All(Repository.Files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(_model.Path, file.Key)), file.Value));
        Assert.True(Repository.IsPrivate);
        Assert.Equal("the first", Assert.Single(Repository.Messages));
        Assert.Equal((Repository.Branches["main"].Commit, $"{_hub.Address}{Name}"), (commit.Commit, commit.Address.ToString()));
        Assert.Empty(commit.Unchanged);

        var snapshot = await DownloadAsync();
        Assert.Equal(commit.Commit, snapshot.Commit);
        Assert.Equal(Expected(), Directory.EnumerateFiles(snapshot.Directory, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(snapshot.Directory, file).Replace('\\', '/')).Order(StringComparer.Ordinal));
        Assert.All(Expected(), file => Assert.Equal(File.ReadAllBytes(Path.Combine(_model.Path, file)), File.ReadAllBytes(Path.Combine(snapshot.Directory, file))));
        (await Commands.RunAsync(["answer", "--model", snapshot.Directory, "What rusts? (A) iron (B) wood"])).Succeeded();
    }

    [Fact]
    public async Task OneStudent_GoesUpAndComesBack()
    {
        using var client = Client();
        var student = Path.Combine(_model.Path, "answer-student");
        await client.UploadAsync(student, Name, cancellationToken: Token);
        Assert.Contains("model.safetensors", Repository.Files.Keys);
        var snapshot = await DownloadAsync();
        Assert.Equal(File.ReadAllBytes(Weights), File.ReadAllBytes(Path.Combine(snapshot.Directory, "model.safetensors")));
    }

    [Fact]
    public async Task SecondUpload_SendsWhatChanged()
    {
        var first = await UploadAsync();
        int put = _hub.Count("put");

        var same = await UploadAsync();
        Assert.Equal((first.Commit, 0, put), (same.Commit, same.Uploaded.Count, _hub.Count("put")));
        Assert.Single(Repository.Messages);

        File.AppendAllText(_model.File("README.md"), "More.\n");
        var changed = await UploadAsync();
        Assert.Equal("README.md", Assert.Single(changed.Uploaded));
        Assert.Equal(put, _hub.Count("put"));
        Assert.NotEqual(first.Commit, changed.Commit);
    }

    [Fact]
    public async Task Branch_ThatIsMissing_IsMade()
    {
        await UploadAsync(new() { Revision = "second-try" });
        Assert.Empty(Repository.Files);
        Assert.Equal(Expected(), Repository.Branches["second-try"].Files.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("create")]
    [InlineData("preupload")]
    [InlineData("batch")]
    [InlineData("put")]
    [InlineData("complete")]
    [InlineData("verify")]
    [InlineData("commit")]
    public async Task StepThatFails_IsTriedAgain(string step)
    {
        _hub.PartBytes = 5000;
        _hub.Fail(step, UploadHub.Status(500), UploadHub.Cut, UploadHub.Status(429, null, ("Retry-After", "7")), UploadHub.Status(503));
        await UploadAsync();
        Assert.Equal(Expected(), Repository.Files.Keys.Order(StringComparer.Ordinal));
        Assert.All(Repository.Files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(_model.Path, file.Key)), file.Value));
        Assert.Contains(TimeSpan.FromSeconds(7), _waits);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("put")]
    [InlineData("complete")]
    [InlineData("commit")]
    public async Task StepWhoseAnswerIsLost_IsDoneOnce(string step)
    {
        _hub.PartBytes = step == "complete" ? 5000 : 0;
        _hub.Fail(step, _hub.LoseAnswer(step));
        var commit = await UploadAsync();
        Assert.Equal(Expected(), Repository.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Single(Repository.Messages);
        Assert.Equal(Repository.Branches["main"].Commit, commit.Commit);
    }

    [Fact]
    public async Task UploadThatFailed_IsContinuedByTheNext()
    {
        // The large files of the first student arrive, then the storage is gone.
        int sent = 0;
        for (int i = 0; i < 2; i++)
            _hub.Fail("put", _ => Task.FromResult(Interlocked.Increment(ref sent) < 0));
        _hub.Fail("put", [.. Enumerable.Repeat(UploadHub.Status(503), 5)]);
        var refused = await Assert.ThrowsAsync<HubException>(() => UploadAsync());
        Assert.Contains("not sent again", refused.Message);
        Assert.Empty(Repository.Files);
        Assert.Equal(2, _hub.Stored.Count);

        _hub.Log.Clear();
        await UploadAsync();
        Assert.Equal(Expected(), Repository.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(_hub.Stored.Count - 2, _hub.Count("put"));
    }

    [Fact]
    public async Task InstructionsThatRanOut_AreAskedForAgain()
    {
        _hub.PartBytes = 5000;
        _hub.Fail("put", UploadHub.Status(403), UploadHub.Status(404));
        await UploadAsync();
        Assert.Equal(Expected(), Repository.Files.Keys.Order(StringComparer.Ordinal));

        using var other = new TinyModelFolder();
        File.WriteAllText(other.File("README.md"), "x");
        File.AppendAllText(Path.Combine(other.Path, "answer-student", "spiece.model"), "changed");
        _hub.Fail("put", [.. Enumerable.Repeat(UploadHub.Status(403), 3)]);
        using var client = Client();
        var refused = await Assert.ThrowsAsync<HubException>(() => client.UploadAsync(other.Path, Name, cancellationToken: Token));
        Assert.Contains("(403)", refused.Message);
    }

    [Theory]
    [InlineData("preupload", 401, "HF_TOKEN")]
    [InlineData("preupload", 403, "write permission")]
    [InlineData("create", 403, "belongs to the owner")]
    [InlineData("commit", 400, "\"license\" must be one of")]
    [InlineData("commit", 412, "the same command again")]
    [InlineData("commit", 413, "so large a request")]
    [InlineData("put", 413, "so large a request")]
    [InlineData("batch", 402, "payment")]
    public async Task Refusal_SaysWhatToDoWithoutTheToken(string step, int status, string says)
    {
        _hub.Fail(step, UploadHub.Status(status, $"\"license\" must be one of [apache-2.0]; seen token {UploadHub.Token}"));
        var refused = await Assert.ThrowsAsync<HubException>(() => UploadAsync());
        Assert.Equal((HttpStatusCode)status, refused.Status);
        Assert.Contains(says, refused.Message);
        Assert.Contains(Name, refused.Message);
        Assert.DoesNotContain(UploadHub.Token, refused.ToString());
        Assert.DoesNotContain("secret-signature", refused.ToString());
    }

    [Theory]
    [InlineData("preupload")]
    [InlineData("put")]
    [InlineData("commit")]
    public async Task FailureThatStays_SaysWhatToDoWithoutTheToken(string step)
    {
        _hub.Fail(step, [.. Enumerable.Repeat<UploadHub.Fault>(UploadHub.Cut, 5)]);
        var refused = await Assert.ThrowsAsync<HubException>(() => UploadAsync());
        Assert.Contains("after 5 attempts", refused.Message);
        Assert.DoesNotContain(UploadHub.Token, refused.ToString());
        Assert.DoesNotContain("secret-signature", refused.ToString());
    }

    [Fact]
    public async Task CommitOfSomebodyElse_IsWaitedFor()
    {
        _hub.Fail("commit", UploadHub.Status(409, "conflict"), UploadHub.Status(409, "conflict"));
        await UploadAsync();
        Assert.Single(Repository.Messages);
    }

    [Fact]
    public async Task CreationThatIsInTheWayOfAnother_IsTriedAgain()
    {
        _hub.Fail("create", UploadHub.Status(409, "Cannot create repo: another conflicting operation is in progress"));
        await UploadAsync();
        Assert.Equal(Expected(), Repository.Files.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Token_GoesToTheServerAndNotToTheStorage()
    {
        _hub.PartBytes = 5000;
        await UploadAsync();
        Assert.All(_hub.Log.Where(entry => entry.Step == "put"), entry => Assert.Equal("", entry.Authorization));
        Assert.All(_hub.Log.Where(entry => entry.Step is "batch" or "complete" or "verify" or "commit"), entry => Assert.Equal($"Bearer {UploadHub.Token}", entry.Authorization));
    }

    [Fact]
    public async Task WithoutAToken_NothingIsAsked()
    {
        using var client = new HubClient(Options() with { Token = null });
        Assert.Contains("HF_TOKEN", (await Assert.ThrowsAsync<HubException>(() => client.UploadAsync(_model.Path, Name, cancellationToken: Token))).Message);
        Assert.Empty(_hub.Log);
    }

    [Fact]
    public async Task StorageByAnotherScheme_GetsNothing()
    {
        _hub.OtherStorage = "ftp://127.0.0.1";
        Assert.Contains("https", (await Assert.ThrowsAsync<HubException>(() => UploadAsync())).Message);
        Assert.Equal(0, _hub.Count("put"));
    }

    [Theory]
    [InlineData("rationale-student/config.json")]
    [InlineData("answer-student/model.safetensors")]
    public async Task FolderThatLacksAFile_IsRefused(string file)
    {
        File.Delete(Path.Combine(_model.Path, file));
        Assert.Contains(file, (await Assert.ThrowsAsync<MissingFileException>(() => UploadAsync())).Message);
        Assert.Empty(_hub.Log);
    }

    [Fact]
    public async Task FolderOfSomethingElse_IsRefused()
    {
        using var client = Client();
        await Assert.ThrowsAsync<InvalidFileException>(() => client.UploadAsync(_cache.Path, Name, cancellationToken: Token));
        await Assert.ThrowsAsync<MissingFileException>(() => client.UploadAsync(_cache.File("none"), Name, cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>(() => client.UploadAsync(_model.Path, "science-t5", cancellationToken: Token));
    }

    [Fact]
    public async Task CancelledUpload_IsContinuedLater()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _hub.Fail("put", async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        });
        using var client = Client();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.UploadAsync(_model.Path, Name, cancellationToken: stop.Token));
        await UploadAsync();
        Assert.Equal(Expected(), Repository.Files.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ServerThatFallsSilent_IsGivenUp()
    {
        _hub.Fail("put", [.. Enumerable.Repeat<UploadHub.Fault>(async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        }, 2)]);
        using var client = new HubClient(Options() with { StallTimeout = TimeSpan.FromMilliseconds(50), Attempts = 2 }, new SkippedTime(_waits));
        Assert.Contains("too long", (await Assert.ThrowsAsync<HubException>(() => client.UploadAsync(_model.Path, Name, cancellationToken: Token))).Message);
    }

    /// <summary>The files of the folder that are the students'.</summary>
    private string[] Expected() =>
    [
        .. Students.SelectMany(student => Directory.EnumerateFiles(Path.Combine(_model.Path, student)).Select(file => $"{student}/{Path.GetFileName(file)}"))
            .Concat(["README.md", "scicot.json"]).Order(StringComparer.Ordinal),
    ];

    private async Task<HubCommit> UploadAsync(HubUploadOptions? options = null)
    {
        using var client = Client();
        return await client.UploadAsync(_model.Path, Name, options, cancellationToken: Token);
    }

    private async Task<HubSnapshot> DownloadAsync()
    {
        using var client = Client();
        return await client.DownloadAsync(Name, cancellationToken: Token);
    }

    private HubOptions Options() => new() { CacheDirectory = _cache.Path, Endpoint = _hub.Address, Attempts = 5, Token = UploadHub.Token };

    private HubClient Client() => new(Options(), new SkippedTime(_waits));

    /// <summary>A clock whose waits are over at once and are noted.</summary>
    private sealed class SkippedTime(ConcurrentQueue<TimeSpan> waits) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            waits.Enqueue(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
