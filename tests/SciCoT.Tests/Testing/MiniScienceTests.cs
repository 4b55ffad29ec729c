using SciCoT.Testing;

namespace SciCoT.Tests.Testing;

public class MiniScienceTests
{
    [Fact]
    public void SameSeed_GivesTheSameSet()
    {
        var again = MiniScience.Create(1, comparisons: true);

        Assert.Equal(MiniWorlds.Of(1).All(), again.All());
        Assert.Equal(MiniWorlds.Of(1).Items(again.All()), again.Items(again.All()));
    }

    [Fact]
    public void WithoutComparisons_OnlyTheyAreMissing()
    {
        var all = MiniWorlds.Of(1);
        var single = MiniScience.Create(1);

        Assert.InRange(single.Train.Count, 8000, 12000);
        Assert.InRange(single.Test.Count, 600, 900);
        // Comparisons teach some facts of their own, so a few test questions can only be asked with them.
        var both = all.Items(all.Test).Where(item => item.Family is not ("which" or "odd one out" or "order")).Select(item => item.Question.ContentHash).ToHashSet();
        Assert.All(single.Test, question => Assert.Contains(question.ContentHash, both));
        Assert.InRange(single.Test.Count, 0.95 * both.Count, both.Count);
    }

    [Fact]
    public void OtherSeed_ChangesQuestionsAndSplit()
    {
        var first = MiniWorlds.Of(1);
        var second = MiniWorlds.Of(2);

        var stems = first.All().Select(question => question.Stem).ToHashSet();
        Assert.InRange(second.All().Count(question => !stems.Contains(question.Stem)), 1000, int.MaxValue);

        var tested = first.Items(first.Test).Select(item => item.Cell).ToHashSet();
        var testedAgain = second.Items(second.Test).Select(item => item.Cell).ToHashSet();
        Assert.True(testedAgain.Count(tested.Contains) < testedAgain.Count / 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void EverySeed_GivesEnoughQuestions(int seed)
    {
        var world = MiniWorlds.Of(seed);

        Assert.InRange(world.Train.Count, 15000, 25000);
        Assert.InRange(world.Validation.Count, 700, 1000);
        Assert.InRange(world.Test.Count, 1000, 1500);
        Assert.All(
            world.Items(world.Test).GroupBy(item => item.Family),
            family => Assert.True(family.Count() >= 40, $"family '{family.Key}' has {family.Count()} test questions"));
    }

    [Fact]
    public void Questions_AreValid()
    {
        Assert.All(MiniWorlds.Of(1).All(), question =>
        {
            question.Validate();
            Assert.NotNull(question.GoldChoice);
            Assert.InRange(question.Choices.Count, 3, 4);
            Assert.Equal("ABCD"[..question.Choices.Count], string.Concat(question.Choices.Select(choice => choice.Label)));
            Assert.Distinct(question.Choices.Select(choice => choice.Text));
        });
    }

    [Fact]
    public void Ids_AreUniqueAndTellThePart()
    {
        var world = MiniWorlds.Of(1);

        Assert.Distinct(world.All().Select(question => question.Id));
        Assert.Equal("mini-train-0001", world.Train[0].Id);
        Assert.Equal("mini-validation-0001", world.Validation[0].Id);
        Assert.Equal("mini-test-0001", world.Test[0].Id);
    }

    [Fact]
    public void UnknownId_IsRefusedWithItsName()
    {
        var error = Assert.Throws<KeyNotFoundException>(() => MiniWorlds.Of(1)["mini-test-9999"]);
        Assert.Contains("mini-test-9999", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 13.8)] // chi-square with 2 and 3 degrees of freedom at 0.001
    [InlineData(4, 16.3)]
    public void AnswerPositions_AreBalanced(int choices, double bound)
    {
        var world = MiniWorlds.Of(1);
        foreach (var part in new[] { world.Train, world.Validation, world.Test })
        {
            var questions = part.Where(question => question.Choices.Count == choices).ToList();
            double expected = (double)questions.Count / choices;
            var chiSquare = questions.GroupBy(question => question.AnswerLabel).Sum(group => Math.Pow(group.Count() - expected, 2) / expected);
            Assert.True(chiSquare < bound, $"chi-square {chiSquare:0.0} over {questions.Count} questions with {choices} choices");
        }
    }

    [Fact]
    public void AnswerEnding_AppendsTheRightOptionToTheSameRationale()
    {
        var world = MiniWorlds.Of(1);
        var ended = MiniScience.Create(1, RationaleEnding.Answer, comparisons: true);

        Assert.Equal(world.Test, ended.Test);
        Assert.All(ended.Test, question =>
            Assert.Equal($"{world[question.Id].Rationale} So the best choice is {question.GoldChoice!.Text}.", ended[question.Id].Rationale));
    }
}
