using SciCoT.Generation;
using SciCoT.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Generation;

public class TextGeneratorTests
{
    private static readonly GenerationOptions Sampling = new() { MaxNewTokens = 20, Sample = true, Seed = 7, Temperature = 1.5, TopP = 0.95 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, GenerationOptions> Searches
    {
        get
        {
            var data = new TheoryData<string, GenerationOptions>();
            foreach (var model in Golden.Names)
            {
                data.Add(model, new GenerationOptions { MaxNewTokens = 40 });
                data.Add(model, new GenerationOptions { MaxNewTokens = 40, NoRepeatNgramSize = 2, RepetitionPenalty = 1.2, MinNewTokens = 5 });
                data.Add(model, new GenerationOptions { MaxNewTokens = 30, NumBeams = 3, NumReturnSequences = 3 });
                data.Add(model, new GenerationOptions { MaxNewTokens = 30, NumBeams = 3, DecoderPrefix = [5, 6], EarlyStopping = EarlyStopping.True });
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Searches))]
    public void Generate_RaggedBatch_SameAsOneByOne(string model, GenerationOptions options)
    {
        var golden = Golden.Of(model);
        var generator = new TextGenerator(golden.Model);
        var (ids, mask) = golden.Input("ragged_long");

        var together = generator.Generate(ids, mask, options, Cancellation);

        for (int row = 0; row < ids.shape[0]; row++)
        {
            long length = mask[row].sum().item<long>(); // without the padding
            var alone = generator.Generate(ids.narrow(0, row, 1).narrow(1, 0, length), mask.narrow(0, row, 1).narrow(1, 0, length), options, Cancellation);
            Assert.Equal(options.NumReturnSequences, alone.Count);
            foreach (var (one, inBatch) in alone.Zip(together.Skip(row * options.NumReturnSequences)))
            {
                Assert.Equal(one.TokenIds, inBatch.TokenIds);
                Assert.Equal(one.Score, inBatch.Score, 1e-4);
            }
        }
    }

    [Theory]
    [InlineData("tiny-t5-v1_1")]
    [InlineData("tiny-t5-original")]
    public void Generate_Greedy_SameAsForwardOverTheWholeSequence(string model)
    {
        var golden = Golden.Of(model);
        var (ids, mask) = golden.Input("single_no_padding");
        var written = Assert.Single(new TextGenerator(golden.Model).Generate(ids, mask, new GenerationOptions { MaxNewTokens = 70, MinNewTokens = 70 }, Cancellation));

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        long[] fed = [0, .. written.TokenIds.SkipLast(1).Select(id => (long)id)];
        var logits = golden.Model.forward(ids, mask, tensor(fed, [1, fed.Length]));
        logits.select(2, 1).narrow(1, 0, 69).fill_(double.NegativeInfinity);
        Assert.Equal(70, written.TokenIds.Count);
        Assert.Equal(written.TokenIds.Select(id => (long)id), logits.argmax(2).data<long>().ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Generate_OwnProcessor_ForbidsWhatWouldBeWritten(int beams)
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("single_no_padding");
        var options = new GenerationOptions { MaxNewTokens = 12, NumBeams = beams };
        int usual = new TextGenerator(golden.Model).Generate(ids, mask, options, Cancellation)[0].TokenIds[0];
        var seen = new List<int>();

        var written = new TextGenerator(golden.Model).Generate(ids, mask, options with { Processors = [new Forbid(usual, seen)] }, Cancellation);

        Assert.DoesNotContain(usual, written[0].TokenIds);
        Assert.Equal(1, seen[0]); // the start token alone
    }

    private sealed class Forbid(int token, List<int> lengths) : SciCoT.Generation.Processors.ILogitsProcessor
    {
        public void Apply(Span<float> scores, ReadOnlySpan<int> history)
        {
            lengths.Add(history.Length);
            scores[token] = float.NegativeInfinity;
        }
    }

    [Fact]
    public void Generate_Greedy_ScoreIsTheModelsOwnLogLikelihood()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("ragged_mid");
        var written = new TextGenerator(golden.Model).Generate(ids, mask, new GenerationOptions { NoRepeatNgramSize = 1 }, Cancellation);

        var scored = new ChoiceScorer(golden.Model).Score(ids, mask, [.. written.Select(sequence => new[] { sequence.TokenIds })], cancellationToken: Cancellation);

        Assert.All(written.Zip(scored), pair => Assert.Equal(pair.First.Score, pair.Second[0].LogLikelihood, 1e-4));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Generate_BFloat16_ScoresLikeFloat32(int beams)
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("ragged_mid");
        using var model = T5Model.Load(Support.TestFiles.Data("Golden", "tiny-t5-v1_1"), dtype: ScalarType.BFloat16);

        var written = new TextGenerator(model).Generate(ids, mask, new GenerationOptions { MaxNewTokens = 10, NumBeams = beams, LengthPenalty = 0 }, Cancellation);

        var exact = new ChoiceScorer(golden.Model).Score(ids, mask, [.. written.Select(sequence => new[] { sequence.TokenIds })], cancellationToken: Cancellation);
        Assert.All(written.Zip(exact), pair => Assert.Equal(1, pair.First.Score / pair.Second[0].LogLikelihood, 0.1));
    }

    [Fact]
    public void Generate_DecoderPrefix_GoesOnFromIt()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var generator = new TextGenerator(golden.Model);
        var (ids, mask) = golden.Input("single_no_padding");
        var whole = generator.Generate(ids, mask, new GenerationOptions { MaxNewTokens = 20, MinNewTokens = 20 }, Cancellation)[0].TokenIds;

        var rest = generator.Generate(ids, mask, new GenerationOptions { MaxNewTokens = 12, MinNewTokens = 12, DecoderPrefix = [.. whole.Take(8)] }, Cancellation)[0].TokenIds;

        Assert.Equal(whole.Skip(8), rest);
    }

    [Fact]
    public void Generate_SameSeed_SameSamplesWhateverTheBatch()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var generator = new TextGenerator(golden.Model);
        var (ids, mask) = golden.Input("ragged_mid");
        var options = Sampling with { NumReturnSequences = 4 };

        var samples = generator.Generate(ids, mask, options, Cancellation).Select(sequence => sequence.TokenIds.ToArray()).ToArray();
        var again = generator.Generate(ids, mask, options, Cancellation).Select(sequence => sequence.TokenIds.ToArray()).ToArray();
        var first = generator.Generate(ids.narrow(0, 0, 1), mask.narrow(0, 0, 1), options, Cancellation).Select(sequence => sequence.TokenIds.ToArray());
        var other = generator.Generate(ids, mask, options with { Seed = 8 }, Cancellation).Select(sequence => sequence.TokenIds.ToArray());

        Assert.Equal(12, samples.Length);
        Assert.Equal(samples, again);
        Assert.Equal(samples.Take(4), first);
        Assert.NotEqual(samples, other);
        Assert.True(samples.Take(4).Select(sample => string.Join(' ', sample)).Distinct().Count() > 1);
    }

    [Fact]
    public void Generate_SeededSamplesOfARaggedBatch_SameAsOneByOne()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var generator = new TextGenerator(golden.Model);
        var (ids, mask) = golden.Input("ragged_mid");

        var together = generator.Generate(ids, mask, Sampling, Cancellation);

        for (int row = 0; row < ids.shape[0]; row++)
        {
            long length = mask[row].sum().item<long>();
            var alone = generator.Generate(ids.narrow(0, row, 1).narrow(1, 0, length), mask.narrow(0, row, 1).narrow(1, 0, length), Sampling, Cancellation);
            Assert.Equal(alone[0].TokenIds, together[row].TokenIds);
        }
    }

    [Fact]
    public void Generate_WithoutASeed_DrawsAnewForEachRowAndCall()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("single_no_padding");
        var options = Sampling with { Seed = null };

        var both = Enumerable.Range(0, 2).SelectMany(_ => new TextGenerator(golden.Model).Generate(ids.expand(2, -1), mask.expand(2, -1), options, Cancellation)).ToArray();

        Assert.Equal(4, both.Select(sequence => string.Join(' ', sequence.TokenIds)).Distinct().Count());
    }

    /// <summary>Abandoned rows must neither be written to the end nor change what the others get.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Generate_OneSourceAbandoned_OthersGetTheirOwn(int beams)
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var generator = new TextGenerator(golden.Model);
        var (ids, mask) = golden.Input("ragged_mid");
        var options = new GenerationOptions { MaxNewTokens = 30, MinNewTokens = 30, NumBeams = beams };
        var whole = generator.Generate(ids, mask, options, Cancellation);

        int asked = 0;
        var rest = generator.Generate(ids, mask, options, null, source => source == 1 && ++asked >= 4, Cancellation);

        Assert.Equal(4, asked);
        Assert.Equal(whole[0].TokenIds, rest[0][0].TokenIds);
        Assert.Equal(whole[2].TokenIds, rest[2][0].TokenIds);
    }

    [Fact]
    public void Generate_SamplesOfOneToken_FollowTheModelsDistribution()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("single_no_padding");
        var options = new GenerationOptions { Sample = true, Seed = 1, MaxNewTokens = 1, TopK = 3, NumReturnSequences = 1000 };

        var counts = new TextGenerator(golden.Model).Generate(ids, mask, options, Cancellation).CountBy(sequence => sequence.TokenIds[0]).ToDictionary();

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var (logits, tokens) = golden.Model.forward(ids, mask, zeros(1, 1, ScalarType.Int64)).flatten().topk(3);
        var expected = logits.softmax(0).data<float>().ToArray();
        Assert.All(tokens.data<long>().ToArray().Zip(expected), pair => Assert.Equal(pair.Second, counts.GetValueOrDefault((int)pair.First) / 1000.0, 0.06));
        Assert.Equal(1000, tokens.data<long>().ToArray().Sum(token => counts.GetValueOrDefault((int)token)));
    }

    [Fact]
    public void Generate_TopKOne_IsGreedy()
    {
        var golden = Golden.Of("tiny-t5-original");
        var generator = new TextGenerator(golden.Model);
        var (ids, mask) = golden.Input("ragged_mid");
        var greedy = generator.Generate(ids, mask, new GenerationOptions(), Cancellation);
        var sampled = generator.Generate(ids, mask, new GenerationOptions { Sample = true, TopK = 1 }, Cancellation);
        Assert.Equal(greedy.Select(sequence => sequence.TokenIds.ToArray()), sampled.Select(sequence => sequence.TokenIds.ToArray()));
    }

    [Fact]
    public void Generate_WithCallback_TellsEachTokenOnce()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("ragged_mid");
        var options = Sampling with { NumReturnSequences = 2 };
        var told = Enumerable.Range(0, 6).Select(_ => new List<int>()).ToArray();

        var written = new TextGenerator(golden.Model).Generate(ids, mask, options, (row, token) => told[row].Add(token), Cancellation);

        Assert.Equal(written.Select(sequence => sequence.TokenIds.ToArray()), told.Select(tokens => tokens.ToArray()));
    }

    [Fact]
    public void Generate_CallbackWithBeams_IsRefused()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("ragged_mid");
        Assert.Contains("NumBeams", Assert.Throws<ArgumentException>(() =>
            new TextGenerator(golden.Model).Generate(ids, mask, new GenerationOptions { NumBeams = 2 }, (_, _) => { }, Cancellation)).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Generate_CancelledBefore_Throws(int beams)
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("ragged_mid");
        Assert.Throws<OperationCanceledException>(() =>
            new TextGenerator(golden.Model).Generate(ids, mask, new GenerationOptions { NumBeams = beams }, new CancellationToken(true)));
    }

    [Fact]
    public void Generate_CancelledWhileWriting_StopsWithinOneStep()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("single_no_padding");
        using var source = new CancellationTokenSource();
        int tokens = 0;

        Assert.Throws<OperationCanceledException>(() => new TextGenerator(golden.Model).Generate(
            ids,
            mask,
            new GenerationOptions { MaxNewTokens = 50, MinNewTokens = 50 },
            (_, _) =>
            {
                if (++tokens == 3)
                    source.Cancel();
            },
            source.Token));

        Assert.Equal(3, tokens);
    }

    [Fact]
    public async Task Generate_SeveralThreads_SameAsOne()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var generator = new TextGenerator(golden.Model);
        var (ids, mask) = golden.Input("ragged_mid");
        GenerationOptions[] options = [new() { MaxNewTokens = 30 }, new() { NumBeams = 3 }, Sampling, new() { NumBeams = 2, NoRepeatNgramSize = 2 }];
        var expected = options.Select(Write).ToArray();

        var actual = await Task.WhenAll(options.Select(option => Task.Run(() => Write(option), Cancellation)));

        Assert.Equal(expected, actual);

        string Write(GenerationOptions option) =>
            string.Join('\n', generator.Generate(ids, mask, option, Cancellation).Select(sequence => $"{sequence.Score:F3} {string.Join(' ', sequence.TokenIds)}"));
    }

    [Fact]
    public void Generate_BadInput_SaysWhatIsExpected()
    {
        var generator = new TextGenerator(Golden.Of("tiny-t5-v1_1").Model);
        Assert.Contains("at least one source", Message([]));
        Assert.Contains("Source 1 has no tokens", Message([[5], []]));
        Assert.Contains("Source 1 must hold tokens from 0 to 511, the model's vocabulary; got 512", Message([[5], [6, 512]]));
        Assert.Contains("got -1", Message([[-1]]));
        Assert.Contains("DecoderPrefix", Assert.Throws<ArgumentException>(() => generator.Generate([[5]], new GenerationOptions { DecoderPrefix = [512] }, Cancellation)).Message);

        string Message(int[][] sources) =>
            Assert.Throws<ArgumentException>(() => generator.Generate(sources, new GenerationOptions(), Cancellation)).Message;
    }

    [Fact]
    public void Generate_ModelInTraining_IsRefused()
    {
        using var model = new T5Model(new T5Config { VocabularySize = 20, ModelSize = 8, HeadSize = 4, Heads = 2, FeedForwardSize = 8, EncoderLayers = 1, DecoderLayers = 1 }, seed: 1);
        using var ids = ones(1, 3, ScalarType.Int64);
        Assert.Contains("eval()", Assert.Throws<InvalidOperationException>(() => new TextGenerator(model).Generate(ids, ids, new GenerationOptions(), Cancellation)).Message);
    }
}
