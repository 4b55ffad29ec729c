using System.Diagnostics;
using SciCoT.Distillation;
using SciCoT.Testing;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.EngineHost;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Distillation;

/// <summary>Two runs in one folder.</summary>
[Collection(TorchState.Collection)]
[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public sealed class FolderLockTests : IDisposable
{
    private static readonly MiniScience World = MiniScience.Create();

    private readonly TempFolder _folder = new();
    private readonly string _tokenizer;

    public FolderLockTests() => _tokenizer = MiniScience.WriteTokenizer(_folder.File("tokenizer"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SecondProcess_IsRefusedWhileAStudentLearns_AndGoesOnWhenTheFirstIsKilled()
    {
        var run = _folder.File("run");
        var host = Path.Combine(AppContext.BaseDirectory, "SciCoT.Tests.EngineHost.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [host, _tokenizer, run]) { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync(Token) is { } line && line != "TrainRationaleStudent 1")
        {
        }

        // The pipe is not read any further, so that the process waits with its lock held at the latest when the pipe is full.
        var refused = await Assert.ThrowsAsync<FolderInUseException>(() => Engine().RunAsync(SmallRun.Data(World), run, cancellationToken: Token));
        Assert.Contains(run, refused.Message);

        process.Kill();
        await process.WaitForExitAsync(Token);
        var report = await Engine().RunAsync(SmallRun.Data(World), run, cancellationToken: Token);
        Assert.Equal(56, report.Filters.Judged);
    }

    [Fact]
    public async Task SecondRunOfTheProcess_IsRefused()
    {
        var run = _folder.File("run");
        Exception? second = null;

        await Engine().RunAsync(SmallRun.Data(World), run, new AtFirst(() => second = Record.Exception(() => Engine().RunAsync(SmallRun.Data(World), run, cancellationToken: Token).GetAwaiter().GetResult())), Token);

        Assert.IsType<FolderInUseException>(second);
    }

    [Fact]
    public void Taken_IsGivenBack()
    {
        using (SciCoT.IO.FolderLock.Take(_folder.Path))
            Assert.Throws<FolderInUseException>(() => SciCoT.IO.FolderLock.Take(_folder.Path));

        SciCoT.IO.FolderLock.Take(_folder.Path).Dispose();
    }

    /// <summary>One folder by another path: through a link, and from another working directory.</summary>
    [Theory]
    [InlineData("link")]
    [InlineData("link/../run")]
    [InlineData("linked/run")]
    public void Taken_ByAnotherPath_IsRefused(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        var run = Directory.CreateDirectory(_folder.File("run")).FullName;
        Directory.CreateSymbolicLink(_folder.File("link"), run);
        Directory.CreateSymbolicLink(_folder.File("linked"), _folder.Path);
        string other = _folder.File(path), relative = Path.GetRelativePath(Environment.CurrentDirectory, other);

        using (SciCoT.IO.FolderLock.Take(run))
        {
            Assert.Throws<FolderInUseException>(() => SciCoT.IO.FolderLock.Take(other));
            Assert.Throws<FolderInUseException>(() => SciCoT.IO.FolderLock.Take(relative));
        }

        using (SciCoT.IO.FolderLock.Take(other))
            Assert.Throws<FolderInUseException>(() => SciCoT.IO.FolderLock.Take(run));
    }

    /// <summary>One folder mounted in another place, as containers have it.</summary>
    [Fact]
    public void Taken_ThroughABindMount_IsRefused()
    {
        var run = Directory.CreateDirectory(_folder.File("run")).FullName;
        var mounted = Directory.CreateDirectory(_folder.File("mounted")).FullName;
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Ran("mount", "--bind", run, mounted), "This process may not mount.");
        try
        {
            using (SciCoT.IO.FolderLock.Take(run))
                Assert.Throws<FolderInUseException>(() => SciCoT.IO.FolderLock.Take(mounted));
            SciCoT.IO.FolderLock.Take(mounted).Dispose();
        }
        finally
        {
            Ran("umount", mounted);
        }

        static bool Ran(string program, params string[] arguments)
        {
            using var process = Process.Start(program, arguments);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }

    private DistillationEngine Engine() => new(new ScriptedTeacher(World), SmallRun.Options(_tokenizer, RationaleSource.Student));

    private sealed class AtFirst(Action action) : IProgress<DistillationProgress>
    {
        private int _calls;

        public void Report(DistillationProgress value)
        {
            if (Interlocked.Increment(ref _calls) == 1)
                action();
        }
    }
}
