using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Evaluation.Reports;
using SciCoT.IO;
using SciCoT.Teaching;
using SciCoT.Testing;
using SciCoT.Tests.EngineHost;
using SciCoT.Tests.Support;
using SciCoT.Training;

namespace SciCoT.Tests.Distillation;

/// <remarks>Training seeds the process-wide generator.</remarks>
[Collection(TorchState.Collection)]
public sealed class AblationStudyTests : IDisposable
{
    private static readonly MiniScience World = MiniScience.Create();
    private static readonly RationaleSource CrossFitted = RationaleSource.CrossFitted with { Folds = 2, PerQuestion = 2, Dropout = 0.25 };

    private readonly TempFolder _folder = new();
    private readonly string _tokenizer;

    public AblationStudyTests() => _tokenizer = MiniScience.WriteTokenizer(_folder.File("tokenizer"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_EverySystem_AnswersAllQuestionsUnderEachSeed()
    {
        var options = Options() with { Variants = [.. AblationVariant.Default.Where(variant => variant.Rationales.Author != RationaleAuthor.CrossFitted), AblationVariant.TwoStage(CrossFitted), AblationVariant.TwoStage(CrossFitted, samples: 2)], Seeds = [1, 2], SeedsAtATime = 2 };

        var (results, overlap) = await new AblationStudy(new ScriptedTeacher(World), options).RunAsync(Data(), _folder.File("study"), cancellationToken: Token);

        Assert.Equal((48, 8), (overlap.TrainingQuestions, overlap.TestQuestions));
        Assert.Equal(options.Variants.SelectMany(variant => new (string, long?)[] { (variant.Name, 1), (variant.Name, 2) }), results.Select(result => (result.System, result.Seed)));
        Assert.All(results, result => Assert.Equal(Data().Test.Select(question => question.Id), result.Outcomes.Select(outcome => outcome.QuestionId)));
        var steps = results.Where(result => result.Seed == 1).ToDictionary(result => result.System, result => result.TrainingSteps);
        Assert.Equal((0, 12, 12, 12), (steps["zero-shot"], steps["direct"], steps["one-stage"], steps["multi-task"]));
        Assert.Equal((12, 24), (steps["two-stage, own rationales"], steps[AblationVariant.TwoStage(CrossFitted).Name])); // two more rationale students

        // What it gives is what a report takes.
        var report = EvaluationReport.Create(new ReportInput { Title = "t", DataSet = "d", Systems = results });
        Assert.Equal(options.Variants.Count, report.Systems.Count);
        Assert.Equal(results.Count, PredictionFile.Read(Path.Combine(_folder.File("study"), "predictions.jsonl")).Count);
    }

    [Fact]
    public async Task RunAsync_WhereAnotherRunWorks_IsRefused()
    {
        var folder = Directory.CreateDirectory(_folder.File("study")).FullName;
        using (FolderLock.Take(folder))
            await Assert.ThrowsAsync<FolderInUseException>(() => new AblationStudy(new ScriptedTeacher(World), Options()).RunAsync(Data(), folder, cancellationToken: Token));
        Assert.Equal([FolderLock.FileName], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task RunAsync_ResultsCarryWhatAPageShows()
    {
        var options = Options() with { Variants = [AblationVariant.Direct, AblationVariant.OneStage(), AblationVariant.TwoStage(CrossFitted), AblationVariant.TwoStage(CrossFitted, samples: 2)] };
        var data = Data();
        data = data with { TestRationales = data.Test.Skip(1).ToDictionary(question => question.Id, question => World[question.Id].Rationale) };

        var result = await new AblationStudy(new ScriptedTeacher(World), options).RunAsync(data, _folder.File("study"), cancellationToken: Token);

        var report = EvaluationReport.Create(new ReportInput { Title = "t", DataSet = "d", Systems = result.Systems, Overlap = result.Overlap });
        var (direct, oneStage, twoStage, sampled) = (report.Systems[0], report.Systems[1], report.Systems[2], report.Systems[3]);
        Assert.Equal((null, 7, 7), (direct.Rouge?.Count, oneStage.Rouge?.Count, twoStage.Rouge?.Count)); // one question without the teacher's
        Assert.Empty(direct.RationaleUse);
        foreach (var system in new[] { twoStage, sampled })
        {
            Assert.Equal([RationaleKind.Own, RationaleKind.Teacher, RationaleKind.Empty, RationaleKind.Shuffled, RationaleKind.Truncated], system.RationaleUse.Select(use => use.Kind));
            Assert.Equal([8, 7, 8, 8, 8], system.RationaleUse.Select(use => use.Accuracy.Count));
        }

        Assert.Equal(["direct student"], direct.Training.Select(curve => curve.Student));
        Assert.Equal(["rationale student", "rationale student without fold 1", "rationale student without fold 2", "answer student"], twoStage.Training.Select(curve => curve.Student));
        Assert.All(twoStage.Training, curve =>
        {
            Assert.Equal(Enumerable.Range(1, 6), curve.Points.Select(point => point.Step));
            Assert.Equal([3, 6], curve.Points.Where(point => point.ValidationLoss is not null).Select(point => point.Step));
        });
        Assert.Equal((0.0, null), (direct.Tokens?.Max, sampled.Tokens));
        Assert.InRange(twoStage.Tokens!.Max, 1, 24);
        Assert.Equal(8, report.Overlap!.TestQuestions);

        // Students that systems share are shown once.
        Assert.Equal(1 + 1 + 4, report.ToHtml(result.Systems).Split("Training losses of").Length - 1);
    }

    [Fact]
    public async Task RunAsync_OneStageOnAStudentsRationales_LearnsFromThem_AndItsWritersCount()
    {
        var own = AblationVariant.OneStage(RationaleSource.Student);
        var options = Options() with { OneStageAnswerWeight = 3, Variants = [AblationVariant.OneStage(), own, AblationVariant.OneStage(CrossFitted), AblationVariant.TwoStage(RationaleSource.Student)] };

        var result = await new AblationStudy(new ScriptedTeacher(World), options).RunAsync(Data(), _folder.File("study"), cancellationToken: Token);

        Assert.Equal(["one-stage", "one-stage, own rationales"], result.Systems.Take(2).Select(system => system.System));
        Assert.Equal([12, 6 + 12, 3 * 6 + 12, 12], result.Systems.Select(system => system.TrainingSteps!.Value));
        Assert.Equal(["rationale student", "one-stage student"], result.Systems[1].Training.Select(curve => curve.Student));
        Assert.Equal(result.Systems[3].Training[0].Points, result.Systems[1].Training[0].Points); // one rationale student for both
        var (parameters, two) = (result.Systems[1].Parameters, result.Systems[3].Parameters);
        Assert.Equal(two, 2 * parameters); // what wrote the rationales is not needed to answer
        Assert.NotEqual(result.Systems[0].Training[0].Points, result.Systems[1].Training[1].Points);
    }

    [Fact]
    public void Samples_AreDrawnAsAPipelineDrawsThem() =>
        Assert.Equal(new RationaleSampling(4).Temperature, AblationVariant.TwoStage(RationaleSource.Student, samples: 4).Temperature);

    [Fact]
    public async Task RunAsync_SelectedByWhatStudentsAreFor_EveryKindIsMeasuredWhileItLearns()
    {
        var options = Options() with { Variants = [AblationVariant.Direct, AblationVariant.MultiTask(), AblationVariant.OneStage(), AblationVariant.TwoStage(CrossFitted)] };
        options = options with { RationaleStudent = By(options.RationaleStudent, "rouge-l"), AnswerStudent = By(options.AnswerStudent, "accuracy") };

        await new AblationStudy(new ScriptedTeacher(World), options).RunAsync(Data(), _folder.File("study"), cancellationToken: Token);

        var trainings = Directory.GetFiles(_folder.File("study"), "training.json", SearchOption.AllDirectories);
        Assert.Equal(3 + 2 + 2, trainings.Length); // whole students; rationale and answer student; two folds
        Assert.All(trainings, path => Assert.Contains(path.Contains("rationale-student", StringComparison.Ordinal) ? "\"rouge-l\":" : "\"accuracy\":", File.ReadAllText(path)));

        static StudentPlan By(StudentPlan plan, string metric) => plan with { EvaluatedQuestions = 4, Training = plan.Training with { BestMetric = metric } };
    }

    [Fact]
    public async Task RunAsync_CrossFitted_EveryQuestionIsExplainedByAStudentThatDidNotLearnFromIt()
    {
        var options = Options() with { Variants = [AblationVariant.TwoStage(CrossFitted)] };
        var data = Data();

        await new AblationStudy(new ScriptedTeacher(World), options).RunAsync(data, _folder.File("study"), cancellationToken: Token);

        var folds = Enumerable.Range(1, 2).Select(fold => Path.Combine(_folder.File("study"), "seed-1", "folds-2", $"fold-{fold}")).ToArray();
        var written = folds.Select(fold => File.ReadLines(Path.Combine(fold, "student-rationales-x2-t1.jsonl")).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("questionId").GetString()!).ToArray()).ToArray();
        Assert.Equal(data.Training.Select(question => question.Id).Order(), written.SelectMany(ids => ids.Distinct()).Order());
        Assert.All(written, ids => Assert.All(ids.GroupBy(id => id), group => Assert.Equal(2, group.Count())));
        // Each fold's student learned from the rest.
        Assert.All(folds.Zip(written), pair => Assert.Contains($"\"examples\": {data.Training.Count - pair.Second.Distinct().Count()},", File.ReadAllText(Path.Combine(pair.First, "rationale-student", "training.json"))));
    }

    [Theory]
    [InlineData(DistillationStage.TrainFoldStudents)]
    [InlineData(DistillationStage.TrainAnswerStudent)]
    [InlineData(DistillationStage.Evaluate)]
    public async Task RunAsync_CancelledInAStage_ContinuesToTheSameResults(DistillationStage stage)
    {
        var options = Options() with { Variants = [AblationVariant.Direct, AblationVariant.TwoStage(CrossFitted)] };
        var straight = await new AblationStudy(new ScriptedTeacher(World), options).RunAsync(Data(), _folder.File("straight"), cancellationToken: Token);
        using (var stop = new CancellationTokenSource())
        {
            var stopper = new SynchronousProgress<AblationProgress>(progress =>
            {
                if (progress.Stage is { } now && now.Stage == stage && now.Done > 0.3)
                    stop.Cancel();
            });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new AblationStudy(new ScriptedTeacher(World), options).RunAsync(Data(), _folder.File("broken"), stopper, stop.Token));
        }

        var continued = await new AblationStudy(new ScriptedTeacher(World), options).RunAsync(Data(), _folder.File("broken"), cancellationToken: Token);

        Assert.Equal(Probabilities(straight.Systems), Probabilities(continued.Systems));
        Assert.Equal(straight.Systems.Select(result => result.TrainingSteps), continued.Systems.Select(result => result.TrainingSteps));
        Assert.Equal(Curves(straight.Systems), Curves(continued.Systems));
        Assert.Equal(Alternatives(straight.Systems), Alternatives(continued.Systems));
    }

    [Fact]
    public async Task RunAsync_DoneAlready_TrainsNothing_AndAddedSystemsAlone()
    {
        var options = Options() with { Variants = [AblationVariant.Direct] };
        var first = await new AblationStudy(new ScriptedTeacher(World), options).RunAsync(Data(), _folder.File("study"), cancellationToken: Token);
        var stages = new List<(string?, DistillationStage)>();
        var recorder = new SynchronousProgress<AblationProgress>(progress =>
        {
            if (progress.Stage is { } stage)
                stages.Add((progress.System, stage.Stage));
        });

        var more = await new AblationStudy(new ScriptedTeacher(World), options with { Variants = [AblationVariant.Direct, AblationVariant.OneStage()] })
            .RunAsync(Data(), _folder.File("study"), recorder, Token);

        Assert.Equal(Probabilities(first.Systems), Probabilities(more.Systems.Take(1)));
        Assert.All(stages, stage => Assert.Equal("one-stage", stage.Item1));
    }

    [Fact]
    public async Task RunAsync_OtherPlanInTheFolder_NamesWhatDiffers()
    {
        var options = Options() with { Variants = [AblationVariant.ZeroShot] };
        await new AblationStudy(new ScriptedTeacher(World), options).RunAsync(Data(), _folder.File("study"), cancellationToken: Token);

        var exception = await Assert.ThrowsAsync<PlanMismatchException>(() =>
            new AblationStudy(new ScriptedTeacher(World), options with { AnswerStudentContinuesRationaleStudent = false }).RunAsync(Data(), _folder.File("study"), cancellationToken: Token));

        Assert.Contains("answerStudentContinuesRationaleStudent: was true, is false", exception.Message);
    }

    [Fact]
    public async Task RunAsync_NoTestQuestion_IsRefused() =>
        Assert.Contains("no test question", (await Assert.ThrowsAsync<ArgumentException>(() =>
            new AblationStudy(new ScriptedTeacher(World), Options()).RunAsync(Data() with { Test = [] }, _folder.File("study"), cancellationToken: Token))).Message);

    [Fact]
    public void Options_ThatCannotBe_AreNamed()
    {
        Refused(Options() with { Variants = [] }, "Variants");
        Refused(Options() with { Variants = [AblationVariant.Direct, AblationVariant.Direct] }, "Variants");
        Refused(Options() with { Seeds = [1, 1] }, "Seeds");
        Refused(Options() with { SeedsAtATime = 0 }, "SeedsAtATime");
        Refused(Options() with { OneStageAnswerWeight = 0 }, "OneStageAnswerWeight");

        static void Refused(AblationOptions options, string property) =>
            Assert.Contains($"AblationOptions.{property} ", Assert.Throws<ArgumentException>(options.Validate).Message);
    }

    private AblationOptions Options()
    {
        var run = SmallRun.Options(_tokenizer, RationaleSource.Teacher);
        return new() { Annotation = run.Annotation, RationaleStudent = run.RationaleStudent, AnswerStudent = run.AnswerStudent, Seeds = [1] };
    }

    private static DistillationData Data() => SmallRun.Data(World);

    private static IEnumerable<double> Probabilities(IEnumerable<SystemResult> results) =>
        results.SelectMany(result => result.Outcomes).SelectMany(outcome => outcome.Probabilities).ToArray();

    private static TrainingPoint[] Curves(IEnumerable<SystemResult> results) => [.. results.SelectMany(result => result.Training).SelectMany(curve => curve.Points)];

    private static AlternativeAnswer[] Alternatives(IEnumerable<SystemResult> results) => [.. results.SelectMany(result => result.Outcomes).SelectMany(outcome => outcome.Alternatives)];
}
