using System.Text.Json;
using SciCoT.Evaluation;
using SciCoT.Harness;
using SciCoT.Models;
using SciCoT.Prompting;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;
using static TorchSharp.torch;
using Golden = SciCoT.Tests.Generation.Golden;

namespace SciCoT.Tests.Evaluation;

/// <summary>
/// On Hugging Face's golden models, with a vocabulary in which each id is one word: so the golden ids are a text, and the golden
/// losses are what transformers gives for its continuations.
/// </summary>
public sealed class HarnessEvaluatorTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly T5Tokenizer _tokenizer;

    public HarnessEvaluatorTests()
    {
        object[][] pieces = [["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0], .. Enumerable.Range(3, 509).Select(id => new object[] { "▁" + Word(id), -5.0 })];
        File.WriteAllText(_folder.File("tokenizer.json"), JsonSerializer.Serialize(new
        {
            added_tokens = new[] { "<pad>", "</s>", "<unk>" }.Select((content, id) => new { id, content, special = true }),
            normalizer = (object?)null,
            pre_tokenizer = new { type = "Sequence", pretokenizers = new object[] { new { type = "WhitespaceSplit" }, new { type = "Metaspace", replacement = "▁", add_prefix_space = true } } },
            model = new { type = "Unigram", unk_id = 2, vocab = pieces },
        }));
        _tokenizer = T5Tokenizer.Load(_folder.File("tokenizer.json"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tiny-t5-v1_1")]
    [InlineData("tiny-t5-original")]
    public async Task EvaluateAsync_GoldenModel_GivesTransformersLogLikelihoods(string name)
    {
        var golden = Golden.Of(name);
        var questions = new List<ScienceQuestion>();
        var expected = new List<double[]>();
        foreach (var item in golden.Cases)
        {
            var inputs = Golden.Rows(item.GetProperty("input_ids"));
            var labels = Golden.Rows(item.GetProperty("labels"));
            var losses = Golden.Numbers(item.GetProperty("token_nll"));
            for (int row = 0; row < inputs.Length; row++)
            {
                int[] context = [.. inputs[row].TakeWhile(id => id != 1)];
                int[] target = [.. labels[row].TakeWhile(id => id > 2)];
                if (context.Any(id => id < 3) || target.Length < 4)
                    continue;
                // The first one, two, four, … tokens of the golden target: each a continuation with known losses.
                int[] lengths = [.. new[] { 1, 2, 4, 8, 16 }.Where(length => length <= target.Length)];
                questions.Add(new ScienceQuestion($"{item.GetProperty("name")}-{row}", Text(context), [.. lengths.Select((length, i) => new Choice($"{i}", Text(target[..length])))]) { AnswerLabel = "0" });
                expected.Add([.. lengths.Select(length => -losses[row].Take(length).Sum())]);
            }
        }

        var outcomes = await HarnessEvaluator.EvaluateAsync(golden.Model, _tokenizer, HarnessTask.OpenBookQa, questions, cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(questions.Count >= 6);
        for (int i = 0; i < questions.Count; i++)
        {
            Assert.Equal(questions[i], outcomes[i].Question);
            for (int choice = 0; choice < expected[i].Length; choice++)
                Assert.Equal(expected[i][choice], outcomes[i].LogLikelihoods[choice], 1e-3);
        }

        // What numpy would make of transformers' numbers.
        int[] accNorm = [.. questions.Select((question, i) => FirstMaximum([.. expected[i].Zip(question.Choices, (value, choice) => value / choice.Text.Length)]))];
        Assert.All(outcomes, (outcome, i) => Assert.Equal(FirstMaximum(expected[i]), Chosen(outcome)));
        Assert.Equal(accNorm.Count(best => best == 0) / (double)questions.Count, HarnessAccuracy.Of(outcomes)!.AccNorm, 1e-12);

        static int Chosen(QuestionOutcome outcome) => int.Parse(outcome.Label!);
    }

    [Fact]
    public async Task EvaluateAsync_OtherChoicesInAnyBatch_AsTheWholeModelOneByOne()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var random = new Random(5);
        ScienceQuestion[] questions = [.. Enumerable.Range(0, 40).Select(i => new ScienceQuestion(
            $"q{i}", Text(Tokens(1 + (i % 9))), [.. Enumerable.Range(0, 2 + (i % 4)).Select(choice => new Choice(Outcomes.Label(choice), Text(Tokens(1 + random.Next(5)))))]) { AnswerLabel = "A" })];

        var outcomes = await HarnessEvaluator.EvaluateAsync(golden.Model, _tokenizer, HarnessTask.OpenBookQa, questions, cancellationToken: TestContext.Current.CancellationToken);

        int acc = 0, accNorm = 0;
        for (int i = 0; i < questions.Length; i++)
        {
            var question = questions[i];
            double[] expected = [.. question.Choices.Select(choice => Forward(golden.Model, [.. Ids(question.Stem), 1], Ids(choice.Text)))];
            Assert.All(expected, (value, choice) => Assert.Equal(value, outcomes[i].LogLikelihoods[choice], 1e-3));
            acc += FirstMaximum(expected) == 0 ? 1 : 0;
            accNorm += FirstMaximum([.. expected.Zip(question.Choices, (value, choice) => value / choice.Text.Length)]) == 0 ? 1 : 0;
        }

        var accuracy = HarnessAccuracy.Of(outcomes)!;
        Assert.Equal((acc / 40.0, accNorm / 40.0), (accuracy.Acc, accuracy.AccNorm));
        Assert.NotEqual(acc, accNorm);

        int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(3, 512))];
    }

    [Fact]
    public async Task EvaluateAsync_LongContext_LosesItsBeginning()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        int[] context = [.. Enumerable.Range(10, 30)];
        var question = new ScienceQuestion("q", Text(context), [new("A", Word(100)), new("B", Word(101))]) { AnswerLabel = "A" };

        var outcomes = await HarnessEvaluator.EvaluateAsync(golden.Model, _tokenizer, HarnessTask.OpenBookQa, [question], maxTokens: 8, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Forward(golden.Model, [.. context[^7..], 1], [100]), outcomes[0].LogLikelihoods[0], 1e-4);
    }

    [Fact]
    public async Task EvaluateAsync_FewShot_ScoresBehindTheExamplesAndSaysWhatIsGreedy()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        ScienceQuestion[] pool = [.. Enumerable.Range(0, 30).Select(i => new ScienceQuestion($"p{i}", Text([10 + i, 50 + i]), [new("A", Word(200 + i)), new("B", Word(300))]) { AnswerLabel = i % 2 == 0 ? "A" : "B" })];
        ScienceQuestion[] questions = [.. Enumerable.Range(0, 3).Select(i => new ScienceQuestion($"q{i}", Text([100 + i]), [.. Enumerable.Range(3, 509).Select(id => new Choice($"{id}", Word(id)))]) { AnswerLabel = "3" })];
        var fewShot = new HarnessFewShot(2, pool);

        var outcomes = await HarnessEvaluator.EvaluateAsync(golden.Model, _tokenizer, HarnessTask.OpenBookQa, questions, fewShot, cancellationToken: TestContext.Current.CancellationToken);

        var requests = HarnessRequest.Create(HarnessTask.OpenBookQa, questions, fewShot);
        for (int i = 0; i < questions.Length; i++)
        {
            int[] context = [.. requests[i].Examples.SelectMany(place => Ids(pool[place].Stem).Append(Ids(pool[place].GoldChoice!.Text)[0])), 100 + i, 1];
            Assert.Equal(Forward(golden.Model, context, [150]), outcomes[i].LogLikelihoods[147], 1e-3);
            // All words are choices: at most the best of them is what greedy search would write.
            Assert.Equal(509, outcomes[i].GreedyChoices.Count);
            Assert.True(outcomes[i].GreedyChoices.Count(greedy => greedy) <= 1);
            Assert.All(outcomes[i].GreedyChoices.Index().Where(choice => choice.Item), choice => Assert.Equal(outcomes[i].LogLikelihoods.Max(), outcomes[i].LogLikelihoods[choice.Index]));
        }

        Assert.NotEqual(requests[0].Examples, requests[1].Examples);
    }

    [Fact]
    public async Task EvaluateAsync_OpenQuestion_SaysWhich()
    {
        var open = ScienceQuestion.Create("Why?") with { Id = "open-1", AnswerLabel = "so" };

        var error = await Assert.ThrowsAsync<ArgumentException>(() => HarnessEvaluator.EvaluateAsync(
            Golden.Of("tiny-t5-v1_1").Model, _tokenizer, HarnessTask.ArcEasy, [open], cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("open-1", error.Message);
    }

    /// <summary>A word for an id, of three or six letters.</summary>
    private static string Word(int id)
    {
        string letters = $"{(char)('a' + (id / 26 % 26))}{(char)('a' + (id % 26))}";
        return id % 2 == 0 ? "q" + letters : "qwerty" + letters;
    }

    private static string Text(IEnumerable<int> ids) => string.Join(' ', ids.Select(Word));

    private static int[] Ids(string text)
    {
        var byWord = Enumerable.Range(3, 509).ToDictionary(Word);
        return [.. text.Split(' ').Select(word => byWord[word])];
    }

    private static int FirstMaximum(double[] values) => Array.IndexOf(values, values.Max());

    private static double Forward(T5Model model, int[] input, int[] target)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        long[] fed = [0, .. target.SkipLast(1)];
        var ids = tensor(Array.ConvertAll(input, id => (long)id), [1, input.Length]);
        var logProbabilities = model.forward(ids, ones_like(ids), tensor(fed, [1, fed.Length])).to_type(ScalarType.Float64).log_softmax(2);
        return target.Select((token, i) => logProbabilities[0, i, token].item<double>()).Sum();
    }
}
