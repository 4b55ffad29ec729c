using System.Runtime.CompilerServices;
using SciCoT.Evaluation;
using SciCoT.Harness;
using SciCoT.Prompting;

namespace SciCoT.Tests.Evaluation;

public class HarnessStudentEvaluatorTests
{
    [Fact]
    public async Task EvaluateAsync_FewShot_BothStudentsReadTheExamplesAndTheSecondTheRationale()
    {
        ScienceQuestion[] pool = [.. Enumerable.Range(100, 30).Select(id => Outcomes.Question(id))], questions = [.. Enumerable.Range(0, 70).Select(id => Outcomes.Question(id, gold: id % 2))];
        var students = new Recorder();
        var fewShot = new HarnessFewShot(3, pool);

        var outcomes = await HarnessStudentEvaluator.EvaluateAsync(students, students, HarnessTask.ArcEasy, questions, fewShot, cancellationToken: TestContext.Current.CancellationToken);

        var requests = HarnessRequest.Create(HarnessTask.ArcEasy, questions, fewShot);
        Assert.Equal(questions, outcomes.Select(outcome => outcome.Question));
        Assert.Equal(35, outcomes.Count(outcome => outcome.IsCorrect));
        Assert.All(questions, (question, i) =>
        {
            var stem = string.Concat(requests[i].Examples.Select(place => HarnessTask.ArcEasy.Example(pool[place]))) + question.Stem;
            Assert.Equal(stem, students.Explained[i].Stem);
            Assert.Equal((stem, $"because {question.Id}"), (students.Answered[i].Question.Stem, students.Answered[i].Rationale));
            Assert.Equal($"because {question.Id}", outcomes[i].Rationale);
            Assert.Equal([-1.0, -2, -3, -4], outcomes[i].LogLikelihoods);
        });
    }

    [Fact]
    public async Task EvaluateAsync_NoExamples_TheQuestionsAsTheyAre()
    {
        var students = new Recorder();

        await HarnessStudentEvaluator.EvaluateAsync(students, students, HarnessTask.ArcEasy, [Outcomes.Question(1)], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Outcomes.Question(1), Assert.Single(students.Explained));
    }

    [Fact]
    public async Task EvaluateAsync_TooFewExamples_NoStudentIsAsked()
    {
        var students = new Recorder();

        await Assert.ThrowsAsync<ArgumentException>(() => HarnessStudentEvaluator.EvaluateAsync(
            students, students, HarnessTask.ArcEasy, [Outcomes.Question(1)], new(2, [Outcomes.Question(2)]), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Empty(students.Explained);
    }

    private sealed class Recorder : IRationaleStudent, IAnswerStudent
    {
        public List<ScienceQuestion> Explained { get; } = [];

        public List<ExplainedQuestion> Answered { get; } = [];

        public Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken = default)
        {
            Explained.AddRange(questions);
            return Task.FromResult<IReadOnlyList<string>>([.. questions.Select(question => $"because {question.Id}")]);
        }

        public async IAsyncEnumerable<string> StreamAsync(ScienceQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            yield return $"because {question.Id}";
        }

        public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default)
        {
            Answered.AddRange(questions);
            return Task.FromResult<IReadOnlyList<AnswerPrediction>>([.. questions.Select(asked => new AnswerPrediction(asked.Question.Choices[0].Label, asked.Question.Choices[0].Text, [0.7, 0.1, 0.1, 0.1])
            {
                Confidence = 0.7,
                LogLikelihoods = [-1, -2, -3, -4],
            })]);
        }
    }
}
