using SciCoT.Cli;

namespace SciCoT.Tests.Cli;

public class ProgressStudentTests
{
    [Fact]
    public async Task Answers_KeepTheirOrder_AndAreReportedInParts()
    {
        var told = new List<(int, int)>();
        var questions = Enumerable.Range(0, 600).Select(i => new ExplainedQuestion(ScienceQuestion.Create($"Question {i}?", "a", "b"), $"{i}")).ToArray();

        var predictions = await new ProgressStudent(new Echo(), (done, total) => told.Add((done, total))).AnswerAsync(questions, TestContext.Current.CancellationToken);

        Assert.Equal(questions.Select(question => question.Rationale), predictions.Select(prediction => prediction.Text));
        Assert.Equal([(0, 600), (256, 600), (512, 600), (600, 600)], told);
    }

    private sealed class Echo : IAnswerStudent
    {
        public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<AnswerPrediction>>([.. questions.Select(question => new AnswerPrediction("A", question.Rationale, [1, 0]) { Confidence = 1 })]);
    }
}
