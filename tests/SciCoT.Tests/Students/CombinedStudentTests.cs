using System.Runtime.CompilerServices;
using SciCoT.Students;

namespace SciCoT.Tests.Students;

public class CombinedStudentTests
{
    private static readonly ScienceQuestion Closed = ScienceQuestion.Create("Which sinks?", "cork", "iron");
    private static readonly ScienceQuestion Open = ScienceQuestion.Create("What is a nail made of?");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoStage_AnswersFromItsOwnRationale()
    {
        var student = new TwoStageStudent(new Explainer("iron sinks"), new Fixed(0.2, 0.8));

        var answer = (await student.AnswerAsync([new(Closed, "not read")], Token))[0];

        Assert.Equal(("B", "iron sinks"), (answer.Label, answer.Rationale));
    }

    [Fact]
    public async Task Averaging_TakesTheMeanOfTheProbabilities()
    {
        // Two of three choose A, but the third is much surer.
        var student = new AveragingStudent([new Fixed(0.55, 0.45) { Rationale = "one" }, new Fixed(0.55, 0.45) { Rationale = "two" }, new Fixed(0.05, 0.95) { Rationale = "three" }]);

        var answer = (await student.AnswerAsync([new(Closed, "")], Token))[0];

        Assert.Equal("B", answer.Label);
        Assert.Equal([1.15 / 3, 1.85 / 3], answer.Probabilities, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(1.85 / 3, answer.Confidence, 12);
        Assert.Equal("three", answer.Rationale);
    }

    [Fact]
    public async Task Averaging_OpenQuestion_TakesTheAnswerThatMostGive_AsAPipelineDoes()
    {
        AnswerPrediction[] predictions = [Written.Prediction("steel", 0.2), Written.Prediction("Wood", 0.9), Written.Prediction(" Steel", 0.3)];
        var student = new AveragingStudent([.. predictions.Select(prediction => new Written(prediction.Text, prediction.Confidence))]);

        var answer = (await student.AnswerAsync([new(Open, "")], Token))[0];

        Assert.Equal("Steel", answer.Text.Trim());
        Assert.Equal(0.5 / 3, answer.Confidence, 12);
        Assert.Equal(RationaleVote.Of(Open, predictions), answer);
    }

    [Fact]
    public async Task Averaging_OpenQuestion_OfEqualNumbersTakesTheMoreConfident()
    {
        var student = new AveragingStudent([new Written("steel", 0.4), new Written("wood", 0.5)]);

        Assert.Equal("wood", (await student.AnswerAsync([new(Open, "")], Token))[0].Text);
    }

    [Fact]
    public void Averaging_Nobody_IsRefused() => Assert.ThrowsAny<ArgumentException>(() => new AveragingStudent([]));

    private sealed class Explainer(string rationale) : IRationaleStudent
    {
        public Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<string>>([.. questions.Select(_ => rationale)]);

        public async IAsyncEnumerable<string> StreamAsync(ScienceQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            yield return rationale;
        }
    }

    /// <summary>Gives two choices these probabilities, if it is given the rationale that it expects or none.</summary>
    private sealed class Fixed(params double[] probabilities) : IAnswerStudent
    {
        public string? Rationale { get; init; }

        public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default)
        {
            Assert.DoesNotContain(questions, question => question.Rationale == "not read");
            int best = Array.IndexOf(probabilities, probabilities.Max());
            return Task.FromResult<IReadOnlyList<AnswerPrediction>>([.. questions.Select(asked =>
                new AnswerPrediction(asked.Question.Choices[best].Label, asked.Question.Choices[best].Text, probabilities) { Confidence = probabilities[best], Rationale = Rationale })]);
        }
    }

    private sealed class Written(string text, double confidence) : IAnswerStudent
    {
        public static AnswerPrediction Prediction(string text, double confidence) => new(null, text, []) { Confidence = confidence };

        public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<AnswerPrediction>>([.. questions.Select(_ => Prediction(text, confidence))]);
    }
}
