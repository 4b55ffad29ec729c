using SciCoT.Cli;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

public sealed class ExportTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("int8", WeightFormat.Int8)]
    [InlineData("bfloat16", WeightFormat.BFloat16)]
    [InlineData("float32", WeightFormat.Float32)]
    public async Task ModelFolder_Exported_AnswersAsTheOriginalInThatFormat(string format, WeightFormat weights)
    {
        var exported = (await Commands.RunAsync(["export", "--model", model.Path, "--output", _folder.File("m"), "--format", format, "--json"])).Succeeded().Json;

        Assert.Equal((_folder.File("m"), format), ((string?)exported["directory"], (string?)exported["format"]));
        var expected = await AnswerAsync(model.Path, new() { WeightFormat = weights });
        Assert.Equal(expected, await AnswerAsync(_folder.File("m"), new()));
        var inspected = (await Commands.RunAsync(["inspect", _folder.File("m"), "--json"])).Succeeded().Json;
        Assert.Equal(format == "bfloat16" ? "bfloat16" : format, (string?)inspected["answer-student"]!["weights"]);
    }

    [Fact]
    public async Task CheckpointFolder_IsExportedAlone()
    {
        (await Commands.RunAsync(["export", "-m", model.File(SciCoTModelFolder.AnswerStudent), "-o", _folder.File("c"), "--format", "int8"])).Succeeded();
        using var student = T5TextModel.Load(_folder.File("c"));
        Assert.Equal(WeightFormat.Int8, ((T5InferenceModel)student.Model).WeightFormat);
    }

    /// <summary>An export that fails half-way may be tried again under the same name.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FailedExport_LeavesNothingBehind(bool targetExists)
    {
        foreach (var file in Directory.EnumerateFiles(model.Path, "*", SearchOption.AllDirectories))
        {
            var copy = _folder.File(Path.Combine("source", Path.GetRelativePath(model.Path, file)));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var weights = _folder.File("source/answer-student/model.safetensors"); // read after the rationale student was written
        var whole = File.ReadAllBytes(weights);
        File.WriteAllBytes(weights, whole[..^100]);
        var target = _folder.File("target");
        if (targetExists)
            Directory.CreateDirectory(target);
        string[] line = ["export", "-m", _folder.File("source"), "-o", target, "--format", "int8"];

        Assert.Equal(ExitCode.Failed, (await Commands.RunAsync(line)).ExitCode);
        Assert.Equal(targetExists, Directory.Exists(target));
        File.WriteAllBytes(weights, whole);
        (await Commands.RunAsync(line)).Succeeded();
    }

    [Theory]
    [InlineData("int4", "int4", ExitCode.Usage)]
    [InlineData("int8", "not an empty folder", ExitCode.Failed)]
    public async Task WrongCall_IsRefusedAndWritesNothing(string format, string says, int exitCode)
    {
        var before = Directory.GetFileSystemEntries(model.Path).Order().ToArray();
        var outcome = await Commands.RunAsync(["export", "-m", model.Path, "-o", model.Path, "--format", format]);
        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Contains(says, outcome.Error);
        Assert.Equal(before, Directory.GetFileSystemEntries(model.Path).Order());
    }

    private async Task<string[]> AnswerAsync(string folder, ModelLoadOptions options)
    {
        using var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(folder, options: options);
        using var answerStudent = SciCoTModelFolder.LoadAnswerStudent(folder, options);
        var pipeline = new SciCoTPipeline(rationaleStudent, answerStudent);
        var answers = new List<string>();
        foreach (var question in model.Questions)
        {
            var answer = await pipeline.AnswerAsync(question, TestContext.Current.CancellationToken);
            answers.Add($"{answer.Label} {answer.Confidence:R} {answer.Rationales.FirstOrDefault()}");
        }

        return [.. answers];
    }
}
