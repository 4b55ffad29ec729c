using System.Net;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Tests.AnnotationHost;

namespace SciCoT.Tests.Teaching;

public class TeacherBudgetTests
{
    private const int InFlight = 8;

    private static readonly AnnotationSettings Settings = new() { Teacher = "scripted", PromptHash = "p1", Concurrency = InFlight };

    private readonly MemoryStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tokens_Spent_StopsCleanlyWithinTheBudget()
    {
        var budget = new TeacherBudget { MaxTokens = 1000 }; // a reply takes 15
        var inner = Yielding();

        var result = await Annotate(inner, budget, 200);

        Assert.True(result.IsStoppedEarly);
        Assert.IsType<BudgetExhaustedException>(result.StoppedBy);
        Assert.Empty(result.Failures);
        Assert.InRange(budget.SpentTokens, 1000 - 15, 1000);
        Assert.Equal(inner.Requests.Count, _store.Records.Count);
        Assert.Equal(budget.SpentTokens, _store.Records.Sum(record => record.InputTokens + record.OutputTokens));
    }

    [Fact]
    public async Task Tokens_Spent_ALargerBudgetContinues()
    {
        await Annotate(Yielding(), new() { MaxTokens = 1000 }, 200);
        int before = _store.Records.Count;
        var budget = new TeacherBudget { MaxTokens = 10_000 };
        var inner = Yielding();

        var result = await Annotate(inner, budget, 200);

        Assert.False(result.IsStoppedEarly);
        Assert.Equal(200, _store.Records.Count);
        Assert.Equal(200 - before, inner.Requests.Count);
    }

    [Fact]
    public async Task Cost_Spent_Stops()
    {
        var budget = new TeacherBudget { MaxCost = 0.01m, Prices = new Dictionary<string, ModelPrice> { ["model-1"] = new(10, 20) } }; // a reply costs 0.0002

        var result = await Annotate(Yielding(), budget, 200);

        Assert.IsType<BudgetExhaustedException>(result.StoppedBy);
        Assert.Equal(0.01m, budget.SpentCost);
    }

    [Fact]
    public async Task Cost_OfAModelWithoutPrice_StopsAndKeepsTheReply()
    {
        var result = await Annotate(Yielding(), new() { MaxCost = 1 }, 200);

        Assert.Contains("'model-1-2026'", result.StoppedBy!.Message);
        Assert.InRange(_store.Records.Count, 1, InFlight);
    }

    [Fact]
    public async Task Tokens_NotTold_AreAssumed()
    {
        var budget = new TeacherBudget { MaxTokens = 10_000 };
        var inner = new ScriptedTeacher(_ => ScriptedTeacher.Reply() with { InputTokens = null, OutputTokens = null });

        await Annotate(inner, budget, 200);

        Assert.InRange(_store.Records.Count, 5, 5 + InFlight);
    }

    [Fact]
    public async Task Charge_Store_CountsWhatWasSpentBefore()
    {
        await Annotate(Yielding(), new(), 10);
        var budget = new TeacherBudget { MaxTokens = 150 };

        await budget.ChargeAsync(_store, cancellationToken: Token);

        Assert.Equal(150, budget.SpentTokens);
        Assert.Equal(0, (await Annotate(Yielding(), budget, 20)).Totals.Done);
    }

    [Fact]
    public async Task Charge_OfOneTeacher_LeavesTheOthersOut()
    {
        await Annotate(Yielding(), new(), 10);
        var (own, other) = (new TeacherBudget { MaxTokens = 1000 }, new TeacherBudget { MaxTokens = 1000 });

        await own.ChargeAsync(_store, Settings.Teacher, Token);
        await other.ChargeAsync(_store, "somebody else", Token);

        Assert.Equal((150, 0), (own.SpentTokens, other.SpentTokens));
    }

    [Theory]
    [InlineData(20, 1.0, 0)]
    [InlineData(200, 1.0, 0)]
    [InlineData(200, 1.0, 64)]
    [InlineData(200, 2.0, 64)]
    [InlineData(1000, 2.0, 640)]
    public async Task Tokens_At64CallsUnderWay_AreOverrunByATenthAtMost(int replies, double growth, int refusedCalls)
    {
        const int Mean = 150;
        var budget = new TeacherBudget { MaxTokens = replies * Mean };
        var random = new Random(7);
        int calls = 0;
        var inner = new ScriptedTeacher(async (_, _) =>
        {
            bool isRefused;
            int tokens;
            lock (random)
            {
                isRefused = calls++ < refusedCalls;
                tokens = (int)(random.Next(Mean / 2, Mean * 3 / 2) * (budget.SpentTokens > budget.MaxTokens * 0.6 ? growth : 1));
            }

            await Task.Yield();
            if (isRefused)
                throw new HttpRequestException("busy", null, HttpStatusCode.TooManyRequests);
            return ScriptedTeacher.Reply() with { Model = "model-1-2026", InputTokens = tokens / 2, OutputTokens = tokens - (tokens / 2) };
        });
        var teacher = new TeacherBuilder(inner, new StallClock()).UseBudget(budget).UseRetry(new() { MaxRetries = 20, MaxDelay = TimeSpan.FromSeconds(1) }).Build();

        var result = await new RationaleAnnotator(teacher, _store, Settings with { Concurrency = 64 }).AnnotateAsync(OpenAITeacher.Questions(2 * replies), cancellationToken: Token);

        Assert.IsType<BudgetExhaustedException>(result.StoppedBy);
        Assert.InRange(budget.SpentTokens / (double)budget.MaxTokens!, 0.85, 1.1);
        Assert.Equal(budget.SpentTokens, _store.Records.Sum(record => record.InputTokens + record.OutputTokens));
    }

    [Fact]
    public async Task Tokens_OfACallThatTimedOut_AreChargedAsAUsualCall()
    {
        var budget = new TeacherBudget { MaxTokens = 10_000 };
        int calls = 0;
        var inner = new ScriptedTeacher((_, _) => calls++ == 1 ? Task.FromException<TeacherReply>(new TimeoutException()) : Task.FromResult(ScriptedTeacher.Reply()));
        var teacher = new TeacherBuilder(inner, new StallClock()).UseBudget(budget).UseRetry().Build();

        await teacher.ExplainAsync(new(OpenAITeacher.Questions(1)[0]), Token);
        await teacher.ExplainAsync(new(OpenAITeacher.Questions(1)[0]), Token);

        Assert.Equal(3 * 15, budget.SpentTokens);
    }

    [Fact]
    public void Limits_NotPositive_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TeacherBudget { MaxTokens = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TeacherBudget { MaxCost = 0 });
    }

    private static ScriptedTeacher Yielding() => new(async (_, _) =>
    {
        await Task.Yield();
        return ScriptedTeacher.Reply() with { Model = "model-1-2026" };
    });

    private Task<AnnotationResult> Annotate(ITeacherPrompter inner, TeacherBudget budget, int questions) =>
        new RationaleAnnotator(new TeacherBuilder(inner).UseBudget(budget).Build(), _store, Settings).AnnotateAsync(OpenAITeacher.Questions(questions), cancellationToken: Token);
}
