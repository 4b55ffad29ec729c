using SciCoT.Tests.Support;
using SciCoT.Training;

namespace SciCoT.Tests.Training;

[Collection(TorchState.Collection)]
public sealed class WeightedExampleTests : IDisposable
{
    private static readonly TrainingOptions OneStep = new() { TotalSteps = 1, BatchSize = 4, MaxGradientNorm = null };
    private static readonly Seq2SeqExample[] Examples = TinyTask.Reversals(4);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Loss_IsTheWeightedSumOverAllTargetTokens()
    {
        double[] alone = [.. Examples.Select(example => Loss([example]))];

        double weighted = Loss([.. Examples.Select((example, i) => example with { Weight = i + 0.5 })]);

        double sum = Examples.Select((example, i) => (i + 0.5) * alone[i] * example.Target.Length).Sum();
        Assert.Equal(sum / Examples.Sum(example => example.Target.Length), weighted, 1e-4);
    }

    [Fact]
    public void Loss_EqualWeightsOfOne_AreTheUnweightedLoss()
    {
        double loss = Loss(Examples);

        Assert.Equal(loss, Loss([.. Examples.Select((example, i) => example with { Weight = i == 0 ? 1.0000001 : 1 })]), 1e-4);
        Assert.Equal(2 * loss, Loss([.. Examples.Select(example => example with { Weight = 2 })]), 1e-4);
    }

    [Fact]
    public void AnswerWeight_CountsForTheLastTokensAlone()
    {
        double Weighted(double weight, int tokens) => Loss([.. Examples.Select(example => example with { AnswerWeight = weight, AnswerTokens = tokens })]);
        double plain = Loss(Examples);
        // The last token's share of the loss, from examples whose other tokens nearly do not count.
        double last = Loss([.. Examples.Select(example => example with { Weight = 1e-6, AnswerWeight = 1e6, AnswerTokens = 1 })]);

        Assert.InRange(last, 0.01, plain - 0.01);
        Assert.Equal(plain + 2 * last, Weighted(3, 1), 1e-3);
        Assert.Equal(2 * plain, Loss([.. Examples.Select(example => example with { AnswerWeight = 2, AnswerTokens = example.Target.Length })]), 1e-4);
        Assert.Equal(plain, Weighted(3, 0), 1e-4);
    }

    [Fact]
    public void OtherAnswerWeights_AreAnotherTraining()
    {
        using var model = TinyTask.Model();
        new Seq2SeqTrainer(model, OneStep).Train(Examples, [], _folder.Path, cancellationToken: TestContext.Current.CancellationToken);

        Assert.ThrowsAny<Exception>(() => new Seq2SeqTrainer(model, OneStep).Train(
            [Examples[0] with { AnswerWeight = 3, AnswerTokens = 1 }, .. Examples[1..]], [], _folder.Path, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, -1)]
    [InlineData(2, 99)]
    public void AnswerThatCannotBeWeighed_IsNamed(double weight, int tokens)
    {
        using var model = TinyTask.Model();

        var exception = Assert.Throws<ArgumentException>(() => new Seq2SeqTrainer(model, OneStep).Train(
            [Examples[0] with { AnswerWeight = weight, AnswerTokens = tokens }], [], cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("'example-0'", exception.Message);
    }

    [Fact]
    public void OtherWeights_AreAnotherTraining()
    {
        using var model = TinyTask.Model();
        new Seq2SeqTrainer(model, OneStep).Train(Examples, [], _folder.Path, cancellationToken: TestContext.Current.CancellationToken);

        var exception = Assert.Throws<PlanMismatchException>(() => new Seq2SeqTrainer(model, OneStep).Train(
            [Examples[0] with { Weight = 3 }, .. Examples[1..]], [], _folder.Path, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("training examples", exception.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void WeightThatIsNoWeight_IsNamed(double weight)
    {
        using var model = TinyTask.Model();

        var exception = Assert.Throws<ArgumentException>(() => new Seq2SeqTrainer(model, OneStep).Train(
            [Examples[0] with { Weight = weight }], [], cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("'example-0'", exception.Message);
    }

    private static double Loss(Seq2SeqExample[] examples)
    {
        using var model = TinyTask.Model();
        var reports = new Reports();
        new Seq2SeqTrainer(model, OneStep).Train(examples, [], progress: reports, cancellationToken: TestContext.Current.CancellationToken);
        return reports[0].Loss;
    }
}
