using System.Diagnostics;
using SciCoT.Distillation;
using SciCoT.Students;
using SciCoT.Teaching;
using SciCoT.Testing;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.EngineHost;
using SciCoT.Tests.Support;
using SciCoT.Training;

namespace SciCoT.Tests.Distillation;

/// <remarks>Training seeds the process-wide generator.</remarks>
[Collection(TorchState.Collection)]
public sealed class DistillationEngineTests : IDisposable
{
    private static readonly MiniScience World = MiniScience.Create();

    private readonly TempFolder _folder = new();
    private readonly string _tokenizer;

    public DistillationEngineTests() => _tokenizer = MiniScience.WriteTokenizer(_folder.File("tokenizer"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(RationaleAuthor.Teacher)]
    [InlineData(RationaleAuthor.Student)]
    [InlineData(RationaleAuthor.CrossFitted)]
    public async Task RunAsync_LeavesAFolderThatAPipelineLoads(RationaleAuthor author)
    {
        var source = new RationaleSource { Author = author, Folds = 2 };
        var run = _folder.File("run");

        var report = await Engine(source).RunAsync(SmallRun.Data(World), run, cancellationToken: Token);

        Assert.Equal((56, 56), (report.Filters.Judged, report.Filters.Accepted));
        Assert.Equal(8, report.Test!.Count);
        Assert.Equal(author == RationaleAuthor.Student, File.Exists(Path.Combine(run, "student-rationales.jsonl")));
        Assert.Equal(8, File.ReadLines(Path.Combine(run, "predictions.jsonl")).Count());

        using var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(run);
        using var answerStudent = SciCoTModelFolder.LoadAnswerStudent(run);
        var answer = await new SciCoTPipeline(rationaleStudent, answerStudent).AnswerAsync(World.Test[0], Token);
        Assert.Contains(answer.Label, World.Test[0].Choices.Select(choice => choice.Label));
        Assert.Equal(1, answer.Choices.Sum(choice => choice.Probability), 1e-9);
    }

    [Fact]
    public async Task RunAsync_DoneAlready_TrainsNothingAndReportsTheSame()
    {
        var run = _folder.File("run");
        var first = await Engine().RunAsync(SmallRun.Data(World), run, cancellationToken: Token);
        var before = Contents(run);
        var seen = new Recorder();

        var second = await Engine().RunAsync(SmallRun.Data(World), run, seen, Token);

        Assert.Empty(seen.Reports);
        Assert.Equal(first.Test, second.Test);
        Assert.Equal(before, Contents(run));
    }

    [Theory]
    [InlineData(DistillationStage.Annotate)]
    [InlineData(DistillationStage.TrainRationaleStudent)]
    [InlineData(DistillationStage.WriteRationales)]
    [InlineData(DistillationStage.TrainAnswerStudent)]
    [InlineData(DistillationStage.Evaluate)]
    public async Task RunAsync_CancelledInAStage_ContinuesToTheSameStudents(DistillationStage stage)
    {
        var straight = _folder.File("straight");
        await Engine(RationaleSource.Student).RunAsync(SmallRun.Data(World), straight, cancellationToken: Token);

        var broken = _folder.File("broken");
        using (var stop = new CancellationTokenSource())
        {
            var stopper = new Recorder(progress =>
            {
                if (progress.Stage == stage)
                    stop.Cancel();
            });
            // The last stages may finish before they notice; then there is nothing left to continue.
            await Record.ExceptionAsync(() => Engine(RationaleSource.Student).RunAsync(SmallRun.Data(World), broken, stopper, stop.Token));
        }

        await Engine(RationaleSource.Student).RunAsync(SmallRun.Data(World), broken, cancellationToken: Token);

        Assert.Equal(Weights(straight), Weights(broken));
        Assert.Empty(Directory.EnumerateFileSystemEntries(broken, "*.tmp", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateDirectories(broken, "*.checkpoints"));
    }

    [Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
    [Theory]
    [InlineData("Annotate 20")]
    [InlineData("TrainRationaleStudent 3")]
    [InlineData("TrainAnswerStudent 5")]
    public async Task RunAsync_ProcessKilled_ContinuesToTheSameStudents(string moment)
    {
        var straight = _folder.File("straight");
        await Engine(RationaleSource.Student).RunAsync(SmallRun.Data(World), straight, cancellationToken: Token);

        var killed = _folder.File("killed");
        await RunAndKillAsync(killed, moment);
        Assert.False(File.Exists(Path.Combine(killed, "report.json")));

        await Engine(RationaleSource.Student).RunAsync(SmallRun.Data(World), killed, cancellationToken: Token);

        Assert.Equal(Weights(straight), Weights(killed));
        Assert.Equal(56, File.ReadLines(Path.Combine(killed, "rationales.jsonl")).Count());
    }

    [Fact]
    public async Task RunAsync_OtherPlanInTheFolder_NamesWhatDiffers()
    {
        var run = _folder.File("run");
        await Engine().RunAsync(SmallRun.Data(World), run, cancellationToken: Token);
        var options = SmallRun.Options(_tokenizer, RationaleSource.Teacher);
        var other = options with { AnswerStudent = options.AnswerStudent with { MaxTargetTokens = 9 } };

        var exception = await Assert.ThrowsAsync<PlanMismatchException>(
            () => new DistillationEngine(new ScriptedTeacher(World), other).RunAsync(SmallRun.Data(World), run, cancellationToken: Token));

        Assert.Equal(["answerStudent.maxTargetTokens: was 24, is 9"], exception.Differences);
        Assert.Contains("StartAnew", exception.Message);
    }

    [Fact]
    public async Task RunAsync_WrongAndLeakyTeacher_FiltersKeepStudentsFromLearningIt()
    {
        var teacher = new ScriptedTeacher(World, new ScriptedTeacherOptions { WrongRate = 0.3, LeakRate = 0.3 });

        var report = await new DistillationEngine(teacher, SmallRun.Options(_tokenizer, RationaleSource.Teacher))
            .RunAsync(SmallRun.Data(World), _folder.File("run"), cancellationToken: Token);

        var refused = report.Filters.Filters.ToDictionary(filter => filter.Filter, filter => filter.Refused);
        Assert.InRange(refused["agreement"], 5, 30);
        Assert.InRange(refused["answer-leak"], 5, 30);
        Assert.InRange(report.Filters.Accepted, 10, 56 - refused["agreement"]);
        Assert.InRange(report.RationaleStudent.Examples, 1, report.Filters.Accepted);
    }

    [Fact]
    public async Task RunAsync_TeacherFails_KeepsWhatCameAndSaysSo()
    {
        var run = _folder.File("run");
        var failing = new FailingTeacher(new ScriptedTeacher(World), SmallRun.Data(World).Training[3].Id);

        var exception = await Assert.ThrowsAsync<TeacherException>(
            () => new DistillationEngine(failing, SmallRun.Options(_tokenizer, RationaleSource.Teacher)).RunAsync(SmallRun.Data(World), run, cancellationToken: Token));

        Assert.Contains("1 of 56", exception.Message);
        Assert.Contains("out of credit", exception.Message);
        Assert.Equal(55, File.ReadLines(Path.Combine(run, "rationales.jsonl")).Count());

        var report = await Engine().RunAsync(SmallRun.Data(World), run, cancellationToken: Token);
        Assert.Equal(56, report.Filters.Judged);
    }

    [Fact]
    public async Task RunAsync_AllowedShareOfMissingReplies_GoesOnWithoutThem()
    {
        var options = SmallRun.Options(_tokenizer, RationaleSource.Teacher);
        var teacher = new FailingTeacher(new ScriptedTeacher(World), World.Train[3].Id);

        var report = await new DistillationEngine(teacher, options with { MaxMissingShare = 0.02 }).RunAsync(SmallRun.Data(World), _folder.File("run"), cancellationToken: Token);

        Assert.Equal((55, 55, 1), (report.Rationales!.Records, report.Rationales.Learned, report.Rationales.QuestionsWithout));
        Assert.Equal(47, report.RationaleStudent.Examples);
    }

    [Fact]
    public async Task RunAsync_StoreWithoutSomeQuestions_IsRefusedUnlessAShareIsAllowed()
    {
        var store = new SciCoT.Rationales.InMemoryRationaleStore();
        var options = SmallRun.Options(_tokenizer, RationaleSource.Teacher);
        var data = SmallRun.Data(World);
        await new RationaleAnnotator(new ScriptedTeacher(World), store, options.Annotation!).AnnotateAsync([.. data.Training.Skip(2), .. data.Validation], cancellationToken: Token);

        var exception = await Assert.ThrowsAsync<TeacherException>(() => new DistillationEngine(store, options).RunAsync(data, _folder.File("run"), cancellationToken: Token));
        Assert.Contains("no rationale for 2 of 56 questions", exception.Message);

        var report = await new DistillationEngine(store, options with { MaxMissingShare = 0.1 }).RunAsync(data, _folder.File("run"), cancellationToken: Token);
        Assert.Equal(54, report.Rationales!.Learned);
    }

    [Fact]
    public async Task RunAsync_AllRationalesRefused_SaysWhereTheReasonsAre()
    {
        var teacher = new ScriptedTeacher(World, new ScriptedTeacherOptions { WrongRate = 1 });

        var exception = await Assert.ThrowsAsync<SciCoTException>(
            () => new DistillationEngine(teacher, SmallRun.Options(_tokenizer, RationaleSource.Teacher)).RunAsync(SmallRun.Data(World), _folder.File("run"), cancellationToken: Token));

        Assert.Contains("filters.json", exception.Message);
    }

    public static TheoryData<string, Func<DistillationData, DistillationData>> WrongData => new()
    {
        { "no training question", data => data with { Training = [] } },
        { "no gold answer", data => data with { Training = [data.Training[0] with { AnswerLabel = null }] } },
        { "stands twice", data => data with { Test = [data.Training[0]] } },
        { "none of the choices", data => data with { Validation = [data.Validation[0] with { AnswerLabel = "Z" }] } },
    };

    [Theory]
    [MemberData(nameof(WrongData), DisableDiscoveryEnumeration = true)]
    public async Task RunAsync_WrongData_IsNamed(string expected, Func<DistillationData, DistillationData> change)
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(
            () => Engine().RunAsync(change(SmallRun.Data(World)), _folder.File("run"), cancellationToken: Token));

        Assert.Contains(expected, exception.Message);
    }

    private DistillationEngine Engine(RationaleSource? source = null) =>
        new(new ScriptedTeacher(World), SmallRun.Options(_tokenizer, source ?? RationaleSource.Teacher));

    private async Task RunAndKillAsync(string run, string moment)
    {
        var host = Path.Combine(AppContext.BaseDirectory, "SciCoT.Tests.EngineHost.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [host, _tokenizer, run]) { RedirectStandardOutput = true })!;
        bool reached = false;
        while (await process.StandardOutput.ReadLineAsync(Token) is { } line)
        {
            if (line != moment)
                continue;
            reached = true;
            process.Kill();
        }

        await process.WaitForExitAsync(Token);
        Assert.True(reached, $"The run never came to '{moment}'.");
    }

    private static byte[][] Weights(string run) =>
        [.. new[] { SciCoTModelFolder.RationaleStudent, SciCoTModelFolder.AnswerStudent }.Select(student => File.ReadAllBytes(Path.Combine(run, student, "model.safetensors")))];

    private static Dictionary<string, DateTime> Contents(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) is not ("report.json" or SciCoTModelFolder.Manifest))
            .ToDictionary(file => file, File.GetLastWriteTimeUtc);

    private sealed class Recorder(Action<DistillationProgress>? also = null) : IProgress<DistillationProgress>
    {
        public List<DistillationProgress> Reports { get; } = [];

        public void Report(DistillationProgress value)
        {
            lock (Reports)
                Reports.Add(value);
            also?.Invoke(value);
        }
    }

    private sealed class FailingTeacher(ITeacherPrompter inner, string questionId) : ITeacherPrompter
    {
        public Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default) =>
            request.Question.Id == questionId
                ? Task.FromException<TeacherReply>(new HttpRequestException("out of credit"))
                : inner.ExplainAsync(request, cancellationToken);
    }
}
