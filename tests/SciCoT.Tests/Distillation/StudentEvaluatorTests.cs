using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.IO;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Tests.EngineHost;
using SciCoT.Tests.Models;
using SciCoT.Tests.Support;
using SciCoT.Tests.Training;
using SciCoT.Tokenization;
using SciCoT.Training;

namespace SciCoT.Tests.Distillation;

/// <remarks>Training seeds the process-wide generator.</remarks>
[Collection(TorchState.Collection)]
public sealed class StudentEvaluatorTests : IDisposable
{
    private static readonly MiniScience World = MiniScience.Create();
    private static readonly ExplainedQuestion[] Explained = [.. World.Validation.Take(12).Select(question => new ExplainedQuestion(question, World[question.Id].Rationale))];

    private readonly TempFolder _folder = new();
    private readonly string _tokenizer;
    private readonly StudentPlan _plan;

    public StudentEvaluatorTests()
    {
        _tokenizer = MiniScience.WriteTokenizer(_folder.File("tokenizer"));
        _plan = SmallRun.Options(_tokenizer, RationaleSource.Teacher).RationaleStudent;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RougeL_IsThatOfTheStudentAtWork_AndTheModelStaysTheTrainers()
    {
        using var model = _plan.Base.CreateModel();
        var before = TinyModel.Weights(model);

        double measured = new RougeLEvaluator(T5Tokenizer.Load(_tokenizer), Explained, lent => new T5RationaleStudent(lent, new() { MaxNewTokens = 9 })).Evaluate(model, Token);

        Assert.Equal(before, TinyModel.Weights(model)); // alive, and as it was
        using var student = new T5RationaleStudent(T5TextModel.Borrow(model, T5Tokenizer.Load(_tokenizer), 512), new() { MaxNewTokens = 9 });
        var written = await student.ExplainAsync([.. Explained.Select(e => e.Question)], Token);
        Assert.Equal(Explained.Zip(written, (e, text) => RougeScores.Of(e.Rationale, text).RougeL.FMeasure).Average(), measured, 1e-12);
    }

    [Fact]
    public void RougeL_SeveralRationalesOfAQuestion_TheClosestCounts()
    {
        var tokenizer = T5Tokenizer.Load(_tokenizer);
        using var model = _plan.Base.CreateModel();
        var written = new Parrot("the cat sat");
        ScienceQuestion first = World.Validation[0], second = World.Validation[1];

        double measured = new RougeLEvaluator(tokenizer, [new(first, "something else"), new(first, "the cat sat"), new(second, "the dog sat")], _ => written).Evaluate(model, Token);

        Assert.Equal((1 + 2.0 / 3) / 2, measured, 1e-12);
        Assert.Equal([first, second], written.Asked);
    }

    [Fact]
    public async Task Accuracy_IsThatOfTheStudentAtWork()
    {
        using var model = _plan.Base.CreateModel();

        double measured = new AccuracyEvaluator(T5Tokenizer.Load(_tokenizer), Explained).Evaluate(model, Token);

        using var student = new T5AnswerStudent(T5TextModel.Borrow(model, T5Tokenizer.Load(_tokenizer), 512));
        Assert.Equal((await Evaluator.EvaluateAsync(student, Explained, Token)).Average(outcome => outcome.IsCorrect ? 1.0 : 0.0), measured, 1e-12);
    }

    [Fact]
    public void Evaluate_Cancelled_StopsAndLeavesTheModelAlone()
    {
        using var model = _plan.Base.CreateModel();
        using var stop = new CancellationTokenSource();
        var evaluator = new RougeLEvaluator(T5Tokenizer.Load(_tokenizer), Explained, lent =>
        {
            stop.Cancel();
            return new T5RationaleStudent(lent);
        });

        Assert.ThrowsAny<OperationCanceledException>(() => evaluator.Evaluate(model, stop.Token));
        Assert.Equal(0.5, new AccuracyEvaluator(T5Tokenizer.Load(_tokenizer), Explained).Evaluate(model, Token), 0.5); // computes still
    }

    [Fact]
    public async Task Engine_SelectsByTheMeasures_AndReportsThem()
    {
        var options = SmallRun.Options(_tokenizer, RationaleSource.Student);
        options = options with { RationaleStudent = By(options.RationaleStudent, RougeLEvaluator.MetricName, 3), AnswerStudent = By(options.AnswerStudent, AccuracyEvaluator.MetricName, 100) };
        var seen = new List<DistillationProgress>();

        var report = await new DistillationEngine(new ScriptedTeacher(World), options).RunAsync(SmallRun.Data(World), _folder.File("run"), new SynchronousProgress<DistillationProgress>(seen.Add), Token);

        Assert.InRange(report.RationaleStudent.Metrics["rouge-l"], 0, 1);
        Assert.InRange(report.AnswerStudent.Metrics["accuracy"], 0, 1);
        Assert.Equal(8 * report.AnswerStudent.Metrics["accuracy"], Math.Round(8 * report.AnswerStudent.Metrics["accuracy"]), 1e-9); // all eight validation questions
        foreach (var (stage, student, metric) in new[] { (DistillationStage.TrainRationaleStudent, report.RationaleStudent, "rouge-l"), (DistillationStage.TrainAnswerStudent, report.AnswerStudent, "accuracy") })
        {
            var measured = seen.Where(progress => progress.Stage == stage).Select(progress => progress.Training!).Where(training => training.Metrics is { Count: > 0 }).ToArray();
            Assert.Equal([3, 6], measured.Select(training => training.Step));
            Assert.Equal(measured.MaxBy(training => training.Metrics![metric])!.Step, student.BestStep); // of equal ones the first
        }
    }

    [Fact]
    public async Task Adapter_IsMeasuredWhileItLearns()
    {
        var start = _folder.File("base");
        var examples = StudentExamples.Rationale(Explained);
        await new StudentTrainer(_plan).TrainAsync(start, examples, [], cancellationToken: Token);
        var plan = _plan with { Base = StudentBase.FromCheckpoint(start), Lora = new LoraConfig { Rank = 2, TargetModules = ["q", "v"] }, Training = _plan.Training with { BestMetric = "rouge-l", LearningRate = 0.05, EvaluateEverySteps = 6 } };
        var trainer = new StudentTrainer(plan) { Evaluators = tokenizer => [new RougeLEvaluator(tokenizer, Explained, lent => new T5RationaleStudent(lent, new() { MaxNewTokens = 9 }))] };

        var report = await trainer.TrainAsync(_folder.File("adapted"), examples, [], cancellationToken: Token);

        // What was measured with the adapter attached is what the merged model does.
        using var merged = T5Model.Load(_folder.File("adapted"));
        Assert.Equal(new RougeLEvaluator(T5Tokenizer.Load(_tokenizer), Explained, lent => new T5RationaleStudent(lent, new() { MaxNewTokens = 9 })).Evaluate(merged, Token), report.Metrics["rouge-l"], 0.02);
    }

    [Fact]
    public void Plans_ThatCannotBeMeasuredSo_AreRefusedBeforeTheTeacherIsAsked()
    {
        var options = SmallRun.Options(_tokenizer, RationaleSource.Teacher);

        Refused(options with { RationaleStudent = By(options.RationaleStudent, "accuracy", 8) }, "'rouge-l'");
        Refused(options with { AnswerStudent = By(options.AnswerStudent, "rouge-l", 8) }, "'accuracy'");
        Refused(options with { AnswerStudent = By(options.AnswerStudent, "accuracy", 0) }, "EvaluatedQuestions is 0");
        Refused(options with { AnswerStudent = options.AnswerStudent with { EvaluatedQuestions = -1 } }, "EvaluatedQuestions must be at least 0");

        void Refused(DistillationOptions wrong, string expected) =>
            Assert.Contains(expected, Assert.Throws<ArgumentException>(() => new DistillationEngine(new ScriptedTeacher(World), wrong)).Message);
    }

    [Fact]
    public void Evaluators_WithNothingToMeasure_AreRefused()
    {
        var tokenizer = T5Tokenizer.Load(_tokenizer);

        Assert.Contains("questions is empty", Assert.Throws<ArgumentException>(() => new RougeLEvaluator(tokenizer, [])).Message);
        Assert.Contains("questions is empty", Assert.Throws<ArgumentException>(() => new AccuracyEvaluator(tokenizer, [])).Message);
        Assert.Contains(World.Test[0].Id, Assert.Throws<ArgumentException>(() => new AccuracyEvaluator(tokenizer, [new(World.Test[0] with { AnswerLabel = null }, "")])).Message);
    }

    private static StudentPlan By(StudentPlan plan, string metric, int questions) => plan with { EvaluatedQuestions = questions, Training = plan.Training with { BestMetric = metric } };

    private sealed class Parrot(string text) : IRationaleStudent
    {
        public IReadOnlyList<ScienceQuestion> Asked { get; private set; } = [];

        public Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken = default)
        {
            Asked = questions;
            return Task.FromResult<IReadOnlyList<string>>([.. questions.Select(_ => text)]);
        }

        public IAsyncEnumerable<string> StreamAsync(ScienceQuestion question, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
