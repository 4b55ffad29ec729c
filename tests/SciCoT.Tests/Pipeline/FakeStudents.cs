using System.Runtime.CompilerServices;

namespace SciCoT.Tests.Pipeline;

/// <summary>Writes the stem back, word by word when streamed.</summary>
internal sealed class EchoRationaleStudent : IRationaleStudent
{
    public List<int> BatchSizes { get; } = [];

    public Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BatchSizes.Add(questions.Count);
        return Task.FromResult<IReadOnlyList<string>>([.. questions.Select(question => "About: " + question.Stem)]);
    }

    public async IAsyncEnumerable<string> StreamAsync(ScienceQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return "About:";
        foreach (var word in question.Stem.Split(' '))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return " " + word;
        }
    }
}

/// <summary>Gives all probability to the choice that the rationale mentions, or to the first.</summary>
internal sealed class MentionAnswerStudent : IAnswerStudent
{
    public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<AnswerPrediction>>([.. questions.Select(Predict)]);
    }

    private static AnswerPrediction Predict(ExplainedQuestion asked)
    {
        if (asked.Question.Choices.Count == 0)
            return new AnswerPrediction(null, asked.Rationale, []) { Confidence = 1 };
        var choice = asked.Question.Choices.FirstOrDefault(c => asked.Rationale.Contains(c.Text)) ?? asked.Question.Choices[0];
        return new AnswerPrediction(choice.Label, choice.Text, [.. asked.Question.Choices.Select(c => c == choice ? 1.0 : 0.0)]) { Confidence = 1 };
    }
}
