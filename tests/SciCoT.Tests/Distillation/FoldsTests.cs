using SciCoT.Distillation;

namespace SciCoT.Tests.Distillation;

public class FoldsTests
{
    [Fact]
    public void Assign_FoldsAreOfNearlyOneSize()
    {
        var folds = Folds.Assign(Data(103), folds: 5, seed: 1);

        Assert.Equal(103, folds.Count);
        Assert.All(Enumerable.Range(0, 5), fold => Assert.InRange(folds.Count(f => f == fold), 20, 21));
    }

    [Fact]
    public void Assign_GroupsStayTogether()
    {
        var data = Data(60) with { GroupOf = question => $"{int.Parse(question.Id) / 3}" };

        var folds = Folds.Assign(data, folds: 4, seed: 1);

        Assert.All(Enumerable.Range(0, 20), group => Assert.Single(folds.Skip(3 * group).Take(3).Distinct()));
        Assert.Equal(4, folds.Distinct().Count());
    }

    [Fact]
    public void Assign_EqualQuestions_StayTogetherWithoutGroups()
    {
        var data = Data(20);
        data = data with { Training = [.. data.Training, .. data.Training.Select(question => question with { Id = "again-" + question.Id })] };

        var folds = Folds.Assign(data, folds: 3, seed: 1);

        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(folds[i], folds[i + 20]));
    }

    [Fact]
    public void Assign_SeedDecides()
    {
        Assert.Equal(Folds.Assign(Data(50), 5, seed: 1), Folds.Assign(Data(50), 5, seed: 1));
        Assert.NotEqual(Folds.Assign(Data(50), 5, seed: 1), Folds.Assign(Data(50), 5, seed: 2));
    }

    [Fact]
    public void Assign_FewerGroupsThanFolds_IsRefused()
    {
        var exception = Assert.Throws<ArgumentException>(() => Folds.Assign(Data(12) with { GroupOf = question => question.Id.Length.ToString() }, folds: 3, seed: 1));

        Assert.Contains("there are 2", exception.Message);
    }

    private static DistillationData Data(int count) =>
        new([.. Enumerable.Range(0, count).Select(i => new ScienceQuestion(i.ToString(), $"Question {i}?", [new("A", "yes"), new("B", "no")]) { AnswerLabel = "A" })], [], []);
}
