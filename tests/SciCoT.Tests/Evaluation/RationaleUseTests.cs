using SciCoT.Evaluation;

namespace SciCoT.Tests.Evaluation;

public class RationaleUseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EvaluateAsync_StudentThatReads_ChangesItsAnswers()
    {
        QuestionOutcome[] outcomes = [.. Enumerable.Range(0, 20).Select(i => Outcomes.Answer(i, 0, gold: i % 2) with
        {
            Rationale = $"it is option {1 + (i % 4)} of {i} indeed",
            TeacherRationale = i < 10 ? $"it is option {1 + (i % 2)} of {i}" : null,
        })];

        var asked = await RationaleUseEvaluator.EvaluateAsync(new Reader(), outcomes, seed: 1, Token);
        var uses = RationaleUse.Of(asked).ToDictionary(use => use.Kind);

        Assert.Equal((20, 10), (uses[RationaleKind.Own].Accuracy.Count, uses[RationaleKind.Own].Accuracy.Correct)); // i % 4 is i % 2
        Assert.Equal(0, uses[RationaleKind.Own].Changed.Correct);
        Assert.Equal((10, 10), (uses[RationaleKind.Teacher].Accuracy.Count, uses[RationaleKind.Teacher].Accuracy.Correct));
        // Without a readable rationale it takes the first choice: right for every other question, changed where its own says another.
        Assert.Equal((10, 15), (uses[RationaleKind.Empty].Accuracy.Correct, uses[RationaleKind.Empty].Changed.Correct));
        var others = RationaleUseEvaluator.Derangement(outcomes.Length, seed: 1)!;
        Assert.Equal(
            outcomes.Where((outcome, i) => Read(outcome.Question, outcomes[others[i]].Rationale!) != Read(outcome.Question, outcome.Rationale!)).Count(),
            uses[RationaleKind.Shuffled].Changed.Correct);
        Assert.Equal("it is option", asked[0].Alternatives.Single(answer => answer.Kind == RationaleKind.Truncated).Rationale);
        Assert.Equal(outcomes.Select(outcome => outcome.Label), asked.Select(outcome => outcome.Label));
    }

    [Fact]
    public async Task EvaluateAsync_StudentThatDoesNotRead_NeverChanges()
    {
        QuestionOutcome[] outcomes = [.. Enumerable.Range(0, 10).Select(i => Outcomes.Answer(i, 0) with { Rationale = $"option {i}" })];

        var uses = RationaleUse.Of(await RationaleUseEvaluator.EvaluateAsync(new Deaf(), outcomes, seed: 1, Token));

        Assert.Equal([RationaleKind.Own, RationaleKind.Empty, RationaleKind.Shuffled, RationaleKind.Truncated], uses.Select(use => use.Kind));
        Assert.All(uses, use => Assert.Equal((1, 0), (use.Accuracy.Accuracy, use.Changed.Accuracy)));
    }

    [Fact]
    public async Task EvaluateAsync_OneQuestion_HasNoOtherToShuffleWith()
    {
        var asked = await RationaleUseEvaluator.EvaluateAsync(new Deaf(), [Outcomes.Answer(1, 0)], seed: 1, Token);

        Assert.Equal([RationaleKind.Own, RationaleKind.Empty, RationaleKind.Truncated], asked[0].Alternatives.Select(answer => answer.Kind));
        Assert.Empty(await RationaleUseEvaluator.EvaluateAsync(new Deaf(), [], seed: 1, Token));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public void Derangement_AnySeed_LeavesNothingInItsPlace(int count)
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var order = RationaleUseEvaluator.Derangement(count, seed)!;
            Assert.Equal(Enumerable.Range(0, count), order.Order());
            Assert.DoesNotContain(true, order.Select((to, from) => to == from));
        }

        Assert.Equal(RationaleUseEvaluator.Derangement(count, 7), RationaleUseEvaluator.Derangement(count, 7));
    }

    /// <summary>Takes the choice that the rationale names, otherwise the first.</summary>
    private static Choice Read(ScienceQuestion question, string rationale) =>
        question.Choices.FirstOrDefault(choice => rationale.Contains(choice.Text)) ?? question.Choices[0];

    private sealed class Reader : IAnswerStudent
    {
        public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<AnswerPrediction>>([.. questions.Select(asked =>
            {
                var choice = Read(asked.Question, asked.Rationale);
                return new AnswerPrediction(choice.Label, choice.Text, []) { Confidence = 1 };
            })]);
    }

    private sealed class Deaf : IAnswerStudent
    {
        public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<AnswerPrediction>>([.. questions.Select(asked => new AnswerPrediction("A", "", []) { Confidence = 1 })]);
    }
}
