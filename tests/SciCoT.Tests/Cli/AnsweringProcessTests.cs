using SciCoT.Models;
using SciCoT.Models.T5;
using SciCoT.Students;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary>Processes that answer: what they load, how many threads they have, and what becomes of them when their files change.</summary>
public sealed class AnsweringProcessTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private const string Question = "What rusts? (A) iron (B) wood";

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>The way of a system without OpenMP: the library's own team computes, and neither torch nor an OpenMP runtime is loaded.</summary>
    [Theory]
    [InlineData("1")]
    [InlineData("16")]
    public async Task Batches_OfEverySize_LeaveTheThreadsOfOneTeam(string batch)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells what a process has loaded.");
        using var process = ToolProcess.StartConversation(ToolProcess.Path, "answer", "--model", model.Path, "--input", "-", "--batch-size", batch);
        for (int answers = 1; answers <= 16; answers++)
        {
            await process.Input.WriteAsync(string.Concat(Enumerable.Repeat(Question + "\n", answers)));
            await process.Input.FlushAsync(Token);
            for (int i = 0; i < answers; i++)
                Assert.Contains("because:", await NextAsync(process));
        }

        var maps = await File.ReadAllTextAsync($"/proc/{process.Id}/maps", Token);
        Assert.DoesNotContain("torch", maps);
        Assert.DoesNotMatch("gomp|libomp", maps);
        var threads = Directory.GetDirectories($"/proc/{process.Id}/task").Select(task => File.ReadAllText(Path.Combine(task, "comm")).Trim()).ToList();
        Assert.InRange(threads.Count(name => name.StartsWith("SciCoT compute", StringComparison.Ordinal)), 0, Environment.ProcessorCount - 1);
        process.Input.Close();
        Assert.Equal(0, (await process.EndAsync(Token)).ExitCode);
    }

    [Theory]
    [InlineData("truncate", "model-00002-of-*.safetensors")]
    [InlineData("overwrite", "model-00002-of-*.safetensors")]
    [InlineData("replace", "model.safetensors.index.json")]
    [InlineData("delete", "")]
    public async Task Host_WhoseShardsChange_AnswersAsBefore(string how, string file)
    {
        foreach (var student in new[] { SciCoTModelFolder.RationaleStudent, SciCoTModelFolder.AnswerStudent })
        {
            using var loaded = T5Model.Load(Path.Combine(model.Path, student));
            T5Checkpoint.Save(loaded, _folder.File(student), maxShardBytes: loaded.parameters().Sum(p => p.numel()) * sizeof(float) / 2);
            foreach (var tokenizer in Directory.GetFiles(Path.Combine(model.Path, student)).Where(path => !Path.GetFileName(path).StartsWith("model", StringComparison.Ordinal) && !File.Exists(_folder.File(Path.Combine(student, Path.GetFileName(path))))))
                File.Copy(tokenizer, _folder.File(Path.Combine(student, Path.GetFileName(tokenizer))));
        }

        File.Copy(model.File("scicot.json"), _folder.File("scicot.json"));
        var changed = file.Length == 0 ? _folder.File(SciCoTModelFolder.AnswerStudent) : Assert.Single(Directory.GetFiles(_folder.File(SciCoTModelFolder.AnswerStudent), file));
        var host = Path.Combine(Path.GetDirectoryName(ToolProcess.Path)!.Replace("src/SciCoT.Cli", "samples/ConsoleHost", StringComparison.Ordinal), "ConsoleHost.dll");
        using var process = ToolProcess.StartConversation(host, $"--SciCoT:ModelDirectory={_folder.Path}");

        var before = await AskAsync();
        switch (how)
        {
            case "truncate":
                using (var stream = new FileStream(changed, FileMode.Open, FileAccess.Write))
                    stream.SetLength(100);
                break;
            case "overwrite":
                using (var stream = new FileStream(changed, FileMode.Open, FileAccess.Write))
                    stream.Write(Enumerable.Repeat((byte)0xFF, (int)stream.Length).ToArray());
                break;
            case "replace":
                File.WriteAllText(_folder.File("other"), "{}");
                File.Move(_folder.File("other"), changed, overwrite: true);
                break;
            default:
                Directory.Delete(changed, recursive: true);
                break;
        }

        Assert.Equal(before, await AskAsync());
        process.Input.Close();
        Assert.Equal(0, (await process.EndAsync(Token)).ExitCode);

        async Task<string> AskAsync()
        {
            await process.Input.WriteAsync(Question + "\n");
            await process.Input.FlushAsync(Token);
            return await NextAsync(process);
        }
    }

    private static async Task<string> NextAsync(ToolProcess process)
    {
        while (await process.ReadLineAsync(Token) is { } line)
        {
            if (line.Contains("because:", StringComparison.Ordinal))
                return line;
        }

        var ended = await process.EndAsync(Token);
        throw new Xunit.Sdk.XunitException($"The process ended with {ended.ExitCode} before it answered: {ended.Error}");
    }
}
