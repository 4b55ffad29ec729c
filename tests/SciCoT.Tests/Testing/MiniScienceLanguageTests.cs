using System.Text.RegularExpressions;

namespace SciCoT.Tests.Testing;

public partial class MiniScienceLanguageTests
{
    [Fact]
    public void Texts_HaveNoSlips()
    {
        var world = MiniWorlds.Of(1);
        var texts = world.All()
            .SelectMany(question => question.Choices.Select(choice => choice.Text).Append(question.Stem).Append(world[question.Id].Rationale)).Distinct();

        Assert.All(texts, text =>
        {
            var slip = Slip().Match(text);
            Assert.False(slip.Success, $"'{slip.Value}' in: {text}");
        });
    }

    [Theory]
    [InlineData("a  gap")]
    [InlineData("a a nail")]
    [InlineData("an nail")]
    [InlineData("a owl")]
    [InlineData("the the heart")]
    [InlineData("{a} is here")]
    [InlineData("end .")]
    public void Slips_AreFound(string text) => Assert.Matches(Slip(), text);

    [Fact]
    public void Stems_AreQuestions()
    {
        Assert.All(MiniWorlds.Of(1).All(), question => Assert.Matches(@"^[A-Z][^?]*\?$", question.Stem));
    }

    [Fact]
    public void Rationales_AreShortSentences()
    {
        var world = MiniWorlds.Of(1);
        Assert.All(world.Items(world.All()), item =>
        {
            Assert.Matches(@"^[A-Z][^.]*\.( [A-Z][^.]*\.){0,3}$", item.Rationale);
            Assert.InRange(item.Rationale.Split(' ').Length, 5, 40);
        });
    }

    /// <summary>A doubled space or word, a wrong article, an unfilled place, a space before a stop.</summary>
    [GeneratedRegex(@"  |\b(\w+) \1\b|\b[Aa]n [^aeiou]|\b[Aa] [aeiou]|\b([Aa]n?|[Tt]he) (an?|the)\b|[{}]| [.,?]|^ | $")]
    private static partial Regex Slip();
}
