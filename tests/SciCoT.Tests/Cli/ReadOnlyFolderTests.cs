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

        var ended = await ReadOnlyFolder.RunAsync(_folder.Path, [ToolProcess.Path, .. line.Replace("MODEL", model.Path, StringComparison.Ordinal).Split(' ')]);

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
}
