using SciCoT.Generation;
using SciCoT.Generation.Processors;

namespace SciCoT.Tests.Generation;

public class AllowedContinuationsTests
{
    /// <summary>One set for each row of the golden batch; some sequences begin alike, some are the beginning of others.</summary>
    private static readonly int[][][] Sets = [[[7], [9, 30], [9, 31, 32]], [[400, 5, 6], [400, 5], [400]], [[11, 1], [12, 13], [14, 15, 16, 17]]];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<GenerationOptions> Searches =>
    [
        new GenerationOptions(),
        new GenerationOptions { NumBeams = 2, NumReturnSequences = 2 },
        new GenerationOptions { NumBeams = 5, NumReturnSequences = 3, EarlyStopping = EarlyStopping.True },
        new GenerationOptions { NumBeams = 4, LengthPenalty = 0, EarlyStopping = EarlyStopping.Never, DecoderPrefix = [20, 21] },
        new GenerationOptions { Sample = true, Seed = 3, NumReturnSequences = 6, Temperature = 3 },
        new GenerationOptions { Sample = true, Seed = 3, NumReturnSequences = 6, TopK = 1, TopP = 0.2 },
        new GenerationOptions { RepetitionPenalty = 5, DecoderPrefix = [7, 9, 400, 12] },
    ];

    [Theory]
    [MemberData(nameof(Searches), DisableDiscoveryEnumeration = true)]
    public void Generate_SetForEachSource_WritesNothingElse(GenerationOptions options)
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("ragged_mid");

        var written = new TextGenerator(golden.Model).Generate(ids, mask, options with { AllowedContinuations = Sets }, Cancellation);

        Assert.Equal(3 * options.NumReturnSequences, written.Count);
        for (int i = 0; i < written.Count; i++)
        {
            Assert.Equal(1, written[i].TokenIds[^1]);
            Assert.Contains(string.Join(' ', Whole(written[i])), Sets[i / options.NumReturnSequences].Select(set => string.Join(' ', set.Where(id => id != 1))));
            Assert.True(double.IsFinite(written[i].Score));
        }

        if (options.NumBeams > 1)
            Assert.All(written.Chunk(options.NumReturnSequences), own => Assert.Equal(own.Length, own.Select(one => string.Join(' ', one.TokenIds)).Distinct().Count()));
    }

    /// <summary>With as many beams as sequences the search is exhaustive, so the choice scorer must rank alike.</summary>
    [Theory]
    [InlineData("tiny-t5-v1_1")]
    [InlineData("tiny-t5-original")]
    public void Generate_BeamsForAll_RankAsTheChoiceScorer(string model)
    {
        var golden = Golden.Of(model);
        var (ids, mask) = golden.Input("ragged_mid");
        var options = new GenerationOptions { NumBeams = 3, NumReturnSequences = 3, LengthPenalty = 0, EarlyStopping = EarlyStopping.Never, AllowedContinuations = Sets };
        int[][][] targets = [.. Sets.Select(set => set.Select(target => (int[])[.. target.Where(id => id != 1), 1]).ToArray())];

        var written = new TextGenerator(golden.Model).Generate(ids, mask, options, Cancellation);

        var scored = new ChoiceScorer(golden.Model).Score(ids, mask, targets, cancellationToken: Cancellation);
        for (int row = 0; row < 3; row++)
        {
            var expected = targets[row].Zip(scored[row]).OrderByDescending(pair => pair.Second.LogLikelihood).ToArray();
            var actual = written.Skip(3 * row).Take(3).ToArray();
            Assert.Equal(expected.Select(pair => pair.First), actual.Select(sequence => sequence.TokenIds.ToArray()));
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Second.LogLikelihood, pair.Second.Score, 1e-4));
        }
    }

    [Fact]
    public void Generate_OneSet_IsForAllSources()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("ragged_mid");

        var written = new TextGenerator(golden.Model).Generate(ids, mask, new GenerationOptions { AllowedContinuations = [[[44, 45]]] }, Cancellation);

        Assert.All(written, sequence => Assert.Equal([44, 45, 1], sequence.TokenIds));
    }

    [Fact]
    public void Apply_Scores_KeepsTheAllowedAndForbidsTheRest()
    {
        var allowed = new AllowedContinuations([new([[2, 3], [3]], 1), new([[2]], 1)], 1);
        float[] first = [1, 2, 3, 4], second = [5, 6, 7, 8];

        allowed.Apply(first, [0, 2], 0);
        allowed.Apply(second, [0], 1);

        const float No = float.NegativeInfinity;
        Assert.Equal([No, No, No, 4], first);
        Assert.Equal([No, No, 7, No], second);
    }

    [Fact]
    public void Generate_BadSets_SayWhatIsWrong()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("ragged_mid");
        Assert.Contains("3 sources or one for all; got 2", Message(new() { AllowedContinuations = [[[5]], [[5]]] }));
        Assert.Contains("source 0: a sequence has no tokens", Message(new() { AllowedContinuations = [[[5], []]] }));
        Assert.Contains("source 0 has 0 different", Message(new() { AllowedContinuations = [[]] }));
        Assert.Contains("before the end", Message(new() { AllowedContinuations = [[[5, 1, 5]]] }));
        Assert.Contains("got 512", Message(new() { AllowedContinuations = [[[512]]] }));
        Assert.Contains("has 1 different sequences; 2", Message(new() { NumBeams = 2, NumReturnSequences = 2, AllowedContinuations = [[[5], [5, 1]]] }));
        Assert.Contains("4 tokens, the end token included; MaxNewTokens is 3", Message(new() { MaxNewTokens = 3, AllowedContinuations = [[[5, 6, 7]]] }));

        string Message(GenerationOptions options) =>
            Assert.Throws<ArgumentException>(() => new TextGenerator(golden.Model).Generate(ids, mask, options, Cancellation)).Message;
    }

    private static IEnumerable<int> Whole(GeneratedSequence sequence) => sequence.TokenIds.SkipLast(1);
}
