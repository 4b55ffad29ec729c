using SciCoT.Compute;
using SciCoT.Training;
using SciCoT.Training.Batches;

namespace SciCoT.Tests.Training;

public class BatchPlanTests
{
    private static readonly Seq2SeqExample[] Examples = Spread(1000);

    [Theory]
    [InlineData(null)]
    [InlineData(2000)]
    public void Shuffled_HasEachExampleOnce(int? tokens)
    {
        var batches = new BatchPlan(Examples, 32, tokens).Shuffled(seed: 1, epoch: 0);

        Assert.Equal(Enumerable.Range(0, 1000), batches.SelectMany(b => b).Order());
    }

    [Fact]
    public void Shuffled_RepeatsForSeedAndEpoch_AndDiffersOtherwise()
    {
        var plan = new BatchPlan(Examples, 32, null);

        Assert.Equal(plan.Shuffled(7, 3), plan.Shuffled(7, 3));
        Assert.NotEqual(plan.Shuffled(7, 3), plan.Shuffled(7, 4));
        Assert.NotEqual(plan.Shuffled(7, 3), plan.Shuffled(8, 3));
    }

    [Fact]
    public void Shuffled_ComposesBatchesAnewInEachEpoch()
    {
        var plan = new BatchPlan(Examples, 32, null);
        var first = plan.Shuffled(1, 0).Select(b => string.Join(",", b.Order())).ToHashSet();

        Assert.DoesNotContain(plan.Shuffled(1, 1), b => first.Contains(string.Join(",", b.Order())));
    }

    [Fact]
    public void Shuffled_DoesNotRunThroughTheLengthsInOrder()
    {
        var lengths = new BatchPlan(Examples, 32, null).Shuffled(1, 0).Select(b => b.Max(i => Examples[i].Source.Length)).ToArray();

        Assert.NotEqual(lengths.Order(), lengths);
    }

    [Fact]
    public void Shuffled_PadsLittle()
    {
        // As in real sets, long questions have long explanations; where source and target are unrelated, more is padded.
        Seq2SeqExample[] related = [.. Examples.Select(example => example with { Target = new int[1 + example.Source.Length / 2] })];
        double bucketed = PaddingShare(related, new BatchPlan(related, 32, null).Shuffled(1, 0));
        double unsorted = PaddingShare(related, [.. Enumerable.Range(0, 1000).Chunk(32)]);

        Assert.True(unsorted > 0.35, $"Unsorted batches pad {unsorted:P1}: the test's lengths are too even.");
        Assert.True(bucketed < 0.14, $"Bucketed batches pad {bucketed:P1}.");
    }

    [Fact]
    public void TokenBudget_IsKept_AndUsed()
    {
        var batches = new BatchPlan(Examples, 1, 2000).Shuffled(1, 0);

        Assert.All(batches, b => Assert.True(Positions(b) <= 2000));
        Assert.True(batches.Average(Positions) > 1500);
    }

    [Fact]
    public void TokenBudget_LongerExample_MakesABatchOfItsOwn()
    {
        Seq2SeqExample[] examples = [new("short", [2, 1], [2, 1]), new("long", new int[50], new int[50]), new("short too", [2, 1], [2, 1])];

        var batches = new BatchPlan(examples, 8, 20).Shuffled(1, 0);

        Assert.Contains(batches, b => b.SequenceEqual([1]));
        Assert.Equal(2, batches.Count);
    }

    [Fact]
    public void Sampler_TakenUpFromItsState_GoesOnTheSame()
    {
        var plan = new BatchPlan(Examples, 64, null);
        var sampler = new BatchSampler(plan, seed: 5);
        for (int i = 0; i < 20; i++)
            sampler.Next();
        var later = new BatchSampler(plan, seed: 5) { State = sampler.State };

        for (int i = 0; i < 30; i++)
            Assert.Equal(sampler.Next(), later.Next());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(5000)]
    public void Sampler_CountsEpochsWithoutDealingThem(int batchSize)
    {
        var plan = new BatchPlan(Examples, batchSize, null);

        Assert.Equal(plan.Shuffled(5, 0).Count, plan.BatchesPerEpoch);
        // Dealing them would take days.
        Assert.Equal(int.MaxValue * plan.BatchesPerEpoch, new BatchSampler(plan, seed: 5).Count(int.MaxValue, long.MaxValue, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Sampler_MoreThanAsked_IsToldWithoutDealing()
    {
        var plan = new BatchPlan(Examples, 8, tokensPerBatch: 300);

        Assert.InRange(plan.LeastBatchesPerEpoch, 1, plan.Shuffled(5, 0).Count);
        // Dealing them would take days.
        Assert.InRange(new BatchSampler(plan, seed: 5).Count(1_000_000_000, 1_000_000_000, TestContext.Current.CancellationToken), 1_000_000_001, long.MaxValue);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(4)]
    public void Training_OfMoreUpdatesThanANumberHolds_IsRefused(int? tokensPerBatch)
    {
        using var model = TinyTask.Model();

        var e = Assert.Throws<ArgumentException>(() => new Seq2SeqTrainer(model, new TrainingOptions { Epochs = 1_000_000_000, BatchSize = 1, TokensPerBatch = tokensPerBatch })
            .Train(TinyTask.Reversals(8), [], cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("Epochs is 1000000000", e.Message);
        Assert.Contains("8 examples", e.Message);
    }

    [Fact]
    public async Task Sampler_CountOfEpochsThatDiffer_IsCancelled()
    {
        using var stop = new CancellationTokenSource();
        var sampler = new BatchSampler(new BatchPlan(Examples, 8, tokensPerBatch: 300), seed: 5);
        Assert.Equal(sampler.Count(1, long.MaxValue, stop.Token) + new BatchPlan(Examples, 8, 300).Shuffled(5, 1).Count, sampler.Count(2, long.MaxValue, stop.Token));

        var counting = Task.Run(() => sampler.Count(int.MaxValue, long.MaxValue, stop.Token), TestContext.Current.CancellationToken);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => counting);
    }

    [Fact]
    public void Sampler_EpochHasEachExampleOnce()
    {
        var sampler = new BatchSampler(new BatchPlan(Examples, 64, null), seed: 5);

        var seen = Enumerable.Range(0, (int)sampler.Count(epochs: 2, long.MaxValue, TestContext.Current.CancellationToken)).SelectMany(_ => sampler.Next()).ToArray();

        Assert.Equal(2000, seen.Length);
        Assert.Equal(Enumerable.Range(0, 1000), seen[..1000].Order());
    }

    [Fact]
    public void SplitMix64_GivesThePublishedSequence() =>
        // The first outputs of SplitMix64 for the state 1234567, as published with the reference implementation in C.
        Assert.Equal([6457827717110365317, 3203168211198807973], Take(new SplitMix64(1234567), 2));

    private static ulong[] Take(SplitMix64 random, int count)
    {
        var numbers = new ulong[count];
        for (int i = 0; i < count; i++)
            numbers[i] = random.Next();
        return numbers;
    }

    private static double PaddingShare(Seq2SeqExample[] examples, IReadOnlyList<int[]> batches) =>
        1 - (double)batches.Sum(b => b.Sum(i => examples[i].Source.Length + examples[i].Target.Length)) / batches.Sum(batch => Positions(examples, batch));

    private static int Positions(int[] batch) => Positions(Examples, batch);

    private static int Positions(Seq2SeqExample[] examples, int[] batch) =>
        batch.Length * (batch.Max(i => examples[i].Source.Length) + batch.Max(i => examples[i].Target.Length));

    private static Seq2SeqExample[] Spread(int count)
    {
        var random = new Random(4);
        return [.. Enumerable.Range(0, count).Select(n => new Seq2SeqExample($"{n}", new int[random.Next(20, 100)], new int[random.Next(10, 80)]))];
    }
}
