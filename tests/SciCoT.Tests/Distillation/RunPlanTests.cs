using SciCoT.Distillation;
using SciCoT.Rationales;
using SciCoT.Teaching.Filters;
using SciCoT.Testing;
using SciCoT.Tests.EngineHost;
using SciCoT.Tests.Support;
using SciCoT.Training;

namespace SciCoT.Tests.Distillation;

/// <summary>A run's plan is all that its result depends on.</summary>
[Collection(TorchState.Collection)]
public sealed class RunPlanTests : IDisposable
{
    private static readonly MiniScience World = MiniScience.Create();

    private readonly TempFolder _folder = new();
    private readonly string _tokenizer;

    public RunPlanTests() => _tokenizer = MiniScience.WriteTokenizer(_folder.File("tokenizer"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Run => _folder.File("run");

    private DistillationOptions Options => SmallRun.Options(_tokenizer, RationaleSource.Teacher);

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, Func<DistillationOptions, DistillationOptions>> Changes => new()
    {
        { "filterSettings.length", o => o with { Filters = new([.. Own.Others, new LengthFilter(4, 200), new Own("lenient")]) } },
        { "filterSettings.own", o => o with { Filters = new([.. Own.Others, new LengthFilter(), new Own("strict")]) } },
        { "selection.maxPerQuestion", o => o with { Rationales = new() { MaxPerQuestion = 1 } } },
        { "rationaleStudent.training.labelSmoothing", o => o with { RationaleStudent = o.RationaleStudent with { Training = o.RationaleStudent.Training with { LabelSmoothing = 0.1 } } } },
        { "answerStudent.lora", o => o with { AnswerStudent = o.AnswerStudent with { Lora = new() } } },
        { "answerRationales.dropout", o => o with { AnswerRationales = o.AnswerRationales with { Dropout = 0.5 } } },
        { "annotation", o => o with { Annotation = o.Annotation! with { SamplesPerQuestion = 2 } } },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public async Task Change_IsNamedAndNothingIsTakenOver(string expected, Func<DistillationOptions, DistillationOptions> change)
    {
        var options = Options with { Filters = new([.. Own.Others, new LengthFilter(), new Own("lenient")]) };
        await BeginAsync(options);

        var exception = await Assert.ThrowsAsync<PlanMismatchException>(() => Engine(change(options)).RunAsync(SmallRun.Data(World), Run, cancellationToken: Token));

        Assert.StartsWith(expected, Assert.Single(exception.Differences));
        Assert.Contains(nameof(PlanChange.Continue), exception.Message);
    }

    [Fact]
    public async Task OneQuestion_ThatDiffers_IsToldByItsSet()
    {
        await BeginAsync(Options);
        var data = SmallRun.Data(World);
        var changed = data with { Validation = [data.Validation[0] with { Stem = data.Validation[0].Stem + " Say why." }, .. data.Validation.Skip(1)] };

        var exception = await Assert.ThrowsAsync<PlanMismatchException>(() => Engine(Options).RunAsync(changed, Run, cancellationToken: Token));

        Assert.Equal(["questions", "questionSets.validation"], exception.Differences.Select(difference => difference.Split(':')[0]));
    }

    [Fact]
    public async Task LeftoversOfAKill_AreRemoved()
    {
        await BeginAsync(Options);
        var leftover = Path.Combine(Run, "rationale-student", $"model.safetensors.{Guid.NewGuid():N}.tmp");
        Directory.CreateDirectory(Path.GetDirectoryName(leftover)!);
        File.WriteAllText(leftover, "half");
        var own = Path.Combine(Run, "notes.tmp");
        File.WriteAllText(own, "mine");

        await Engine(Options).RunAsync(SmallRun.Data(World), Run, cancellationToken: Token);

        Assert.False(File.Exists(leftover));
        Assert.True(File.Exists(own));
    }

    [Fact]
    public async Task CheckpointOptions_MayChange()
    {
        await BeginAsync(Options);
        var other = Options with { RationaleStudent = Options.RationaleStudent with { Training = Options.RationaleStudent.Training with { CheckpointEverySteps = 1, KeepCheckpoints = 5 } } };

        await Engine(other).RunAsync(SmallRun.Data(World), Run, cancellationToken: Token);
    }

    [Fact]
    public async Task OtherWeightsInAFolderOfTheSameName_AreAnotherBase()
    {
        var first = SaveBase("a/base", 1);
        var second = SaveBase("b/base", 2);
        var moved = SaveBase("c/elsewhere", 1);
        await BeginAsync(With(first));

        var exception = await Assert.ThrowsAsync<PlanMismatchException>(() => Engine(With(second)).RunAsync(SmallRun.Data(World), Run, cancellationToken: Token));

        Assert.Equal(["rationaleStudent.baseWeights", "answerStudent.baseWeights"], exception.Differences.Select(difference => difference.Split(':')[0]));
        await Engine(With(moved)).RunAsync(SmallRun.Data(World), Run, cancellationToken: Token);

        DistillationOptions With(string folder) => Options with
        {
            RationaleStudent = Options.RationaleStudent with { Base = StudentBase.FromCheckpoint(folder) },
            AnswerStudent = Options.AnswerStudent with { Base = StudentBase.FromCheckpoint(folder) },
        };
    }

    [Fact]
    public async Task StartAnew_MovesWhatWasDoneAsideAndKeepsTheRationales()
    {
        await Engine(Options).RunAsync(SmallRun.Data(World), Run, cancellationToken: Token);
        var rationales = File.ReadAllBytes(Path.Combine(Run, "rationales.jsonl"));
        var asked = new List<DistillationStage>();

        await Engine(Changed(Options) with { WhenPlanDiffers = PlanChange.StartAnew }).RunAsync(SmallRun.Data(World), Run, new Stages(asked), Token);

        Assert.True(File.Exists(Path.Combine(Run, "previous-1", "rationale-student", "model.safetensors")));
        Assert.Equal(rationales, File.ReadAllBytes(Path.Combine(Run, "rationales.jsonl")));
        Assert.Contains(DistillationStage.TrainRationaleStudent, asked);
        await Engine(Changed(Options)).RunAsync(SmallRun.Data(World), Run, cancellationToken: Token);
    }

    [Fact]
    public async Task Continue_TakesOverWhatIsDone_AndThePlanRemembers()
    {
        await BeginAsync(Options);
        var asked = new List<DistillationStage>();

        await Engine(Changed(Options) with { WhenPlanDiffers = PlanChange.Continue }).RunAsync(SmallRun.Data(World), Run, new Stages(asked), Token);

        Assert.DoesNotContain(DistillationStage.TrainRationaleStudent, asked);
        Assert.Contains(DistillationStage.TrainAnswerStudent, asked);
        Assert.Contains("continuedFrom", File.ReadAllText(Path.Combine(Run, "run.json")));
        await Engine(Changed(Options)).RunAsync(SmallRun.Data(World), Run, cancellationToken: Token);
    }

    [Fact]
    public async Task StudentMadeUnderAnotherPlan_IsNotTakenOver()
    {
        TextExample[] examples = [new("1", "source", "target")];
        var plan = Options.RationaleStudent;
        await new StudentTrainer(plan).TrainAsync(_folder.File("student"), examples, [], cancellationToken: Token);
        await new StudentTrainer(plan).TrainAsync(_folder.File("student"), examples, [], cancellationToken: Token);

        var exception = await Assert.ThrowsAsync<PlanMismatchException>(() => new StudentTrainer(plan).TrainAsync(_folder.File("student"), [new("1", "source", "other")], [], cancellationToken: Token));
        Assert.StartsWith("training: was", Assert.Single(exception.Differences));

        await new StudentTrainer(plan) { WhenPlanDiffers = PlanChange.StartAnew }.TrainAsync(_folder.File("student"), [new("1", "source", "other")], [], cancellationToken: Token);
        Assert.True(Directory.Exists(_folder.File("student.previous-1")));
    }

    private static DistillationEngine Engine(DistillationOptions options) => new(new ScriptedTeacher(World), options);

    private static DistillationOptions Changed(DistillationOptions options) => options with
    {
        RationaleStudent = options.RationaleStudent with { Training = options.RationaleStudent.Training with { LearningRate = 0.5e-3 } },
    };

    /// <summary>Runs as far as the answer student.</summary>
    private async Task BeginAsync(DistillationOptions options)
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Engine(options).RunAsync(SmallRun.Data(World), Run, new Stages([], stage =>
        {
            if (stage == DistillationStage.TrainAnswerStudent)
                stop.Cancel();
        }), stop.Token));
    }

    private string SaveBase(string name, long seed)
    {
        var folder = _folder.File(name);
        Directory.CreateDirectory(folder);
        File.Copy(_tokenizer, Path.Combine(folder, Path.GetFileName(_tokenizer)));
        using var model = new SciCoT.Models.T5Model(new() { VocabularySize = SciCoT.Tokenization.T5Tokenizer.Load(folder).VocabularySize, ModelSize = 8, HeadSize = 4, Heads = 2, FeedForwardSize = 16, EncoderLayers = 1, DecoderLayers = 1 }, seed);
        model.Save(folder);
        return folder;
    }

    private sealed class Stages(List<DistillationStage> seen, Action<DistillationStage>? also = null) : IProgress<DistillationProgress>
    {
        public void Report(DistillationProgress value)
        {
            lock (seen)
                seen.Add(value.Stage);
            also?.Invoke(value.Stage);
        }
    }

    /// <summary>A user's filter that tells its settings.</summary>
    private sealed class Own(string settings) : IRationaleFilter
    {
        public static IRationaleFilter[] Others => [new UsableFilter(), new AgreementFilter()];

        public string Name => "own";

        public string Settings => settings;

        public Verdict Judge(ScienceQuestion question, RationaleRecord record, IReadOnlyList<RationaleRecord> accepted) => Verdict.Accepted;
    }
}
