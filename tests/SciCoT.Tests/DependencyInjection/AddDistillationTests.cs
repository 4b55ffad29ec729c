using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SciCoT.DependencyInjection;
using SciCoT.Distillation;
using SciCoT.Models;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;
using SciCoT.Testing;
using SciCoT.Tests.EngineHost;
using SciCoT.Tests.Support;
using SciCoT.Training;

namespace SciCoT.Tests.DependencyInjection;

/// <summary>Hosts compose the engine.</summary>
[Collection(TorchState.Collection)]
public sealed class AddDistillationTests : IDisposable
{
    private static readonly MiniScience World = MiniScience.Create();

    private readonly TempFolder _folder = new();
    private readonly string _tokenizer;

    public AddDistillationTests() => _tokenizer = MiniScience.WriteTokenizer(_folder.File("tokenizer"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DistillationOptions Options => SmallRun.Options(_tokenizer, RationaleSource.Teacher);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Engine_HasTheRegisteredTeacherStoreFiltersObserversAndEvaluators()
    {
        var store = new InMemoryRationaleStore();
        var seen = new Observer();
        var services = new ServiceCollection();
        services.AddSciCoT()
            .UseTeacher(_ => new ScriptedTeacher(World))
            .UseRationaleStore(_ => store)
            .UseRationaleFilters(_ => new RationaleFilterChain(new UsableFilter()))
            .AddRationaleFilter(_ => new RefuseFirst(World.Train[0].Id))
            .AddDistillationObserver(_ => seen)
            .AddAnswerEvaluator((_, _) => new Constant())
            .AddDistillation(Options);
        await using var provider = services.BuildServiceProvider();

        var report = await provider.GetRequiredService<DistillationEngine>().RunAsync(SmallRun.Data(World), _folder.File("run"), cancellationToken: Token);

        Assert.Equal(56, await store.ReadAllAsync(Token).CountAsync(Token));
        Assert.False(File.Exists(_folder.File("run/rationales.jsonl")));
        Assert.Equal(["usable", "refuse-first"], report.Filters.Filters.Select(filter => filter.Filter));
        Assert.Equal(55, report.Rationales!.Learned);
        Assert.Contains(DistillationStage.TrainAnswerStudent, seen.Stages);
        Assert.Equal(0.5, report.AnswerStudent.Metrics["constant"]);
        Assert.DoesNotContain("constant", report.RationaleStudent.Metrics.Keys);
    }

    [Fact]
    public async Task KeyedEngines_HaveTheirOwnTeachersAndStores()
    {
        InMemoryRationaleStore one = new(), two = new();
        var services = new ServiceCollection();
        services.AddSciCoT("one").UseTeacher(_ => new ScriptedTeacher(World)).UseRationaleStore(_ => one).AddDistillation(Options);
        services.AddSciCoT("two").UseTeacher(_ => new ScriptedTeacher(World, new() { WrongRate = 1 })).UseRationaleStore(_ => two).AddDistillation(Options);
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredKeyedService<DistillationEngine>("one").RunAsync(SmallRun.Data(World), _folder.File("one"), cancellationToken: Token);
        await Assert.ThrowsAsync<SciCoTException>(() => provider.GetRequiredKeyedService<DistillationEngine>("two").RunAsync(SmallRun.Data(World), _folder.File("two"), cancellationToken: Token));

        Assert.Equal(56, await one.ReadAllAsync(Token).CountAsync(Token));
        var wrong = await two.ReadAllAsync(Token).FirstAsync(Token); // teachers answer at the same time, so that any question may be the first
        Assert.NotEqual((await one.ReadAllAsync(Token).FirstAsync(record => record.QuestionId == wrong.QuestionId, Token)).AnswerLabel, wrong.AnswerLabel);
    }

    [Fact]
    public async Task StoreAlone_IsLearnedFrom()
    {
        var path = _folder.File("store.jsonl");
        await using (var store = JsonLinesRationaleStore.Open(path, Token))
            await new RationaleAnnotator(new ScriptedTeacher(World), store, Options.Annotation!).AnnotateAsync([.. SmallRun.Data(World).Training, .. SmallRun.Data(World).Validation], cancellationToken: Token);
        var services = new ServiceCollection();
        services.AddSciCoT().UseRationaleStore(path).AddDistillation(Options with { Annotation = null });
        await using var provider = services.BuildServiceProvider();

        var report = await provider.GetRequiredService<DistillationEngine>().RunAsync(SmallRun.Data(World), _folder.File("run"), cancellationToken: Token);

        Assert.Equal((56, 56), (report.Rationales!.Records, report.Rationales.Learned));
    }

    [Fact]
    public async Task HostThatOnlyDistils_NeedsNoModelDirectory()
    {
        var services = new ServiceCollection();
        services.AddSciCoT().UseTeacher(_ => new ScriptedTeacher(World)).AddDistillation(Options);
        await using var provider = services.BuildServiceProvider();

        Assert.Null(provider.GetRequiredService<IOptionsMonitor<SciCoTOptions>>().CurrentValue.ModelDirectory);
        Assert.Contains(nameof(SciCoTOptions.ModelDirectory), Assert.Throws<SciCoTException>(() => provider.GetRequiredService<IRationaleStudent>()).Message);
    }

    [Fact]
    public void NeitherTeacherNorStore_IsNamed()
    {
        var services = new ServiceCollection();
        services.AddSciCoT().AddDistillation(Options);
        using var provider = services.BuildServiceProvider();

        Assert.Contains("UseTeacher", Assert.Throws<SciCoTException>(() => provider.GetRequiredService<DistillationEngine>()).Message);
    }

    [Fact]
    public async Task ChatTeacher_TakesAKeyedClient_AndTellsTheEngineItsName()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IChatClient>(new NamedClient("wrong"));
        services.AddKeyedSingleton<IChatClient>("large", new NamedClient("right"));
        services.AddSciCoT().UseChatTeacher("large", new ChatClientTeacherOptions { Name = "large" }).AddDistillation(Options with { Annotation = null });
        services.AddKeyedSingleton<IChatClient>("own", new NamedClient("own"));
        services.AddSciCoT("own").UseChatTeacher(new ChatClientTeacherOptions { Name = "own" });
        await using var provider = services.BuildServiceProvider();

        var request = new TeacherRequest(World.Train[0]);
        Assert.Contains("right", (await provider.GetRequiredService<ITeacherPrompter>().ExplainAsync(request, Token)).Rationale);
        Assert.Contains("own", (await provider.GetRequiredKeyedService<ITeacherPrompter>("own").ExplainAsync(request, Token)).Rationale);
        Assert.NotNull(provider.GetRequiredService<DistillationEngine>());
    }

    [Fact]
    public void Configuration_BindsAndSuggestsTheNearestName()
    {
        Directory.CreateDirectory(_folder.File("base"));
        var settings = DistillationSettings.From(Section(("Base", _folder.File("base")), ("learningRate", "0.01"), ("AnswerRationales", "cross-fitted"), ("Filters:0", "usable"), ("Filters:1", "length"), ("LoraRank", "4")));
        var options = settings.ToOptions();

        Assert.Equal((0.01, RationaleAuthor.CrossFitted, 4), (options.RationaleStudent.Training.LearningRate, options.AnswerRationales.Author, options.AnswerStudent.Lora!.Rank));
        Assert.Equal(["usable", "length"], options.Filters.Names);
        var conventions = DistillationSettings.From(Section(
            ("Base", _folder.File("base")), ("Schedule", "inverse-square-root"), ("WarmupSteps", "7"), ("WarmupFromZero", "false"), ("InverseSquareRootTimescale", "5"), ("WeightDecay", "0.1"),
            ("WeightDecayOnNorms", "true"), ("WeightDecayOnPositionBias", "true"))).ToOptions().RationaleStudent.Training;
        Assert.Equal(
            (SciCoT.Training.LearningRateSchedule.InverseSquareRoot, 7, false, 5, 0.1, true, true),
            (conventions.Schedule, conventions.WarmupSteps, conventions.WarmupFromZero, conventions.InverseSquareRootTimescale, conventions.WeightDecay, conventions.WeightDecayOnNorms, conventions.WeightDecayOnPositionBias));
        Assert.Contains("Did you mean \"learningRate\"?", Assert.Throws<SettingsException>(() => DistillationSettings.From(Section(("LearningRat", "1")))).Message);
        Assert.Contains("must be a whole number; got 'x'", Assert.Throws<SettingsException>(() => DistillationSettings.From(Section(("Epochs", "x")))).Message);
    }

    [Fact]
    public void ConfigurationOfAPipeline_BindsAndSuggestsTheNearestName()
    {
        var services = new ServiceCollection();
        services.AddSciCoT(Section(("BatchSize", "7"), ("WeightFormat", "int8"), ("MaxBatchWait", "00:00:00.005"))).UseRationaleStudent(_ => null!).UseAnswerStudent(_ => null!);
        services.AddSciCoT("small", Section(("BatchSzie", "7"))).UseRationaleStudent(_ => null!).UseAnswerStudent(_ => null!);
        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptionsMonitor<SciCoTOptions>>();

        Assert.Equal((7, WeightFormat.Int8, TimeSpan.FromMilliseconds(5)), (options.CurrentValue.BatchSize, options.CurrentValue.WeightFormat, options.CurrentValue.MaxBatchWait));
        Assert.Contains("Did you mean \"batchSize\"?", Assert.Throws<SettingsException>(() => options.Get("small")).Message);
    }

    private static IConfiguration Section(params (string Name, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"here:{value.Name}", (string?)value.Value))).Build().GetSection("here");

    private sealed class Observer : IProgress<DistillationProgress>
    {
        private readonly HashSet<DistillationStage> _stages = [];

        public IReadOnlyCollection<DistillationStage> Stages
        {
            get
            {
                lock (_stages)
                    return [.. _stages];
            }
        }

        public void Report(DistillationProgress value)
        {
            lock (_stages)
                _stages.Add(value.Stage);
        }
    }

    private sealed class RefuseFirst(string id) : IRationaleFilter
    {
        public string Name => "refuse-first";

        public Verdict Judge(ScienceQuestion question, RationaleRecord record, IReadOnlyList<RationaleRecord> accepted) => question.Id == id ? Verdict.Refused("first") : Verdict.Accepted;
    }

    private sealed class Constant : ITrainingEvaluator
    {
        public string Name => "constant";

        public bool HigherIsBetter => true;

        public double Evaluate(T5Model model, CancellationToken cancellationToken) => 0.5;
    }

    private sealed class NamedClient(string name) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, $"This is what the {name} client says of it.\nSo the answer is (A).")));

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
