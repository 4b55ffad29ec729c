using System.Text.Json.Nodes;
using SciCoT.Distillation;
using SciCoT.Questions;
using SciCoT.Testing;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Support;
using SciCoT.Training;

namespace SciCoT.Tests.Distillation;

/// <summary>
/// Runs that an earlier version began: <c>Data/Runs/first</c> holds two, stopped while the answer student learned. Every later
/// version continues them under the settings that they were begun with.
/// </summary>
[Collection(TorchState.Collection)]
public sealed class EarlierRunTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public EarlierRunTests()
    {
        var kept = TestFiles.Data("Runs", "first");
        foreach (var file in Directory.EnumerateFiles(kept, "*", SearchOption.AllDirectories))
        {
            var copy = _folder.File(Path.GetRelativePath(kept, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunOfATeacher_IsContinued()
    {
        var run = _folder.File("teacher-run");
        var student = File.ReadAllBytes(Path.Combine(run, "rationale-student", "model.safetensors"));
        var steps = new List<(DistillationStage Stage, int? Step)>();

        await TeacherRun(Plan()).RunAsync(Data(), run, new Listener(p => steps.Add((p.Stage, p.Training?.Step))), Token);

        Assert.Equal([4, 5, 6], steps.Where(step => step.Stage == DistillationStage.TrainAnswerStudent).Select(step => step.Step!.Value));
        Assert.DoesNotContain(steps, step => step.Stage is DistillationStage.Annotate or DistillationStage.TrainRationaleStudent);
        Assert.Equal(student, File.ReadAllBytes(Path.Combine(run, "rationale-student", "model.safetensors")));
    }

    [Fact]
    public async Task RunOfTheTool_IsContinued()
    {
        var run = _folder.File("tool-run");
        var student = File.GetLastWriteTimeUtc(Path.Combine(run, "rationale-student", "model.safetensors"));

        (await Commands.RunAsync(ToolLine(run))).Succeeded();

        Assert.Equal(student, File.GetLastWriteTimeUtc(Path.Combine(run, "rationale-student", "model.safetensors")));
        Assert.True(File.Exists(Path.Combine(run, "report.json")));
        // From now on the whole plan is kept.
        var plan = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "run.json")))!;
        Assert.StartsWith("sha256", (string?)plan["rationaleStudent"]!["baseWeights"]);
    }

    [Theory]
    [InlineData("--learning-rate", "0.002", "rationaleStudent.training.learningRate: was 0.001, is 0.002")]
    [InlineData("--epochs", "3", "answerStudent.training.epochs: was 20, is 3")]
    [InlineData("--seed", "7", "rationaleStudent.training.seed: was 1, is 7")]
    public async Task RunOfTheTool_OtherSettings_AreNamed(string option, string value, string expected)
    {
        var line = ToolLine(_folder.File("tool-run"));
        line[Array.IndexOf(line, option) + 1] = value;

        var outcome = await Commands.RunAsync(line);

        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error);
    }

    [Fact]
    public async Task RunOfTheTool_MadeFromOtherRationales_IsRefused()
    {
        var accepted = Path.Combine(_folder.File("tool-run"), "accepted-rationales.jsonl");
        File.WriteAllLines(accepted, File.ReadAllLines(accepted)[1..]);

        Assert.Contains("rationales: was \"27 to learn", (await Commands.RunAsync(ToolLine(_folder.File("tool-run")))).Error);
    }

    private static DistillationEngine TeacherRun(StudentPlan plan) => new(
        new ScriptedTeacher(MiniScience.Create()),
        new DistillationOptions { Annotation = new() { Teacher = new ScriptedTeacherOptions().Name }, RationaleStudent = plan, AnswerStudent = plan, AnswerRationales = RationaleSource.Teacher, AnswerStudentContinuesRationaleStudent = false });

    private StudentPlan Plan() => new(
        StudentBase.FromCheckpoint(_folder.File("base")),
        new TrainingOptions { TotalSteps = 6, BatchSize = 8, LearningRate = 1e-3, CheckpointEverySteps = 2, EvaluateEverySteps = 3, WarmupSteps = 1 })
    {
        MaxTargetTokens = 24,
    };

    private DistillationData Data() => new(Read("train.jsonl"), Read("dev.jsonl"), Read("test.jsonl"));

    private ScienceQuestion[] Read(string name) => [.. QuestionFile.Read(_folder.File(name))];

    private string[] ToolLine(string run) =>
    [
        "distill", "--run", run, "--train", _folder.File("train.jsonl"), "--validation", _folder.File("dev.jsonl"), "--test", _folder.File("test.jsonl"),
        "--rationales", _folder.File("teacher-run/rationales.jsonl"), "--base", _folder.File("base"), "--epochs", "20", "--checkpoint-every", "5", "--learning-rate", "0.001", "--seed", "1",
        "--answer-rationales", "teacher", "--continue-student", "false", // the defaults that it was begun with
    ];

    private sealed class Listener(Action<DistillationProgress> report) : IProgress<DistillationProgress>
    {
        public void Report(DistillationProgress value) => report(value);
    }
}
