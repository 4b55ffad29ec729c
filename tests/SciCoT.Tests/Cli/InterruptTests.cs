using SciCoT.Cli;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Testing;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary>A real Ctrl-C to a real process, or the end of its terminal: its exit code is the documented one, and the same command continues.</summary>
public sealed class InterruptTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT", ExitCode.Cancelled)]
    [InlineData("HUP", ExitCode.HungUp)]
    public async Task Annotate_KeepsWhatWasPaidForAndContinues(string signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGINT for one process.");
        const int Count = 100;
        QuestionFile.Write(_folder.File("questions.jsonl"), OpenAITeacher.Questions(Count));
        int calls = 0;
        ToolProcess? tool = null;
        await using var server = await ChatServer.StartAsync(_ =>
        {
            int call = Interlocked.Increment(ref calls);
            if (call == 20)
                tool!.Signal(signal);
            // From there on slow, so that a busy machine does not answer the rest before the signal is seen.
            return new() { Delay = call < 20 ? TimeSpan.Zero : TimeSpan.FromSeconds(1) };
        });
        string[] line = ["annotate", "-i", _folder.File("questions.jsonl"), "-o", _folder.File("r.jsonl"), "--model", "m", "--endpoint", server.Address.ToString(), "--concurrency", "2"];

        using (tool = ToolProcess.Start(line))
        {
            var stopped = await tool.EndAsync(Token);
            Assert.Equal(exitCode, stopped.ExitCode);
            Assert.Contains("the same command continues", stopped.Error);
        }

        Assert.InRange(server.Paid.Count, 20, Count - 1);
        Assert.Equal(server.Paid.Count, RationaleFile.Read(_folder.File("r.jsonl")).Count());
        calls = -Count; // the second run is not interrupted
        using (tool = ToolProcess.Start(line))
            (await tool.EndAsync(Token)).Succeeded();
        Assert.Equal(Count, server.Paid.Count);
        Assert.Equal(Count, RationaleFile.Read(_folder.File("r.jsonl")).Count());
    }

    [Fact]
    public async Task AnnotateInBatches_GoesOnWithTheBatchAtTheService()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGINT for one process.");
        QuestionFile.Write(_folder.File("questions.jsonl"), OpenAITeacher.Questions(50));
        await using var server = await BatchServer.StartAsync();
        ToolProcess? tool = null;
        server.Script = _ => new() { Polls = 1 };
        server.Called = call =>
        {
            if (call == "poll")
                tool!.Interrupt();
        };
        string[] line = ["annotate", "-i", _folder.File("questions.jsonl"), "-o", _folder.File("r.jsonl"), "--model", "m", "--endpoint", server.Address.ToString(), "--batch", "--batch-poll-seconds", "1"];

        using (tool = ToolProcess.Start(line))
        {
            var stopped = await tool.EndAsync(Token);
            Assert.Equal(ExitCode.Cancelled, stopped.ExitCode);
            Assert.Contains("the same command continues", stopped.Error);
        }

        server.Called = _ => { };
        using (tool = ToolProcess.Start(line))
            Assert.Contains("batch_0: completed, 50 of 50 requests answered", (await tool.EndAsync(Token)).Succeeded().Error);
        Assert.Equal([50], server.BatchSizes);
        Assert.Equal(50, RationaleFile.Read(_folder.File("r.jsonl")).Count());
    }

    [Fact]
    public async Task Distill_LeavesACheckpointAndContinues()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGINT for one process.");
        var world = MiniScience.Create(seed: 3);
        ScienceQuestion[] training = [.. world.Train.Take(24)], validation = [.. world.Validation.Take(4)];
        QuestionFile.Write(_folder.File("train.jsonl"), training);
        QuestionFile.Write(_folder.File("dev.jsonl"), validation);
        await using (var store = JsonLinesRationaleStore.Open(_folder.File("rationales.jsonl"), Token))
        {
            var annotator = new RationaleAnnotator(new ScriptedTeacher(world), store, new AnnotationSettings { Teacher = new ScriptedTeacherOptions().Name });
            await annotator.AnnotateAsync([.. training, .. validation], cancellationToken: Token);
        }

        var run = _folder.File("run");
        string[] line =
        [
            "distill", "--run", run, "--train", _folder.File("train.jsonl"), "--validation", _folder.File("dev.jsonl"), "--rationales", _folder.File("rationales.jsonl"),
            "--base", Path.Combine(model.Path, "rationale-student"), "--epochs", "30", "--checkpoint-every", "5",
        ];
        var checkpoints = Path.Combine(run, "rationale-student.checkpoints");
        using (var tool = ToolProcess.Start(line))
        {
            // On a thread of its own: the pool's may all be busy with other tests while the training goes on.
            await Task.Factory.StartNew(
                () =>
                {
                    while (!Directory.Exists(checkpoints) && !tool.HasExited)
                        Thread.Sleep(1);
                    tool.Interrupt();
                },
                Token,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            var stopped = await tool.EndAsync(Token);
            Assert.Equal((ExitCode.Cancelled, ""), (stopped.ExitCode, stopped.Output));
            Assert.Contains("the same command continues", stopped.Error);
        }

        Assert.NotEmpty(Directory.GetDirectories(checkpoints));
        Assert.False(Directory.Exists(Path.Combine(run, "rationale-student")));
        var annotated = File.GetLastWriteTimeUtc(Path.Combine(run, "accepted-rationales.jsonl"));
        using (var tool = ToolProcess.Start(line))
            Assert.Contains($"model: {run}", (await tool.EndAsync(Token)).Succeeded().Output);
        Assert.Equal(annotated, File.GetLastWriteTimeUtc(Path.Combine(run, "accepted-rationales.jsonl")));
        Assert.False(Directory.Exists(checkpoints));
        (await Commands.RunAsync(["answer", "-m", run, "What rusts? (A) iron (B) wood"])).Succeeded();
    }
}
