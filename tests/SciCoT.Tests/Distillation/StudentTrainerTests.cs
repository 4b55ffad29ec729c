using SciCoT.Distillation;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Tests.EngineHost;
using SciCoT.Tests.Models;
using SciCoT.Tests.Support;
using SciCoT.Training;

namespace SciCoT.Tests.Distillation;

/// <remarks>Training seeds the process-wide generator.</remarks>
[Collection(TorchState.Collection)]
public sealed class StudentTrainerTests : IDisposable
{
    private static readonly MiniScience World = MiniScience.Create();
    private static readonly ExplainedQuestion[] Explained = [.. World.Train.Take(24).Select(question => new ExplainedQuestion(question, World[question.Id].Rationale))];

    private readonly TempFolder _folder = new();
    private readonly StudentPlan _plan;

    public StudentTrainerTests() => _plan = SmallRun.Options(MiniScience.WriteTokenizer(_folder.File("tokenizer")), RationaleSource.Teacher).RationaleStudent;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TrainAsync_SeveralTasks_LossIsTheWeightedMeanOfTheirMeans()
    {
        var questions = Explained.Select(explained => explained.Question).ToArray();
        var both = StudentExamples.MultiTask(questions, Explained, rationaleWeight: 0.25);
        double predict = await LossAsync([.. both.Where(example => example.Task!.Name == "predict")], "predict");
        double explain = await LossAsync([.. both.Where(example => example.Task!.Name == "explain")], "explain");

        double together = await LossAsync(both, "both");

        Assert.Equal(0.75 * predict + 0.25 * explain, together, 1e-4);
        Assert.True(Math.Abs(predict - explain) > 0.01, $"{predict}, {explain}");
    }

    [Fact]
    public async Task TrainAsync_WeightedAnswers_LossIsTheMeanOverAllTokensByTheirWeights()
    {
        // A share of the loss that is the answers': from weights at which the rationales nearly do not count.
        double all = await LossAsync(StudentExamples.OneStage(Explained), "all");
        double answers = await LossAsync(StudentExamples.OneStage(Explained, 1e6), "answers");
        double share = Share();

        double weighted = await LossAsync(StudentExamples.OneStage(Explained, 4), "weighted");

        Assert.True(Math.Abs(all - answers) > 0.01, $"{all}, {answers}");
        Assert.Equal((all + 3 * share * answers) / (1 + 3 * share), weighted, 1e-3);

        double Share()
        {
            var tokenizer = SciCoT.Tokenization.T5Tokenizer.Load(_folder.File("tokenizer"));
            var examples = StudentExamples.OneStage(Explained);
            int Tokens(string text) => tokenizer.EncodeToIds(text).Count;
            return examples.Sum(example => 1.0 + Tokens(example.Target) - Tokens(example.Target[..example.AnswerStart])) / examples.Sum(example => 1.0 + Tokens(example.Target));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void OneStage_WeightThatIsNoWeight_IsRefused(double weight) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentExamples.OneStage(Explained, weight));

    [Fact]
    public async Task TrainAsync_Adapter_LeavesTheMergedModelAndTheAdapter()
    {
        var start = _folder.File("base");
        await new StudentTrainer(_plan).TrainAsync(start, StudentExamples.Rationale(Explained), [], cancellationToken: Token);
        var plan = _plan with { Base = StudentBase.FromCheckpoint(start), Lora = new LoraConfig { Rank = 2, TargetModules = ["q", "v"] } };
        var adapted = _folder.File("adapted");

        var report = await new StudentTrainer(plan).TrainAsync(adapted, StudentExamples.Rationale(Explained), [], cancellationToken: Token);

        Assert.InRange(report.TrainedParameters!.Value, 1, report.Parameters / 20);
        using var before = T5Model.Load(start);
        using var merged = T5Model.Load(adapted);
        Assert.NotEqual(TinyModel.Weights(before), TinyModel.Weights(merged));
        using var adapter = LoraAdapter.Load(before, Path.Combine(adapted, "adapter"));
        adapter.Merge();
        Assert.Equal(TinyModel.Weights(before), TinyModel.Weights(merged));
        using var loaded = T5TextModel.Load(adapted);
        Assert.Single(await new T5RationaleStudent(loaded).ExplainAsync([Explained[0].Question], Token));
    }

    /// <summary>The loss of the start weights over all examples: a step of nothing, with every example in the batch.</summary>
    private async Task<double> LossAsync(IReadOnlyList<TextExample> examples, string name)
    {
        var plan = _plan with { MaxTargetTokens = 64, Training = new TrainingOptions { TotalSteps = 1, BatchSize = examples.Count, LearningRate = 0 } };
        return (await new StudentTrainer(plan).TrainAsync(_folder.File(name), examples, [], cancellationToken: Token)).TrainingLoss;
    }
}
