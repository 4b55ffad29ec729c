using SciCoT.Generation;
using SciCoT.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Generation;

public class ChoiceScorerTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var model in Golden.Names)
            {
                foreach (var name in new[] { "small_full_logits", "ragged_long", "ragged_mid", "single_no_padding" })
                    data.Add(model, name);
            }

            return data;
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Score_GoldenLabels_SumOfTheirLogLikelihoods(string model, string name)
    {
        var golden = Golden.Of(model);
        var (ids, mask) = golden.Input(name);
        var labels = Golden.Rows(golden.Case(name).GetProperty("labels")).Select(row => row.Where(id => id >= 0).ToArray()).ToArray();
        var losses = Golden.Numbers(golden.Case(name).GetProperty("token_nll"));

        var scores = new ChoiceScorer(golden.Model).Score(ids, mask, [.. labels.Select(label => new[] { label })], cancellationToken: Cancellation);

        for (int row = 0; row < labels.Length; row++)
        {
            var score = Assert.Single(scores[row]);
            Assert.Equal(labels[row].Length, score.TokenCount);
            Assert.Equal(-losses[row].Sum(), score.LogLikelihood, 1e-4 * labels[row].Length);
        }
    }

    [Fact]
    public void Score_EveryTokenAndWhatFollowsTheBest_OneIsGreedy()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        int[] tokens = [.. Enumerable.Range(0, golden.Model.Config.VocabularySize)];
        IReadOnlyList<ChoiceScore> Scores(int[][] targets) => new ChoiceScorer(golden.Model).Score([[10, 11, 1]], [targets], cancellationToken: Cancellation)[0];

        var first = Scores([.. tokens.Select(token => new[] { token })]);
        int best = first.Index().MaxBy(score => score.Item.LogLikelihood).Index;
        var second = Scores([.. tokens.Select(token => new[] { best, token }), [best == 7 ? 8 : 7, 7]]);
        int next = second.Index().Take(tokens.Length).MaxBy(score => score.Item.LogLikelihood).Index;

        Assert.Equal([best], tokens.Where(token => first[token].IsGreedy));
        Assert.Equal([next], Enumerable.Range(0, second.Count).Where(i => second[i].IsGreedy));
    }

    [Theory]
    [InlineData(1 << 25)]
    [InlineData(1)] // one source and one position at a time
    public void Score_RaggedChoicesAndPrefixes_AsForwardOneByOne(long budget)
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("ragged_mid");
        int[][][] choices = [[[7], [9, 1], [7, 8, 9, 1]], [], [[3, 1], [3, 2], [400, 0, 0, 5, 1]]];
        int[][] prefixes = [[10, 11, 12], [], [20]];

        var scores = new ChoiceScorer(golden.Model) { Budget = budget }.Score(ids, mask, choices, prefixes, Cancellation);

        Assert.Equal([3, 0, 3], scores.Select(row => row.Count));
        for (int row = 0; row < choices.Length; row++)
        {
            for (int choice = 0; choice < choices[row].Length; choice++)
            {
                var (expected, tokens) = (Forward(golden, row, prefixes[row], choices[row][choice]), choices[row][choice].Length);
                Assert.Equal(expected, scores[row][choice].LogLikelihood, 1e-4);
                Assert.Equal(tokens, scores[row][choice].TokenCount);
            }
        }
    }

    [Fact]
    public void Score_SingleTokens_ShareOneInputAndAreProbabilities()
    {
        var golden = Golden.Of("tiny-t5-original");
        var (ids, mask) = golden.Input("ragged_mid");
        int[][] everyToken = [.. Enumerable.Range(0, golden.Model.Config.VocabularySize).Select(id => new[] { id })];
        Assert.Single(new ChoiceRows(golden.Model, 0, everyToken, [4, 5]).Inputs);

        var scores = new ChoiceScorer(golden.Model).Score(ids, mask, [everyToken, everyToken, everyToken], cancellationToken: Cancellation);

        Assert.All(scores, row => Assert.Equal(1, row.Sum(score => Math.Exp(score.LogLikelihood)), 1e-4));
    }

    /// <summary>Labels differ in one token: one decoder input of one row serves them all, with the same result as each alone.</summary>
    [Fact]
    public void Score_TargetsThatDifferInTheLastToken_OneStepEqualsTheSlowPath()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("ragged_mid");
        int[][] labels = [[30, 5], [30, 6], [30, 7], [30, 8]];
        var scorer = new ChoiceScorer(golden.Model);
        Assert.Single(new ChoiceRows(golden.Model, 0, labels, []).Inputs);

        var fast = scorer.Score(ids, mask, [labels, labels, labels], cancellationToken: Cancellation);

        for (int row = 0; row < 3; row++)
        {
            for (int label = 0; label < labels.Length; label++)
                Assert.Equal(Forward(golden, row, [], labels[label]), fast[row][label].LogLikelihood, 1e-4);
        }
    }

    [Fact]
    public void ChoiceScore_Normalized_DividesByTokensOrCharacters()
    {
        var score = new ChoiceScore(-12, 4);

        Assert.Equal(-3, score.PerToken);
        Assert.Equal(-2, score.PerCharacter("a 🧲 bé")); // six characters, seven UTF-16 units
        Assert.Equal([-12, -3, -2], Enum.GetValues<LengthNormalization>().Select(by => score.By(by, "copper")));
        Assert.Throws<ArgumentOutOfRangeException>(() => score.By((LengthNormalization)3, "x"));
    }

    [Fact]
    public void Score_BadArguments_SayWhichAndWhere()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("single_no_padding");
        var scorer = new ChoiceScorer(golden.Model);

        Assert.Contains("1 sources", Assert.Throws<ArgumentException>(() => scorer.Score(ids, mask, [], cancellationToken: Cancellation)).Message);
        Assert.Contains("Choice 1 of source 0", Assert.Throws<ArgumentException>(() => scorer.Score(ids, mask, [[[5], []]], cancellationToken: Cancellation)).Message);
        Assert.Contains("got 512", Assert.Throws<ArgumentException>(() => scorer.Score(ids, mask, [[[5, 512]]], cancellationToken: Cancellation)).Message);
        Assert.Contains("prefix", Assert.Throws<ArgumentException>(() => scorer.Score(ids, mask, [[[5]]], [], Cancellation)).Message);
        Assert.Contains("prefix of source 0", Assert.Throws<ArgumentException>(() => scorer.Score(ids, mask, [[[5]]], [[-1]], Cancellation)).Message);
        Assert.Contains("Source 0 has no tokens", Assert.Throws<ArgumentException>(() => scorer.Score([[]], [[[5]]], cancellationToken: Cancellation)).Message);
    }

    [Fact]
    public void Score_Cancelled_Throws()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("single_no_padding");
        Assert.Throws<OperationCanceledException>(() => new ChoiceScorer(golden.Model).Score(ids, mask, [[[5]]], cancellationToken: new CancellationToken(true)));
    }

    /// <summary>The plain way: the whole decoder for one row and one choice, in float64 from the logits on.</summary>
    private static double Forward(Golden golden, int row, int[] prefix, int[] choice)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var (ids, mask) = golden.Input("ragged_mid");
        long[] fed = [0, .. prefix, .. choice.SkipLast(1)];
        var logits = golden.Model.forward(ids.narrow(0, row, 1), mask.narrow(0, row, 1), tensor(fed, [1, fed.Length]));
        var logProbabilities = logits.to_type(ScalarType.Float64).log_softmax(2);
        return choice.Select((token, i) => logProbabilities[0, prefix.Length + i, token].item<double>()).Sum();
    }
}
