using System.Text.Json;
using SciCoT.Generation;
using SciCoT.Generation.Processors;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Generation;

/// <summary>Each processor alone, against Hugging Face's.</summary>
public class LogitsProcessorTests
{
    private static readonly JsonElement Golden = Load();

    public static TheoryData<string> Processors => [.. Golden.GetProperty("results").EnumerateArray().Select(Kwargs)];

    [Theory]
    [MemberData(nameof(Processors))]
    public void Apply_GoldenLogits_SameScores(string kwargs)
    {
        var expected = Golden.GetProperty("results").EnumerateArray().Single(item => Kwargs(item) == kwargs);
        var histories = Golden.GetProperty("previous_ids").Deserialize<int[][]>()!;
        var logits = Golden.GetProperty("logits").Deserialize<float[][]>()!;

        var processor = Processor(expected.GetProperty("kwargs"));
        foreach (var (row, history) in logits.Zip(histories))
            processor.Apply(row, history);

        var actual = logits.SelectMany(row => row);
        var wanted = expected.GetProperty("scores").Deserialize<float?[][]>()!.SelectMany(row => row).ToArray();
        Assert.All(wanted.Zip(actual), pair => Assert.Equal(pair.First ?? float.NegativeInfinity, pair.Second, 1e-5f));
    }

    [Fact]
    public void NoRepeatNgram_ShortHistory_ForbidsNothing()
    {
        var scores = new float[5];
        new NoRepeatNgramProcessor(4).Apply(scores, [0, 2]);
        Assert.Equal(new float[5], scores);
    }

    [Fact]
    public void Pipeline_SamplingOptionsWithoutSampling_ChangeNothing()
    {
        var options = new GenerationOptions { Temperature = 0.1, TopK = 1, TopP = 0.1 };
        using var scores = new ScoreTable(3);
        scores.Resize(1);
        float[] values = [3, 1, 2];
        values.CopyTo(scores[0]);
        new LogitsPipeline(options, 1).Apply(scores, _ => [0], row => row);
        Assert.Equal(values, scores[0].ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(999)]
    [InlineData(1000)]
    public void TopK_KeepsTheHighestAndWhatTiesWithThem(int k)
    {
        var random = new Random(k);
        float[] scores = [.. Enumerable.Range(0, 1000).Select(_ => (float)random.Next(200))], kept = [.. scores];
        float lowest = scores.OrderDescending().ElementAt(k - 1);

        new TopKProcessor(k).Apply(kept, []);

        Assert.Equal(scores.Select(score => score >= lowest ? score : float.NegativeInfinity), kept);
    }

    [Theory]
    [InlineData(1e-9)]
    [InlineData(0.3)]
    [InlineData(0.95)]
    [InlineData(1)]
    public void TopP_KeepsTheFewestThatReachTheProbability(double p)
    {
        var random = new Random(3);
        float[] scores = [.. Enumerable.Range(0, 500).Select(i => i % 5 == 0 ? float.NegativeInfinity : (float)(10 * random.NextDouble()))], kept = [.. scores];
        double total = scores.Sum(score => Math.Exp(score));

        new TopPProcessor(p).Apply(kept, []);

        var chosen = kept.Where(float.IsFinite).ToArray();
        double reached = chosen.Sum(score => Math.Exp(score)) / total;
        Assert.Equal(chosen.Order(), scores.OrderDescending().Take(chosen.Length).Order());
        Assert.True(reached >= p - 1e-9);
        Assert.True(chosen.Length == 1 || reached - (Math.Exp(chosen.Min()) / total) < p);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void NoRepeatNgram_ForbidsWhatWouldCompleteOne(int size)
    {
        int[] history = [0, 4, 5, 4, 6, 4, 5];
        var scores = new float[8];

        new NoRepeatNgramProcessor(size).Apply(scores, history);

        int[] forbidden = size switch { 1 => [0, 4, 5, 6], 2 => [4], _ => [4] };
        Assert.Equal(forbidden, Enumerable.Range(0, 8).Where(token => float.IsNegativeInfinity(scores[token])));
    }

    private static string Kwargs(JsonElement result) => result.GetProperty("kwargs").GetRawText();

    private static ILogitsProcessor Processor(JsonElement kwargs)
    {
        var first = kwargs.EnumerateObject().First();
        return first.Name switch
        {
            "temperature" => new TemperatureProcessor(first.Value.GetDouble()),
            "top_k" => new TopKProcessor(first.Value.GetInt32()),
            "top_p" => new TopPProcessor(first.Value.GetDouble()),
            "repetition_penalty" => new RepetitionPenaltyProcessor(first.Value.GetDouble()),
            "no_repeat_ngram_size" => new NoRepeatNgramProcessor(first.Value.GetInt32()),
            "min_new_tokens" => new MinNewTokensProcessor(first.Value.GetInt32(), kwargs.GetProperty("prompt_length").GetInt32(), kwargs.GetProperty("eos_token_id").GetInt32()),
            _ => throw new InvalidFileException($"Unknown processor {first.Name}."),
        };
    }

    private static JsonElement Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Data("Golden", "misc.json")));
        return document.RootElement.GetProperty("logits_processors").Clone();
    }
}
