using SciCoT.Evaluation;
using SciCoT.Questions;
using SciCoT.Testing;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Evaluation;

public class OverlapCheckTests
{
    private const string Stem = "A student leaves a cup of hot cocoa on a table for an hour. What happens to the heat of the cocoa?";

    private static readonly ScienceQuestion Training = ScienceQuestion.Create(Stem, "It moves to the air", "It stays in the cup", "It turns into light") with { Id = "train" };

    [Fact]
    public void Compare_EachKind_IsCountedOnce()
    {
        ScienceQuestion[] test =
        [
            Training with { Id = "exact" },
            ScienceQuestion.Create(Stem.ToUpperInvariant().Replace(".", " ,"), "it stays in the cup", "It moves to the air!", "It turns into light") with { Id = "normalized" },
            ScienceQuestion.Create(Stem.Replace("cocoa", "chocolate"), "It moves to the air", "It stays in the cup", "It turns into light") with { Id = "near" },
            ScienceQuestion.Create("Which planet has rings?", "Saturn", "Venus") with { Id = "other" },
        ];

        var report = OverlapCheck.Compare([Training, Training with { Id = "again", Stem = "Something else entirely, about whales?" }], test, threshold: 0.6);

        Assert.Equal([("exact", OverlapKind.Exact), ("normalized", OverlapKind.Normalized), ("near", OverlapKind.Near)], report.Matches.Select(match => (match.TestId, match.Kind)));
        Assert.All(report.Matches, match => Assert.Equal("train", match.TrainingId));
        Assert.Equal((1, 1, 1, 2, 4), (report.Exact, report.Normalized, report.Near, report.TrainingQuestions, report.TestQuestions));
        Assert.InRange(report.Matches[2].Similarity, 0.6, 0.95);
    }

    [Fact]
    public void Compare_SameStemOtherChoices_IsNoDuplicate()
    {
        var stem = ScienceQuestion.Create("Which is a mammal?", "whale", "perch", "eagle") with { Id = "a" };
        var other = ScienceQuestion.Create("Which is a mammal?", "hedgehog", "crocodile", "salamander") with { Id = "b" };

        Assert.Empty(OverlapCheck.Compare([stem], [other]).Matches);
    }

    [Fact]
    public void Compare_ManyVariants_FindsWhatComparingAllPairsFinds()
    {
        var world = MiniScience.Create();
        ScienceQuestion[] training = [.. world.Train.Take(400)];
        ScienceQuestion[] test = [.. world.Test.Take(200)];
        var runs = training.Select(OverlapCheck.Runs).ToArray();
        var expected = test.Where(question => runs.Any(set => CharacterRuns.Similarity(set, OverlapCheck.Runs(question)) >= 0.7)).Select(question => question.Id).ToHashSet();

        var found = OverlapCheck.Compare(training, test).Matches.Select(match => match.TestId).ToHashSet();

        Assert.Subset(expected, found); // verified: no false ones
        Assert.True(expected.Count > 5 && found.Count >= 0.99 * expected.Count, $"{found.Count} of {expected.Count}");
    }

    [Fact]
    public void Compare_SameSeed_SameReport()
    {
        var world = MiniScience.Create();

        Assert.Equal(
            OverlapCheck.Compare([.. world.Train.Take(100)], [.. world.Test.Take(50)], seed: 3).Matches,
            OverlapCheck.Compare([.. world.Train.Take(100)], [.. world.Test.Take(50)], seed: 3).Matches);
    }

    [Fact]
    public void Compare_ShortTextsOfSymbols_AreNotTakenForEachOther()
    {
        var plus = ScienceQuestion.Create("?", "+", "=") with { Id = "plus" };
        var greater = ScienceQuestion.Create("?", ">", "<") with { Id = "greater" };

        Assert.Empty(OverlapCheck.Compare([plus], [greater]).Matches);
        Assert.Equal(OverlapKind.Normalized, OverlapCheck.Compare([plus], [plus with { Id = "again", Stem = "??" }]).Matches.Single().Kind);
    }

    [Theory]
    [InlineData("Что быстрее всего проводит ток в обычной электрической цепи?", "Что быстрее всего проводит ток в обычной домашней электрической цепи?", OverlapKind.Near)]
    [InlineData("Éclair: la LUMIÈRE", "éclair  — la lumière", OverlapKind.Normalized)]
    public void Compare_OtherScripts(string training, string test, OverlapKind expected)
    {
        var match = OverlapCheck.Compare([ScienceQuestion.Create(training, "медь", "резина") with { Id = "a" }], [ScienceQuestion.Create(test, "резина", "медь") with { Id = "b" }]).Matches.Single();

        Assert.Equal(expected, match.Kind);
    }

    [Fact]
    public void Compare_NoQuestions_FindsNothing()
    {
        Assert.Empty(OverlapCheck.Compare([], [Training]).Matches);
        Assert.Empty(OverlapCheck.Compare([Training], []).Matches);
        Assert.Throws<ArgumentOutOfRangeException>(() => OverlapCheck.Compare([], [], threshold: 0));
    }

    [Fact]
    public void Compare_ArcEasyDevAgainstItself_IsAllExact()
    {
        ScienceQuestion[] dev = [.. ArcReader.Read(TestFiles.Shared("data", "arc", "ARC-Easy-Dev.jsonl"))];

        Assert.Equal(570, OverlapCheck.Compare(dev, dev).Exact);
    }

    [Theory]
    [InlineData("google/flan-t5-small", "ARC-Easy, test", "arXiv 2301.13688")]
    [InlineData("Flan-T5-base", "OpenBookQA", "OpenBookQA")]
    [InlineData("flan-t5-xl", "SciQ, test", "SciQ")]
    [InlineData("flan-t5-small", "CommonsenseQA", "CommonsenseQA")]
    public void KnownExposure_KnownPair_IsNoted(string model, string dataSet, string expected) =>
        Assert.Contains(expected, KnownExposure.Note(model, dataSet));

    [Theory]
    [InlineData("t5-v1_1-small", "ARC-Easy")]
    [InlineData("flan-t5-small", "mini data set")]
    public void KnownExposure_OtherPair_SaysNothing(string model, string dataSet) => Assert.Null(KnownExposure.Note(model, dataSet));
}
