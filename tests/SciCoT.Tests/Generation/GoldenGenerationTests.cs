using System.Text.Json;
using SciCoT.Generation;
using SciCoT.Generation.Processors;
using SciCoT.Models;

namespace SciCoT.Tests.Generation;

/// <summary>Every generation case that Hugging Face's <c>generate</c> wrote down, token for token, in torch and in every kernel.</summary>
public class GoldenGenerationTests
{
    public static TheoryData<string, string, int> All => Select(_ => true);

    public static TheoryData<string, string, int> Greedy => Select(item => item.TryGetProperty("step_top1_score", out _));

    [Theory]
    [MemberData(nameof(All))]
    public void Generate_GoldenCase_SameTokensAndScores(string model, string name, int path)
    {
        var golden = Golden.Of(model);
        var expected = golden.Generation(name);
        var (ids, mask) = golden.Input(expected.GetProperty("input_case").GetString()!);

        var actual = new TextGenerator(golden.In(path)).Generate(ids, mask, Golden.Options(expected.GetProperty("kwargs")), TestContext.Current.CancellationToken);

        Assert.Equal(expected.GetProperty("generated_lengths").Deserialize<int[]>()!, actual.Select(sequence => sequence.TokenIds.Count));
        Assert.Equal(NewTokens(expected), actual.Select(sequence => sequence.TokenIds.ToArray()));
        if (expected.TryGetProperty("sequences_scores", out var scores))
            Assert.All(scores.Deserialize<double[]>()!.Zip(actual), pair => Assert.Equal(pair.First, pair.Second.Score, 1e-4));
    }

    /// <summary>Feeds the expected tokens one at a time and compares the highest processed logit of each step.</summary>
    [Theory]
    [MemberData(nameof(Greedy))]
    public void Processors_GoldenGreedySteps_SameHighestScores(string model, string name, int path)
    {
        var golden = Golden.Of(model);
        var expected = golden.Generation(name);
        var (ids, mask) = golden.Input(expected.GetProperty("input_case").GetString()!);
        var options = Golden.Options(expected.GetProperty("kwargs"));
        var sequences = Golden.Rows(expected.GetProperty("sequences"));
        var highest = Golden.Numbers(expected.GetProperty("step_top1_score"));
        var processors = new LogitsPipeline(options, golden.Model.Config.EosTokenId);

        using var state = golden.In(path).Decode(ids, mask, 1, options.MaxNewTokens);
        using var scores = new ScoreTable(golden.In(path).VocabularySize);
        for (int step = 0; step < highest.Max(row => row.Length); step++)
        {
            state.Advance([.. sequences.Select(row => row[step])]);
            scores.ReadLast(state, 1, name);
            processors.Apply(scores, row => sequences[row].AsSpan(0, step + 1), row => row);
            for (int row = 0; row < sequences.Length; row++)
            {
                if (step < highest[row].Length)
                    Assert.Equal(highest[row][step], scores[row].ToArray().Max(), 1e-4);
            }
        }
    }

    private static IEnumerable<int[]> NewTokens(JsonElement expected) =>
        Golden.Rows(expected.GetProperty("sequences")).Zip(expected.GetProperty("generated_lengths").Deserialize<int[]>()!, (row, length) => row[1..(length + 1)]);

    private static TheoryData<string, string, int> Select(Func<JsonElement, bool> wanted)
    {
        var data = new TheoryData<string, string, int>();
        foreach (var model in Golden.Names)
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(Support.TestFiles.Data("Golden", model, "golden.json")));
            foreach (var item in document.RootElement.GetProperty("generation").EnumerateArray().Where(wanted))
            {
                foreach (int path in Golden.Paths)
                    data.Add(model, item.GetProperty("name").GetString()!, path);
            }
        }

        return data;
    }
}
