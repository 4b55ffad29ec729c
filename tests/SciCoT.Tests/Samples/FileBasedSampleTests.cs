using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Testing;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Rationales;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Samples;

/// <summary>The samples of one file over damaged, missing and foreign files: each ends with a message that names the file, or does without it.</summary>
public sealed class FileBasedSampleTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>
{
    /// <summary>All with SCICOT_LONG_TESTS=1, each in a process of its own; else those that readers see least of in their own tests.</summary>
    private static readonly (string Name, Action<string> Apply)[] Damages =
    [
        ("missing", _ => { }),
        ("a folder", path => Directory.CreateDirectory(path)),
        .. CampaignSettings.IsLong
            ? [
                ("empty", path => File.WriteAllText(path, "")),
                ("foreign", path => File.WriteAllText(path, "{\"hello\": [1, 2]}\n")),
                ("not text", path => File.WriteAllBytes(path, [0, 1, 2, 255, 254, 253, 10, 137])),
            ]
            : ((string, Action<string>)[])[],
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1-questions", "walk/tokenizer", "missing, a folder")]
    [InlineData("2-rationales", "walk/train.jsonl", "")]
    [InlineData("2-rationales", "walk/rationales.jsonl", "missing, empty")]
    [InlineData("3-train", "walk/validation.jsonl", "empty")]
    [InlineData("3-train", "walk/rationales.jsonl", "")]
    [InlineData("3-train", "walk/tokenizer/spiece.model", "")]
    [InlineData("4-evaluate", "walk/test.jsonl", "")]
    [InlineData("4-evaluate", "walk/run/answer-student/model.safetensors", "")]
    [InlineData("ask", "walk/run/scicot.json", "")]
    [InlineData("ask", "walk/run/rationale-student/config.json", "")]
    public async Task DamagedFile_IsOneMessage(string sample, string file, string harmless)
    {
        var command = FileBasedSample.Compile(sample);
        foreach (var (damage, apply) in Damages)
        {
            using var folder = await FolderAsync(sample);
            var path = folder.File(file);
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
            apply(path);

            var ended = await FileBasedSample.RunAsync(folder.Path, command, ArgumentsOf(sample));

            if (ended.ExitCode == 0 && harmless.Split(", ").Contains(damage))
                continue;
            var told = $"{sample}, {file} {damage}: {ended.Error}";
            Assert.True(ended.ExitCode == 1, told);
            Assert.True(new[] { Path.GetFileName(file), Path.GetFileName(Path.GetDirectoryName(file))!, "The store" }.Any(name => ended.Error.Contains(name, StringComparison.Ordinal)), told);
            Assert.False(ended.Error.Contains("   at ", StringComparison.Ordinal) || ended.Error.Contains("System.", StringComparison.Ordinal) || ended.Error.Contains("(Parameter", StringComparison.Ordinal), told);
        }
    }

    [Theory]
    [InlineData("1-questions")]
    [InlineData("2-rationales")]
    [InlineData("3-train")]
    [InlineData("4-evaluate")]
    public async Task ReadOnlyFolder_IsOneMessage(string sample)
    {
        using var folder = await FolderAsync(sample);

        var ended = await ReadOnlyFolder.RunAsync(folder.Path, [.. FileBasedSample.Compile(sample), .. ArgumentsOf(sample)]);

        SampleFailureTests.AssertTold(ended.ExitCode, ended.Error, 1, "read-only file system");
    }

    [Theory]
    [InlineData("3-train", "many")]
    [InlineData("3-train", "0")]
    [InlineData("4-evaluate", "many")]
    [InlineData("ask")]
    [InlineData("ask", "one-word")]
    public async Task WrongArguments_AreToldHowItIsCalled(string sample, params string[] args)
    {
        using var folder = new TempFolder();

        var ended = await FileBasedSample.RunAsync(folder.Path, FileBasedSample.Compile(sample), args);

        SampleFailureTests.AssertTold(ended.ExitCode, ended.Error, 2, $"{sample}.cs");
    }

    /// <summary>Stopped while it trains, the third step says so and how to go on, and goes on.</summary>
    [Fact]
    public async Task TrainingStopped_SaysSoAndContinues()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGINT for one process.");
        using var folder = await FolderAsync("3-train");
        var command = FileBasedSample.Compile("3-train");
        using (var process = ToolProcess.StartIn(folder.Path, [.. command, "400"]))
        {
            while (await process.ReadLineAsync(Token) is { } line && !line.StartsWith("TrainRationaleStudent", StringComparison.Ordinal))
            {
            }

            process.Interrupt();
            var ended = await process.EndAsync(Token);
            SampleFailureTests.AssertTold(ended.ExitCode, ended.Error, 130, "the same command continues");
        }

        Assert.False(Directory.Exists(folder.File("walk/run/rationale-student")));
        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(folder.File("walk/run")));
        var continued = await FileBasedSample.RunAsync(folder.Path, command, "400");
        Assert.Equal((0, ""), (continued.ExitCode, continued.Error));
        Assert.True(File.Exists(folder.File("walk/run/scicot.json")));
    }

    /// <summary>Questions of one's own, as the first step's comment suggests: the scripted teacher does not know them, and says so.</summary>
    [Fact]
    public async Task OwnQuestions_AreNotKnownToTheScriptedTeacher()
    {
        using var folder = await FolderAsync("2-rationales");
        QuestionFile.Write(folder.File("walk/train.jsonl"), [ScienceQuestion.Create("Is it?", "yes", "no") with { AnswerLabel = "A" }]);

        var ended = await FileBasedSample.RunAsync(folder.Path, FileBasedSample.Compile("2-rationales"));

        SampleFailureTests.AssertTold(ended.ExitCode, ended.Error, 1, "The scripted teacher does not know question");
    }

    private static string[] ArgumentsOf(string sample) => sample switch
    {
        "3-train" => ["1"],
        "ask" => ["walk/run", "What rusts? (A) iron (B) wood"],
        _ => [],
    };

    /// <summary>What the steps before a sample leave, in small.</summary>
    private async Task<TempFolder> FolderAsync(string sample)
    {
        var folder = new TempFolder();
        var world = MiniScience.Create(seed: 1);
        Directory.CreateDirectory(folder.File("walk"));
        QuestionFile.Write(folder.File("walk/train.jsonl"), world.Train.Take(4));
        QuestionFile.Write(folder.File("walk/validation.jsonl"), world.Validation.Take(2));
        QuestionFile.Write(folder.File("walk/test.jsonl"), world.Test.Take(2));
        MiniScience.WriteTokenizer(folder.File("walk/tokenizer"));
        await using (var store = JsonLinesRationaleStore.Open(folder.File("walk/rationales.jsonl"), Token))
        {
            foreach (var question in world.Train.Take(4).Concat(world.Validation.Take(2)))
                await store.AppendAsync(Records.For(question, world[question.Id].Rationale), Token);
        }

        if (sample is not ("4-evaluate" or "ask"))
            return folder;
        foreach (var file in Directory.EnumerateFiles(model.Path, "*", SearchOption.AllDirectories))
        {
            var copy = folder.File(Path.Combine("walk", "run", Path.GetRelativePath(model.Path, file)));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return folder;
    }
}
