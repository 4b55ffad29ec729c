using System.Text.Json;
using SciCoT.Generation;
using SciCoT.Generation.Processors;
using SciCoT.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

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

        using var scope = NewDisposeScope();
        var scores = Processor(expected.GetProperty("kwargs")).Apply(tensor(logits.SelectMany(row => row).ToArray(), [logits.Length, logits[0].Length]), histories);

        var actual = scores.data<float>().ToArray();
        var wanted = expected.GetProperty("scores").Deserialize<float?[][]>()!.SelectMany(row => row).ToArray();
        Assert.All(wanted.Zip(actual), pair => Assert.Equal(pair.First ?? float.NegativeInfinity, pair.Second, 1e-5f));
    }

    [Fact]
    public void NoRepeatNgram_ShortHistory_ForbidsNothing()
    {
        using var scope = NewDisposeScope();
        var scores = new NoRepeatNgramProcessor(4).Apply(zeros(1, 5), [[0, 2]]);
        Assert.Equal(new float[5], scores.data<float>().ToArray());
    }

    [Fact]
    public void Pipeline_SamplingOptionsWithoutSampling_ChangeNothing()
    {
        using var scope = NewDisposeScope();
        var options = new GenerationOptions { Temperature = 0.1, TopK = 1, TopP = 0.1 };
        float[] values = [3, 1, 2];
        Assert.Equal(values, new LogitsPipeline(options, 1).Apply(tensor(values, [1, 3]), [[0]], [0]).data<float>().ToArray());
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
