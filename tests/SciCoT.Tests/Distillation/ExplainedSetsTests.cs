using SciCoT.Distillation;

namespace SciCoT.Tests.Distillation;

public class ExplainedSetsTests
{
    private static readonly ScienceQuestion[] Questions =
        [.. Enumerable.Range(0, 40).Select(i => new ScienceQuestion($"q{i}", $"Question {i}?", [new("A", "yes"), new("B", "no")]) { AnswerLabel = "A" })];

    private static readonly DistillationData Data = new(Questions[..30], Questions[30..], []);

    /// <summary>The teacher has nothing for the last five training questions.</summary>
    private static readonly ExplainedSets Teacher = new(Explained(Questions[..25], "teacher"), Explained(Questions[30..], "teacher"));

    private static readonly ExplainedSets Written = new(Explained(Questions[..30], "student"), Explained(Questions[30..], "student"));

    [Fact]
    public void Teacher_IsWhatTheTeacherHas()
    {
        var sets = ExplainedSets.For(RationaleSource.Teacher, Data, Teacher, null);

        Assert.Equal(Teacher.Training, sets.Training);
        Assert.Equal(Teacher.Validation, sets.Validation);
    }

    [Fact]
    public void Student_CoversQuestionsThatTheTeacherDidNotExplain()
    {
        var sets = ExplainedSets.For(RationaleSource.Student, Data, Teacher, Written);

        Assert.Equal(Written.Training, sets.Training);
        Assert.Equal(Written.Validation, sets.Validation);
    }

    [Theory]
    [InlineData(0.3, 9)]
    [InlineData(0.5, 15)]
    [InlineData(1, 25)] // more than the teacher has
    public void Mixture_HasTheShareAskedFor(double share, int expected)
    {
        var sets = ExplainedSets.For(RationaleSource.CrossFitted with { TeacherShare = share }, Data, Teacher, Written);

        Assert.Equal(expected, sets.Training.Count(explained => explained.Rationale.StartsWith("teacher")));
        Assert.Equal(Data.Training.Select(question => question.Id), sets.Training.Select(explained => explained.Question.Id));
        Assert.All(sets.Validation, explained => Assert.StartsWith("student", explained.Rationale));
    }

    [Fact]
    public void Mixture_SeedDecidesWhich()
    {
        Assert.Equal(Mixed(1), Mixed(1));
        Assert.NotEqual(Mixed(1), Mixed(2));

        static IEnumerable<string> Mixed(long seed) =>
            ExplainedSets.For(RationaleSource.Student with { TeacherShare = 0.5, Seed = seed }, Data, Teacher, Written).Training.Select(explained => explained.Rationale).ToArray();
    }

    [Fact]
    public void Dropout_EmptiesTheShareAskedForInTrainingAlone()
    {
        var sets = ExplainedSets.For(RationaleSource.Student with { Dropout = 0.2 }, Data, Teacher, Written);

        Assert.Equal(6, sets.Training.Count(explained => explained.Rationale.Length == 0));
        Assert.All(sets.Validation, explained => Assert.NotEmpty(explained.Rationale));
        Assert.Equal(5, ExplainedSets.For(RationaleSource.Teacher with { Dropout = 0.2 }, Data, Teacher, null).Training.Count(explained => explained.Rationale.Length == 0));
    }

    [Fact]
    public void SeveralAQuestion_AllCount()
    {
        var twice = Written with { Training = [.. Written.Training.SelectMany(explained => new[] { explained, explained with { Rationale = explained.Rationale + " again" } })] };

        var sets = ExplainedSets.For(RationaleSource.Student with { PerQuestion = 2, TeacherShare = 0.5 }, Data, Teacher, twice);

        Assert.Equal(15 + 2 * 15, sets.Training.Count);
    }

    private static IReadOnlyList<ExplainedQuestion> Explained(IEnumerable<ScienceQuestion> questions, string author) =>
        [.. questions.Select(question => new ExplainedQuestion(question, $"{author} on {question.Id}"))];
}
