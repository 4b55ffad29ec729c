namespace SciCoT.Students;

/// <summary>
/// Answers with the mean of several students' probabilities, and open questions with the text that most of them give. Where these are
/// one student that samples another rationale each time, this is self-consistency (arXiv 2203.11171), by the same rule as a pipeline's.
/// </summary>
/// <remarks>Safe for concurrent callers, as its students are. It does not own them.</remarks>
/// <include file="Examples.xml" path="examples/AveragingStudent/example"/>
public sealed class AveragingStudent : IAnswerStudent
{
    private readonly IReadOnlyList<IAnswerStudent> _students;

    /// <summary>Puts students together.</summary>
    /// <param name="students">At least one.</param>
    public AveragingStudent(IReadOnlyList<IAnswerStudent> students)
    {
        ArgumentNullException.ThrowIfNull(students);
        ArgumentOutOfRangeException.ThrowIfZero(students.Count, nameof(students));
        _students = students;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        var all = new List<IReadOnlyList<AnswerPrediction>>(_students.Count);
        foreach (var student in _students)
            all.Add(await student.AnswerAsync(questions, cancellationToken).ConfigureAwait(false));
        return [.. questions.Select((asked, i) => RationaleVote.Of(asked.Question, [.. all.Select(predictions => predictions[i])]))];
    }
}
