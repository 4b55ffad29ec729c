using System.Globalization;
using System.Text.RegularExpressions;
using SciCoT.Testing;

namespace SciCoT.Tests.Testing;

/// <summary>Checks gold answers against what their rationales say, and that nothing but the reasoning gives them away.</summary>
public partial class MiniScienceAnswerTests
{
    [Fact]
    public void OddOneOut_IsTheThingWhoseKindStandsAlone()
    {
        var items = Family("odd one out");
        Assert.NotEmpty(items);
        Assert.All(items, item =>
        {
            var kinds = item.Question.Choices.Zip(MiniWorlds.FactsOf(item), (choice, fact) =>
            {
                Assert.StartsWith(choice.Text.ToLowerInvariant(), fact, StringComparison.Ordinal);
                return (choice.Label, Kind: fact[choice.Text.Length..].Replace(" are ", " is ", StringComparison.Ordinal));
            }).ToList();
            Assert.Equal(item.Question.AnswerLabel, kinds.Single(one => kinds.Count(other => other.Kind == one.Kind) == 1).Label);
        });
    }

    [Fact]
    public void Which_IsTheThingWithTheOtherVerdict()
    {
        // "First, a comb is plastic, no. Second, …": two verdicts are alike, the answer has the third.
        var items = Family("which");
        Assert.NotEmpty(items);
        Assert.All(items, item =>
        {
            var verdicts = item.Question.Choices.Zip(Verdict().Matches(item.Rationale), (choice, match) => (choice.Label, Verdict: match.Value)).ToList();
            Assert.Equal(3, verdicts.Count);
            Assert.Equal(item.Question.AnswerLabel, verdicts.Single(one => verdicts.Count(other => other.Verdict == one.Verdict) == 1).Label);
        });
    }

    [Fact]
    public void MeltingOrder_FollowsTheNumbersOfTheRationale()
    {
        var items = Family("order").Where(item => item.Aspect.StartsWith("melts", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(items);
        Assert.All(items, item =>
        {
            var degrees = MiniWorlds.FactsOf(item).Select(fact => Number().Match(fact))
                .Select(match => (match.Groups[1].Success ? -1 : 1) * int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)).ToList();
            var expected = item.Aspect == "melts first" ? degrees.Min() : degrees.Max();
            Assert.Equal(item.Question.AnswerLabel, item.Question.Choices[degrees.IndexOf(expected)].Label);
        });
    }

    [Fact]
    public void StatesOfMatter_FollowTheTwoPoints()
    {
        // Water is a solid below 0, a gas above 100 degrees.
        var items = Family("state").Where(item => item.Cell.EndsWith("/water", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(items);
        Assert.All(items, item =>
        {
            int temperature = int.Parse(item.Cell.Split('/')[0]["at ".Length..].Replace("minus ", "-"), CultureInfo.InvariantCulture);
            Assert.Equal(temperature < 0 ? "a solid" : temperature > 100 ? "a gas" : "a liquid", item.Question.GoldChoice!.Text);
        });
    }

    [Fact]
    public void Seasons_AreOppositeInTheTwoHalves()
    {
        var items = Family("season");
        Assert.Contains("in July/Chile", items.Select(item => item.Cell));
        Assert.All(items.Where(item => item.Cell == "in July/Chile"), item => Assert.Contains("July is winter in the southern half", item.Rationale, StringComparison.Ordinal));
        Assert.All(items.Where(item => item.Cell == "in July/Japan"), item => Assert.Contains("July is summer in the northern half", item.Rationale, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ShallowGuesses_AreFarFromRight(int seed)
    {
        var world = MiniWorlds.Of(seed);
        var common = world.Items(world.Train).GroupBy(item => item.Aspect + "|" + item.Question.GoldChoice!.Text).ToDictionary(group => group.Key, group => group.Count());
        var tested = world.Items(world.Test);

        Assert.InRange(Accuracy(tested, (_, choice) => choice.Text.Length), 0.2, 0.4);
        Assert.InRange(Accuracy(tested, (item, choice) => common.GetValueOrDefault($"{item.Aspect}|{choice.Text}")), 0.25, 0.45);
        Assert.All(tested.GroupBy(item => item.Family), family =>
            Assert.InRange(Accuracy([.. family], (item, choice) => common.GetValueOrDefault($"{item.Aspect}|{choice.Text}")), 0, 0.65));
    }

    private static List<MiniScienceItem> Family(string family) =>
        [.. MiniWorlds.Of(1).Items(MiniWorlds.Of(1).All()).Where(item => item.Family == family)];

    /// <summary>How often the choice with the highest score is right; ties count in part.</summary>
    private static double Accuracy(IReadOnlyList<MiniScienceItem> items, Func<MiniScienceItem, Choice, int> score) => items.Average(item =>
    {
        int best = item.Question.Choices.Max(choice => score(item, choice));
        var guesses = item.Question.Choices.Where(choice => score(item, choice) == best).ToList();
        return guesses.Contains(item.Question.GoldChoice!) ? 1.0 / guesses.Count : 0;
    });

    [GeneratedRegex(@"(minus )?(\d+) degrees")]
    private static partial Regex Number();

    [GeneratedRegex(", (yes|no)\\.")]
    private static partial Regex Verdict();
}
