using Microsoft.Extensions.Time.Testing;
using SciCoT.Budgets;
using SciCoT.Teaching;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Campaign;

namespace SciCoT.Tests.Teaching;

/// <summary>
/// How far budgets are overrun with 64 calls under way where few replies take many times the others, and longer replies take longer,
/// so that the first to end are the short ones.
/// </summary>
[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public class BudgetOverrunTests
{
    private const int Concurrency = 64;
    private const double Mean = 300;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, int?> Unlimited { get; } = Cases(["half", "growing", "log-normal", "a tenth of five times", "a twentieth of ten times", "a hundredth of ten times"], null);

    public static TheoryData<string, int, int?> Limited { get; } =
        Cases(["half", "growing", "log-normal", "log-normal, wide", "Pareto", "a tenth of five times", "a twentieth of ten times", "a fiftieth of twenty times"], 5_000);

    [Theory]
    [MemberData(nameof(Unlimited))]
    [MemberData(nameof(Limited))]
    public void Budget_OfHeavyTailedReplies_IsOverrunByATenthAtMost(string kind, int replies, int? maxOutputTokens)
    {
        double worst = 0, least = 2;
        for (int seed = 0; seed < (CampaignSettings.IsLong ? 8 : 4); seed++)
        {
            double share = Spend(kind, replies, maxOutputTokens, new Random(seed));
            (worst, least) = (Math.Max(worst, share), Math.Min(least, share));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"{least:0.0%} to {worst:0.0%}"));
        Assert.InRange(worst, 0.9, 1.1);
        Assert.InRange(least, 0.9, 1.1);
    }

    /// <summary>Replies of which few take twenty times the mean, and no limit of their length: nothing tells before one has ended.</summary>
    [Theory]
    [InlineData("a fiftieth of twenty times", 200)]
    [InlineData("a fiftieth of twenty times", 1000)]
    [InlineData("a hundredth of twenty times", 200)]
    public void Budget_OfRepliesOfTwentyTimesTheMeanWithoutALimit_IsOverrunByMoreThanATenthInOneRunOfFifty(string kind, int replies)
    {
        const int Runs = 50;
        double[] shares = [.. Enumerable.Range(100, Runs).Select(seed => Spend(kind, replies, null, new Random(seed))).Order()];

        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"{shares[0]:0.0%} to {shares[^1]:0.0%}"));
        Assert.InRange(shares.Count(share => share > 1.1), 0, Runs / 50);
        Assert.InRange(shares[0], 0.9, 1.1);
    }

    /// <summary>Where a single reply may take more than a tenth of the budget, calls one after the other overrun it too: calls at the same time add hardly anything.</summary>
    [Theory]
    [InlineData("log-normal, less wide")]
    [InlineData("log-normal, wide")]
    [InlineData("Pareto, less wide")]
    [InlineData("Pareto")]
    public void Budget_OfRepliesWithoutALimit_IsOverrunHardlyMoreOftenThanByOneCallAtATime(string kind)
    {
        const int Runs = 100;
        int[] overrun = [.. new[] { 1, Concurrency }.Select(callers => Enumerable.Range(1000, Runs).Count(seed => Spend(kind, 200, null, new Random(seed), callers) > 1.1))];

        Assert.InRange(overrun[1], 0, overrun[0] + (Runs / 50));
    }

    [Fact]
    public async Task Budget_OfALoopbackServer_OfHeavyTailedRepliesWithRepeatedCalls_IsOverrunByATenthAtMost()
    {
        const int MaxOutput = 2_000, Replies = 200;
        var random = new Random(3);
        int calls = 0;
        long sent = 0;
        await using var server = await ChatServer.StartAsync(_ =>
        {
            lock (random)
            {
                if (calls++ < Concurrency || random.Next(10) == 0)
                    return new(ChatFault.TooManyRequests);
                int tokens = (int)Math.Min(MaxOutput, Draw("log-normal, wide", 0, random));
                sent += 50 + tokens;
                return new() { Usage = (50, tokens), Delay = TimeSpan.FromMilliseconds(tokens / 20.0) };
            }
        });
        var chat = OpenAITeacher.Create(server.Address, new() { MaxOutputTokens = MaxOutput });
        var budget = new TeacherBudget { MaxTokens = Replies * (long)Mean };
        var teacher = new TeacherBuilder(chat).UseBudget(budget).UseRetry(new() { MaxRetries = 50, Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(20) }).Build();

        var result = await new RationaleAnnotator(teacher, new MemoryStore(), AnnotationSettings.For(chat) with { Concurrency = Concurrency })
            .AnnotateAsync(OpenAITeacher.Questions(5 * Replies), cancellationToken: Token);

        Assert.IsType<BudgetExhaustedException>(result.StoppedBy);
        Assert.Equal(sent, budget.SpentTokens);
        Assert.InRange(sent / (double)budget.MaxTokens!, 0.9, 1.1);
    }

    private static TheoryData<string, int, int?> Cases(string[] kinds, int? maxOutputTokens) =>
        [.. from kind in kinds from replies in new[] { 200, 1000 } select new TheoryDataRow<string, int, int?>(kind, replies, maxOutputTokens)];

    /// <summary>Callers that start as soon as the budget lets them, by a clock that goes from one reply to the next.</summary>
    /// <returns>The share of the budget that is spent in the end.</returns>
    private static double Spend(string kind, int replies, int? maxOutputTokens, Random random, int callers = Concurrency)
    {
        var budget = new TeacherBudget { MaxTokens = (long)(replies * Mean) };
        var time = new FakeTimeProvider();
        var start = time.GetUtcNow();
        var underWay = new PriorityQueue<(BudgetReservation Call, long Tokens), DateTimeOffset>();
        while (true)
        {
            while (underWay.Count < callers && TryReserve(budget, time, maxOutputTokens) is { } call)
            {
                double tokens = Draw(kind, budget.SpentTokens / (double)budget.MaxTokens!, random);
                tokens = Math.Ceiling(Math.Min(tokens, maxOutputTokens ?? tokens));
                underWay.Enqueue((call, (long)tokens), time.GetUtcNow() + TimeSpan.FromSeconds((tokens * (0.9 + (0.2 * random.NextDouble())) / Mean) + 0.1));
            }

            if (!underWay.TryDequeue(out var ended, out var at))
                return budget.SpentTokens / (double)budget.MaxTokens!;
            time.SetUtcNow(at);
            budget.Settle(ended.Call, "model", 0, ended.Tokens);
        }
    }

    /// <summary>A place that is there at once; <see langword="null"/> for none.</summary>
    private static BudgetReservation? TryReserve(TeacherBudget budget, TimeProvider time, int? maxOutputTokens)
    {
        using var stop = new CancellationTokenSource();
        var place = budget.ReserveAsync(time, maxOutputTokens, stop.Token);
        if (place.IsCompletedSuccessfully)
            return place.Result;
        stop.Cancel();
        return place.Exception is null or { InnerException: BudgetExhaustedException } ? null : throw place.Exception;
    }

    /// <summary>What a reply takes; <see cref="Mean"/> on average.</summary>
    private static double Draw(string kind, double spent, Random random)
    {
        return kind switch
        {
            "half" => Mean * (0.5 + random.NextDouble()),
            "growing" => Mean * (0.5 + random.NextDouble()) * (spent > 0.6 ? 2 : 1),
            "log-normal" => LogNormal(0.7),
            "log-normal, less wide" => LogNormal(1),
            "log-normal, wide" => LogNormal(1.5),
            "Pareto, less wide" => Mean / 2 * Math.Pow(1 - random.NextDouble(), -1 / 2.0),
            "Pareto" => Mean / 3 * Math.Pow(1 - random.NextDouble(), -1 / 1.5),
            "a tenth of five times" => Few(0.1, 5),
            "a twentieth of ten times" => Few(0.05, 10),
            "a hundredth of ten times" => Few(0.01, 10),
            "a hundredth of twenty times" => Few(0.01, 20),
            "a fiftieth of twenty times" => Few(0.02, 20),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

        double LogNormal(double deviation) =>
            Mean * Math.Exp((deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())) - (deviation * deviation / 2));

        double Few(double share, double times) => random.NextDouble() < share ? Mean * times : Mean * (1 - (share * times)) / (1 - share);
    }
}
