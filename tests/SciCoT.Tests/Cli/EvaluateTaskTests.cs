using System.Text.Json.Nodes;
using SciCoT.Cli;
using SciCoT.Questions;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary><c>scicot evaluate --task</c>: plain checkpoints and students, asked as lm-evaluation-harness asks.</summary>
public sealed class EvaluateTaskTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private readonly TempFolder _folder = new();

    private string Base => Path.Combine(model.Path, SciCoTModelFolder.AnswerStudent);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Evaluate_PlainCheckpointFewShot_WritesTheHarnessFilesAndTheVerdict()
    {
        var examples = Examples(30);
        var output = _folder.File("report");

        var figures = (await Commands.RunAsync(
            ["evaluate", "--base", Base, "--task", "arc_easy", "--num-fewshot", "3", "--fewshot-data", examples, "-d", model.QuestionPath, "--output", output, "--json"])).Succeeded().Json;

        Assert.Equal(("arc_easy", 3, 5), ((string?)figures["task"], (int)figures["fewShot"]!, (int)figures["questions"]!));
        foreach (var name in new[] { "acc", "acc_stderr", "acc_norm", "acc_norm_stderr", "acc_bytes", "acc_bytes_stderr" })
            Assert.InRange((double)figures[name]!, 0, 1);
        Assert.Contains(figures["marks"]!.AsArray(), mark => ((string?)mark!["sentence"])!.Contains("BLOOM-176B") && ((string?)mark["sentence"])!.Contains("of 5 questions"));
        var results = (string)figures["harness"]!;
        Assert.Equal((double)figures["acc"]!, (double)JsonNode.Parse(File.ReadAllText(results))!["results"]!["arc_easy"]!["acc,none"]!);
        var sample = JsonNode.Parse(File.ReadLines(Directory.GetFiles(Path.GetDirectoryName(results)!, "samples_arc_easy_*.jsonl").Single()).First())!;
        Assert.Equal(3, ((string)sample["arguments"]!["gen_args_0"]!["arg_0"]!).Split("\n\n").Length - 1);
        foreach (var report in new[] { "report.md", "report.html" })
            Assert.Contains("Against published figures", File.ReadAllText(Path.Combine(output, report)));
    }

    [Fact]
    public async Task Evaluate_Students_ExplainFirstAndReadTheExamples()
    {
        string[] line = ["evaluate", "-m", model.Path, "--task", "openbookqa", "-d", model.QuestionPath, "--output", _folder.File("report"), "--json"];

        var figures = (await Commands.RunAsync([.. line, "--num-fewshot", "1", "--fewshot-data", Examples(5)])).Succeeded().Json;

        var sample = JsonNode.Parse(File.ReadLines(Directory.GetFiles(Path.GetDirectoryName((string)figures["harness"]!)!, "samples_*.jsonl").Single()).First())!;
        Assert.StartsWith("answer question: ", (string?)sample["arguments"]!["gen_args_0"]!["arg_0"]);
        Assert.Equal((int)figures["correct"]! / 5.0, (double)figures["acc"]!);
        (await Commands.RunAsync(line)).Succeeded();
    }

    [Fact]
    public async Task Evaluate_ExamplesAreTheTestFile_TheQuestionIsLeftOut()
    {
        var outcome = (await Commands.RunAsync(["evaluate", "--base", Base, "--task", "arc_easy", "--num-fewshot", "4", "--fewshot-data", model.QuestionPath, "-d", model.QuestionPath, "--json"])).Succeeded();

        Assert.DoesNotContain("stand among the examples", outcome.Error);
        var tooMany = await Commands.RunAsync(["evaluate", "--base", Base, "--task", "arc_easy", "--num-fewshot", "5", "--fewshot-data", model.QuestionPath, "-d", model.QuestionPath]);
        Assert.Equal(ExitCode.Usage, tooMany.ExitCode);
        Assert.Contains("5 examples are wanted, and one more", tooMany.Error);
    }

    [Theory]
    [InlineData("--task hellaswag --base BASE", "arc_easy")]
    [InlineData("--base BASE", "--base needs --task")]
    [InlineData("-m MODEL --num-fewshot 2", "--num-fewshot needs --task")]
    [InlineData("-m MODEL --fewshot-data TRAIN", "--fewshot-data needs --task")]
    [InlineData("--task arc_easy --base BASE -m MODEL", "Give one of them")]
    [InlineData("--task arc_easy", "--base or --model is missing")]
    [InlineData("--task arc_easy --base BASE --num-fewshot 2", "needs --fewshot-data")]
    [InlineData("--task arc_easy --base BASE --fewshot-data TRAIN", "without --num-fewshot")]
    [InlineData("--task arc_easy --base BASE --num-fewshot -1", "--num-fewshot")]
    [InlineData("--task arc_easy --base BASE --num-fewshot 99 --fewshot-data TRAIN", "99 examples are wanted")]
    [InlineData("--task arc_easy --base BASE --rationale-use", "a plain checkpoint writes none")]
    [InlineData("--task arc_easy --base MODEL", "give it with --model")]
    [InlineData("--task arc_easy --predictions TRAIN", "give one of them")]
    [InlineData("--task commonsense_qa --base BASE", "five, labelled A to E")]
    public async Task Evaluate_WrongCombination_SaysWhatToGive(string options, string expected)
    {
        var train = Examples(4);
        string[] words = [.. options.Split(' ').Select(word => word switch { "BASE" => Base, "MODEL" => model.Path, "TRAIN" => train, _ => word })];

        var outcome = await Commands.RunAsync(["evaluate", .. words, "-d", model.QuestionPath]);

        Assert.NotEqual(ExitCode.Done, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error);
        Assert.Empty(outcome.Output);
    }

    private string Examples(int count)
    {
        var path = _folder.File($"train-{count}.jsonl");
        QuestionFile.Write(path, MiniScience.Create(seed: 4).Train.Take(count));
        return path;
    }
}
