using SciCoT.Evaluation;

namespace SciCoT.Distillation;

/// <summary>The questions of a run.</summary>
/// <param name="Training">Questions to learn from, with known answers.</param>
/// <param name="Validation">Questions to choose the best weights by, with known answers; may be empty.</param>
/// <param name="Test">Questions to measure on at the end, with known answers; may be empty. The teacher never sees them.</param>
/// <include file="Examples.xml" path="examples/DistillationData/example"/>
public sealed record DistillationData(
    IReadOnlyList<ScienceQuestion> Training,
    IReadOnlyList<ScienceQuestion> Validation,
    IReadOnlyList<ScienceQuestion> Test)
{
    /// <summary>The group of a question, such as its passage. All questions of a group are in the same fold of <see cref="RationaleSource.CrossFitted"/>.</summary>
    /// <value>The default is <see langword="null"/>: equal questions are one group, others have none.</value>
    public Func<ScienceQuestion, string>? GroupOf { get; init; }

    /// <summary>The teacher's rationales for test questions, by question identifier. Students never see them; reports compare the students' rationales with them.</summary>
    /// <value>None by default.</value>
    public IReadOnlyDictionary<string, string> TestRationales { get; init; } = new Dictionary<string, string>();

    /// <summary>Test outcomes with the teacher's rationales.</summary>
    internal IReadOnlyList<QuestionOutcome> WithTeacher(IReadOnlyList<QuestionOutcome> outcomes) =>
        [.. outcomes.Select(outcome => outcome with { TeacherRationale = TestRationales.GetValueOrDefault(outcome.QuestionId) })];

    /// <exception cref="ArgumentException">A set has a question twice or one without an answer, or there is nothing to train on.</exception>
    internal void Validate()
    {
        if (Training.Count == 0)
            throw new ArgumentException("There is no training question.");
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        Check(Training, "training");
        Check(Validation, "validation");
        Check(Test, "test");

        void Check(IReadOnlyList<ScienceQuestion> questions, string name)
        {
            foreach (var question in questions)
            {
                question.Validate();
                if (question.AnswerLabel is null)
                    throw new ArgumentException($"Question '{question.Id}' ({name}) has no gold answer; leave it out or add one.");
                if (!seen.TryAdd(question.Id, name))
                    throw new ArgumentException($"The identifier '{question.Id}' stands twice ({seen[question.Id]} and {name}); identifiers must be unique within a run.");
            }
        }
    }
}
