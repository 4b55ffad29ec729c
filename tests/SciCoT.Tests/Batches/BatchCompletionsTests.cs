using System.Globalization;
using System.Text.RegularExpressions;
using SciCoT.Batches;
using SciCoT.Prompting;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Support;
using SciCoT.Tests.Teaching;

namespace SciCoT.Tests.Batches;

/// <summary>The real OpenAI client and the annotator over a batch API that misbehaves.</summary>
public sealed class BatchCompletionsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Batches => _folder.File("batches");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Annotate_LinesInAnyOrder_GivesEachQuestionItsReply()
    {
        await using var server = await BatchServer.StartAsync();
        server.Script = _ => new() { Lines = (stem, _) => new() { Answer = new() { Text = $"Known of '{stem}'.\nSo the answer is (A)." } }, Rubbish = "no json\n{}\n[1]\n" };
        var store = new MemoryStore();
        var told = new List<BatchProgress>();

        var result = await AnnotateAsync(server, store, 300, change: options => options with { Progress = new SynchronousProgress(told.Add) });

        Assert.Equal((300, 0), (result.Totals.Done, result.Failures.Count));
        Assert.Equal(300, server.BatchSizes.Sum());
        var records = await store.ReadAllAsync(Token).ToArrayAsync(Token);
        Assert.All(records, record => Assert.Equal($"Known of 'Is fact {int.Parse(record.QuestionId[1..], CultureInfo.InvariantCulture)} true?'.", record.Rationale));
        Assert.Equal(300, told.Where(batch => batch.State == "completed").Sum(batch => batch.Completed));
    }

    [Fact]
    public async Task Annotate_RecordsAreThoseOfSingleCalls()
    {
        await using var batches = await BatchServer.StartAsync();
        await using var single = await ChatServer.StartAsync(_ => new());
        var one = new MemoryStore();
        var other = new MemoryStore();

        await AnnotateAsync(batches, one, 20);
        var teacher = OpenAITeacher.Create(single.Address);
        await new RationaleAnnotator(teacher, other, AnnotationSettings.For(teacher)).AnnotateAsync(OpenAITeacher.Questions(20), null, Token);

        Assert.Equal(await RecordsAsync(other), await RecordsAsync(one));

        static async Task<RationaleRecord[]> RecordsAsync(IRationaleStore store) =>
            [.. (await store.ReadAllAsync(Token).ToArrayAsync(Token)).OrderBy(record => record.QuestionId).Select(record => record with { Time = default, ReplyId = null })];
    }

    [Fact]
    public async Task Annotate_MoreThanABatchHolds_MakesSeveral()
    {
        await using var server = await BatchServer.StartAsync();
        var store = new MemoryStore();

        await AnnotateAsync(server, store, 25, change: options => options with { MaxRequests = 10 });

        Assert.Equal(25, server.BatchSizes.Sum());
        Assert.All(server.BatchSizes, size => Assert.InRange(size, 1, 10));
    }

    [Theory]
    [InlineData(429, null)]
    [InlineData(500, null)]
    [InlineData(200, "batch_expired")]
    [InlineData(200, "internal_error")]
    public async Task Lines_ThatFail_AreAskedInTheNextBatch(int status, string? code)
    {
        await using var server = await BatchServer.StartAsync();
        server.Script = _ => new() { Lines = (stem, before) => before == 0 && Number(stem) % 3 == 0 ? new(status) { ErrorCode = code } : new() };
        var store = new MemoryStore();

        var result = await AnnotateAsync(server, store, 30);

        Assert.Empty(result.Failures);
        Assert.Equal(30, store.Records.Count);
        Assert.Equal(40, server.BatchSizes.Sum());
        Assert.All(server.Paid, paid => Assert.Equal(1, paid.Value));
    }

    [Fact]
    public async Task Lines_WithoutAReply_AreAskedAgain()
    {
        await using var server = await BatchServer.StartAsync();
        server.Script = _ => new() { Lines = (stem, before) => new() { IsMissing = before == 0 && Number(stem) < 4 } };
        var store = new MemoryStore();

        await AnnotateAsync(server, store, 10);

        Assert.Equal(14, server.BatchSizes.Sum());
        Assert.Equal(10, store.Records.Count);
    }

    [Fact]
    public async Task Lines_Refused_AreStatedFailures()
    {
        await using var server = await BatchServer.StartAsync();
        server.Script = _ => new() { Lines = (stem, _) => new(Number(stem) == 2 ? 400 : 200) };
        var store = new MemoryStore();

        var result = await AnnotateAsync(server, store, 5);

        var failure = Assert.Single(result.Failures);
        Assert.Contains("HTTP 400", failure.Exception.Message);
        Assert.Contains("The server says no.", failure.Exception.Message);
        Assert.Equal(4, store.Records.Count);
        Assert.Equal(5, server.BatchSizes.Sum());
    }

    [Fact]
    public async Task Batch_Expired_KeepsWhatCameAndAsksTheRest()
    {
        await using var server = await BatchServer.StartAsync();
        server.Script = _ => new("expired") { Lines = (stem, before) => new() { IsMissing = before == 0 && Number(stem) >= 6 } };
        var store = new MemoryStore();

        await AnnotateAsync(server, store, 10);

        Assert.Equal(14, server.BatchSizes.Sum());
        Assert.All(server.Paid, paid => Assert.Equal(1, paid.Value));
        Assert.Equal(10, store.Records.Count);
    }

    [Theory]
    [InlineData("cancelled", false, "was cancelled at the service")]
    [InlineData("completed", true, "does not know the batch batch_0 any more")]
    public async Task Batch_TakenAway_IsSaidAndAskedAnewAtTheNextStart(string state, bool isForgotten, string said)
    {
        await using var server = await BatchServer.StartAsync();
        server.Script = _ => new(state) { IsForgotten = isForgotten, Lines = (_, _) => new() { IsMissing = true } };
        var store = new MemoryStore();

        var first = await AnnotateAsync(server, store, 5);
        server.Script = _ => new();
        Assert.Equal(5, first.Failures.Count);
        Assert.All(first.Failures, failure => Assert.Contains(said, failure.Exception.Message));

        Assert.Empty((await AnnotateAsync(server, store, 5)).Failures);
        Assert.Equal(5, store.Records.Count);
    }

    [Fact]
    public async Task Batch_Refused_SaysTheServicesWordsAndWhereTheRequestsAre()
    {
        await using var server = await BatchServer.StartAsync();
        server.Script = _ => new("failed");
        var store = new MemoryStore();

        var result = await AnnotateAsync(server, store, 5);

        Assert.Equal(5, result.Failures.Count);
        Assert.All(result.Failures, failure =>
        {
            Assert.Contains("line 3: The batch is not liked.", failure.Exception.Message);

            // On a busy machine the questions may come as more than one batch.
            var named = Regex.Match(failure.Exception.Message, @"Its requests are in (\S+\.requests\.jsonl)\.");
            Assert.Contains(failure.Request.Question.Stem, File.ReadAllText(named.Groups[1].Value));
        });
    }

    [Theory]
    [InlineData("upload", CallFault.Unavailable)]
    [InlineData("upload", CallFault.Reset)]
    [InlineData("upload", CallFault.AnswerLost)]
    [InlineData("create", CallFault.Unavailable)]
    [InlineData("create", CallFault.Reset)]
    [InlineData("create", CallFault.AnswerLost)]
    [InlineData("poll", CallFault.Unavailable)]
    [InlineData("poll", CallFault.Reset)]
    [InlineData("fetch", CallFault.Unavailable)]
    [InlineData("fetch", CallFault.BrokenOff)]
    public async Task Calls_ThatFailOnce_LoseNothingAndPayOnce(string call, CallFault fault)
    {
        await using var server = await BatchServer.StartAsync();
        server.Faults = (name, number) => name == call && number == 0 ? fault : CallFault.None;
        var store = new MemoryStore();

        var result = await AnnotateAsync(server, store, 40);

        Assert.Empty(result.Failures);
        Assert.Equal(40, store.Records.Count);
        Assert.Equal(40, server.BatchSizes.Sum());
        Assert.True(server.Calls[call] > 1 || fault == CallFault.AnswerLost); // a batch that was made is found, not made again
    }

    [Fact]
    public async Task Create_AnswerLostAtAServiceWithoutMetadata_FindsTheBatchByItsFile()
    {
        await using var server = await BatchServer.StartAsync();
        server.Script = _ => new() { DropsMetadata = true };
        server.Faults = (name, number) => name == "create" && number == 0 ? CallFault.AnswerLost : CallFault.None;
        var store = new MemoryStore();

        await AnnotateAsync(server, store, 8);

        Assert.Equal(8, server.BatchSizes.Sum());
    }

    [Theory]
    [InlineData("upload")]
    [InlineData("create")]
    [InlineData("poll")]
    public async Task Key_Refused_IsSaidAtOnceAndTheNextStartGoesOn(string call)
    {
        await using var server = await BatchServer.StartAsync();
        server.Faults = (name, _) => name == call ? CallFault.Unauthorized : CallFault.None;
        var store = new MemoryStore();

        var refused = await AnnotateAsync(server, store, 6);
        Assert.All(refused.Failures, failure => Assert.Equal(401, Assert.IsType<TeacherServiceException>(failure.Exception).Status));
        Assert.Equal(6, refused.Failures.Count);

        server.Faults = (_, _) => CallFault.None;
        Assert.Empty((await AnnotateAsync(server, store, 6)).Failures);
        Assert.Equal(6, server.BatchSizes.Sum());
        Assert.All(server.Paid, paid => Assert.Equal(1, paid.Value));
    }

    [Fact]
    public async Task EqualRequests_GetAReplyEach()
    {
        await using var server = await BatchServer.StartAsync();
        int replies = 0;
        server.Script = _ => new() { Lines = (_, _) => new() { Answer = new() { Text = $"Known, version {Interlocked.Increment(ref replies)}.\nSo the answer is (A)." } } };
        var store = new MemoryStore();

        await AnnotateAsync(server, store, 2, settings => settings with { SamplesPerQuestion = 4 });

        var rationales = await store.ReadAllAsync(Token).Select(record => record.Rationale).ToArrayAsync(Token);
        Assert.Equal((8, 8), (rationales.Length, rationales.Distinct().Count()));
        Assert.Equal(8, server.BatchSizes.Sum());
    }

    [Fact]
    public async Task UnusableReply_IsAskedAgainAndItsOldReplyIsNotTakenForTheNew()
    {
        await using var server = await BatchServer.StartAsync();
        server.Script = _ => new() { Lines = (stem, before) => new() { Answer = new(before == 0 && Number(stem) == 0 ? ChatFault.NoAnswer : ChatFault.None) } };
        var store = new MemoryStore();

        await AnnotateAsync(server, store, 3, settings => settings with { UnusableRetries = 1 });

        Assert.Equal(4, server.BatchSizes.Sum());
        var attempts = await store.ReadAllAsync(Token).Where(record => record.Attempt == 1).ToArrayAsync(Token);
        Assert.Equal(TeacherFinishReason.Complete, Assert.Single(attempts).FinishReason);
    }

    [Fact]
    public async Task TwoSteps_WorkInTwoBatches()
    {
        await using var server = await BatchServer.StartAsync();
        var store = new MemoryStore();
        using var http = ChatCompletionsHandler.CreateBatchClient(OpenAITeacher.Quick(Batches));
        var chat = OpenAITeacher.Create(server.Address, http, new() { Prompt = TeacherPrompt.FewShot with { Form = TeacherReplyForm.TwoSteps } });
        var teacher = new TeacherBuilder(chat).UseTwoSteps().Build();

        var result = await new RationaleAnnotator(teacher, store, AnnotationSettings.For(chat) with { Concurrency = 100 }).AnnotateAsync(OpenAITeacher.Questions(6), null, Token);

        Assert.Empty(result.Failures);
        Assert.Equal(12, server.BatchSizes.Sum());
    }

    [Fact]
    public async Task Cancelled_BatchGoesOnAtTheServiceAndTheNextStartTakesItsReplies()
    {
        await using var server = await BatchServer.StartAsync();
        server.Script = _ => new() { Polls = 20 };
        var store = new MemoryStore();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        server.Called = call =>
        {
            if (call == "poll")
                stop.Cancel();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AnnotateAsync(server, store, 12, token: stop.Token));
        Assert.Empty(store.Records);
        await AnnotateAsync(server, store, 12);

        Assert.Equal(12, store.Records.Count);
        Assert.Equal(12, server.BatchSizes.Sum());
    }

    [Fact]
    public async Task Folder_OfAnotherHandler_IsRefused()
    {
        await using var server = await BatchServer.StartAsync();
        using var http = ChatCompletionsHandler.CreateBatchClient(OpenAITeacher.Quick(Batches));

        Assert.Throws<FolderInUseException>(() => ChatCompletionsHandler.CreateBatchClient(OpenAITeacher.Quick(Batches)));
    }

    [Fact]
    public async Task Folder_OfAnotherService_IsRefusedByName()
    {
        await using var server = await BatchServer.StartAsync();
        await using var other = await BatchServer.StartAsync();
        server.Faults = (name, _) => name == "poll" ? CallFault.Unauthorized : CallFault.None;
        var store = new MemoryStore();
        await AnnotateAsync(server, store, 2);

        var result = await AnnotateAsync(other, store, 2);

        Assert.All(result.Failures, failure => Assert.Contains($"this batch was sent to {server.Address}, not to {other.Address}", failure.Exception.Message));
        Assert.Empty(other.BatchSizes);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"name":"0002","key":"k","endpoint":"e","requests":1}""")]
    public void Folder_Damaged_NamesTheFile(string text)
    {
        Directory.CreateDirectory(Batches);
        var path = Path.Combine(Batches, "0001.job.json");
        File.WriteAllText(path, text);

        Assert.Contains(path, Assert.Throws<InvalidFileException>(() => ChatCompletionsHandler.CreateBatchClient(OpenAITeacher.Quick(Batches))).Message);
    }

    [Fact]
    public async Task Folder_HoldsNoKey()
    {
        await using var server = await BatchServer.StartAsync();
        var store = new MemoryStore();

        await AnnotateAsync(server, store, 2);

        Assert.All(Directory.GetFiles(Batches), file => Assert.DoesNotContain("no-key", File.ReadAllText(file)));
    }

    /// <summary>The number in the stem of a test's question.</summary>
    private static int Number(string stem) => int.Parse(stem.Split(' ')[2], CultureInfo.InvariantCulture);

    private async Task<AnnotationResult> AnnotateAsync(
        BatchServer server,
        IRationaleStore store,
        int questions,
        Func<AnnotationSettings, AnnotationSettings>? settings = null,
        Func<BatchCompletionsOptions, BatchCompletionsOptions>? change = null,
        CancellationToken? token = null)
    {
        var options = OpenAITeacher.Quick(Batches);
        using var http = ChatCompletionsHandler.CreateBatchClient(change?.Invoke(options) ?? options);
        var chat = OpenAITeacher.Create(server.Address, http);
        var teacher = new TeacherBuilder(chat).UseRetry(new() { Delay = TimeSpan.FromMilliseconds(1) }).Build();
        var asked = AnnotationSettings.For(chat) with { Concurrency = 10_000 };
        return await new RationaleAnnotator(teacher, store, settings?.Invoke(asked) ?? asked).AnnotateAsync(OpenAITeacher.Questions(questions), null, token ?? Token);
    }

    private sealed class SynchronousProgress(Action<BatchProgress> report) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => report(value);
    }
}
