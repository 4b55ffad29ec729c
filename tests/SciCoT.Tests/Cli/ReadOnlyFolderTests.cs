using System.Diagnostics;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Tests.Rationales;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary>The tool in a folder that is mounted for reading: it reads from there, and says what it cannot write before it works for it.</summary>
public sealed class ReadOnlyFolderTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("annotate --input q.jsonl --output r2.jsonl --model m --endpoint http://127.0.0.1:9/v1", "r2.jsonl' is on a read-only file system")]
    [InlineData("annotate --input q.jsonl --output r.jsonl --model m --endpoint http://127.0.0.1:9/v1", "r.jsonl' is on a read-only file system")]
    [InlineData("rationales export --input r.jsonl --questions q.jsonl --output e.jsonl", "'e.jsonl' cannot be written: it would lie on a read-only file system")]
    [InlineData("evaluate --model MODEL --data q.jsonl --output report", "report.json' cannot be written: it would lie on a read-only file system")]
    [InlineData("rationales list --input r.jsonl", null)]
    [InlineData("inspect r.jsonl", null)]
    public async Task Command_InAReadOnlyFolder_ReadsOrSaysWhy(string line, string? said)
    {
        QuestionFile.Write(_folder.File("q.jsonl"), [Records.Question]);
        await using (var store = JsonLinesRationaleStore.Open(_folder.File("r.jsonl"), Token))
            await store.AppendAsync(Records.For(Records.Question), Token);

        var ended = await RunAsync(line.Replace("MODEL", model.Path, StringComparison.Ordinal));

        if (ended.ExitCode == MountRefused)
            Assert.Skip("This process may not mount a folder for reading.");
        if (said is null)
        {
            ended.Succeeded();
            return;
        }

        Assert.Equal(SciCoT.Cli.ExitCode.Failed, ended.ExitCode);
        Assert.Contains(said, ended.Error);
        Assert.DoesNotContain(".tmp", ended.Error);
        Assert.Single(ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private const int MountRefused = 99;

    private async Task<Commands.Outcome> RunAsync(string line)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/unshare"), "There is no 'unshare' program.");
        // In a name space of its own, whose mounts end with it.
        const string Script = "{ mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\"; } 2>/dev/null || exit 99; cd \"$0\" && exec dotnet \"$@\"";
        var start = new ProcessStartInfo("unshare", ["--map-root-user", "--mount", "sh", "-c", Script, _folder.Path, ToolProcess.Path, .. line.Split(' ')])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return new(error.StartsWith("unshare:", StringComparison.Ordinal) ? MountRefused : process.ExitCode, await output, error);
    }
}
