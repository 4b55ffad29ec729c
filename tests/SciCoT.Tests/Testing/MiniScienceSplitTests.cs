using SciCoT.Testing;

namespace SciCoT.Tests.Testing;

public class MiniScienceSplitTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Cells_LieInOnePartEach(int seed)
    {
        var world = MiniWorlds.Of(seed);
        HashSet<string>[] parts = [Cells(world.Train), Cells(world.Validation), Cells(world.Test)];

        Assert.Equal(parts.Sum(part => part.Count), parts.SelectMany(part => part).Distinct().Count());

        HashSet<string> Cells(IEnumerable<ScienceQuestion> questions) => [.. world.Items(questions).Select(item => item.Cell)];
    }

    [Fact]
    public void ChoiceDependentQuestions_KeepTheirThingsApart()
    {
        // Not only the answer's cell: every thing that a test question of a rule asks about is new under that rule.
        var world = MiniWorlds.Of(1);
        var trained = Pairs(world.Train).ToHashSet();

        Assert.DoesNotContain(Pairs(world.Test), trained.Contains);
        Assert.DoesNotContain(Pairs(world.Validation), trained.Contains);

        IEnumerable<string> Pairs(IEnumerable<ScienceQuestion> questions) =>
            from item in world.Items(questions)
            where item.Family == "which" && !item.Aspect.StartsWith("has a season", StringComparison.Ordinal) && item.Aspect is not ("is a gas" or "is solid")
            from choice in item.Question.Choices
            select $"{item.Aspect}: {choice.Text}";
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void FactsThatEvaluationNeeds_OccurInTraining(int seed)
    {
        var world = MiniWorlds.Of(seed);
        var taught = world.Items(world.Train).SelectMany(MiniWorlds.FactsOf).ToHashSet();

        Assert.All(world.Items(world.Validation.Concat(world.Test)), item => Assert.All(MiniWorlds.FactsOf(item), fact => Assert.Contains(fact, taught)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Questions_OccurOnce(int seed)
    {
        // The order of the choices does not make another question.
        Assert.Distinct(MiniWorlds.Of(seed).All().Select(question =>
            question.Stem + string.Concat(question.Choices.Select(choice => choice.Text).Order(StringComparer.Ordinal).Select(text => "|" + text))));
    }
}
