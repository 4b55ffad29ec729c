using SciCoT.Models;
using SciCoT.Prompting;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Students;

/// <summary>Questions of sizes that nobody expects: each is answered, or refused with the question, the place and the limit.</summary>
public sealed class NumberBoundTests : IDisposable
{
    private const int Million = 1_000_000;

    private static readonly ScienceQuestion Question = ScienceQuestion.Create("What rusts?", "iron", "wood") with { Id = "q7" };

    private readonly TempFolder _folder = new();
    private readonly T5TextModel _model;

    public NumberBoundTests()
    {
        var tokenizer = T5Tokenizer.Load(MiniScience.WriteTokenizer(_folder.File("tokenizer")));
        var shape = MiniScienceRecipe.Shape(tokenizer) with { ModelSize = 16, HeadSize = 8, Heads = 2, FeedForwardSize = 32, EncoderLayers = 1, DecoderLayers = 1 };
        _model = new T5TextModel(new T5Model(shape, seed: 5), tokenizer, maxSourceTokens: 64, batchSize: 4);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What is large, the question and its rationale.</summary>
    public static TheoryData<string, Func<(ScienceQuestion Question, string Rationale)>> Answered { get; } = new()
    {
        { "stem", () => (Question with { Stem = Text(Million) }, "") },
        { "stem without spaces", () => (Question with { Stem = new string('a', Million) }, "") },
        { "context", () => (Question with { Context = Text(Million) }, "") },
        { "rationale", () => (Question, Text(Million)) },
        { "id", () => (Question with { Id = new string('i', Million) }, "") },
        { "labels", () => (Question with { Choices = [new(new string('A', Million), "iron"), new(new string('B', Million), "wood")] }, "") },
        { "a thousand choices", () => (Question with { Choices = Choices(1000, "choice") }, "") },
        { "ten thousand choices", () => (Question with { Choices = Choices(10_000, "choice") }, "") },
        { "choices at their limit", () => (Question with { Choices = [.. Enumerable.Range(0, 3).Select(i => new Choice($"{i}", Text(4000 - 2) + i))] }, "") },
        { "choices of one letter", () => (Question with { Choices = [new("A", new string('a', 4000)), new("B", new string('b', 4000))] }, "") },
        { "open question", () => (Question with { Choices = [], Stem = Text(Million) }, Text(Million)) },
    };

    [Theory]
    [MemberData(nameof(Answered), DisableDiscoveryEnumeration = true)]
    public async Task AnswerAsync_LargeQuestion_IsAnswered(string what, Func<(ScienceQuestion Question, string Rationale)> large)
    {
        var (question, rationale) = large();

        var answer = Assert.Single(await new T5AnswerStudent(_model, maxAnswerTokens: 4).AnswerAsync([new(question, rationale)], Token));

        Assert.Equal(question.Choices.Count, answer.Probabilities.Count);
        Assert.Equal(question.Choices.Count == 0 ? 0 : 1, answer.Probabilities.Sum(), 1e-6);
        Assert.True(answer.IsShortened == (what is not ("id" or "choices at their limit" or "choices of one letter") || Tokens(question, rationale) >= 64), what);
    }

    [Fact]
    public async Task AnswerAsync_ChoiceOfAMillionCharacters_IsRefusedWithQuestionChoiceAndLimit()
    {
        var question = Question with { Choices = [new("A", "iron"), new("B", Text(Million))] };

        foreach (IAnswerStudent student in new IAnswerStudent[] { new T5AnswerStudent(_model), new DirectAnswerStudent(_model), new OneStageStudent(_model, new() { MaxNewTokens = 4 }), new MultiTaskStudent(_model) })
        {
            var refused = await Assert.ThrowsAsync<InvalidQuestionException>(() => student.AnswerAsync([new(Question, ""), new(question, "")], Token));

            Assert.Equal("Question 'q7': choice (B) has 1000000 characters; at most 4000 can be compared. Shorten the choice.", refused.Message);
        }
    }

    [Fact]
    public async Task AnswerAsync_LongNames_AreNotRepeatedWhole()
    {
        var question = Question with { Id = new string('i', Million), Choices = [new(new string('A', Million), Text(5000))] };

        var refused = await Assert.ThrowsAsync<InvalidQuestionException>(() => new T5AnswerStudent(_model).AnswerAsync([new(question, "")], Token));

        Assert.InRange(refused.Message.Length, 200, 500);
    }

    [Fact]
    public async Task AnswerAsync_MoreChoicesThanTheLimit_AreRefusedWithQuestionAndLimit()
    {
        var question = Question with { Choices = Choices(10_001, "choice") };

        var refused = await Assert.ThrowsAsync<InvalidQuestionException>(() => new T5AnswerStudent(_model).AnswerAsync([new(question, "")], Token));

        Assert.Equal("Question 'q7' has 10001 choices; at most 10000 can be compared. Leave some out.", refused.Message);
    }

    [Theory]
    [InlineData(20_000, 0)]
    [InlineData(9, 20_000)]
    [InlineData(Million, Million)]
    public async Task ScoreAsync_LongerThanADecoderTakes_IsRefusedWithPlaceAndLimit(int target, int prefix)
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => _model.ScoreAsync(["a", "b"], [["c"], ["d", Text(target)]], ["", Text(prefix)], cancellationToken: Token));

        Assert.Contains("source 1", refused.Message);
        Assert.Contains("at most 8192 can be scored", refused.Message);
    }

    [Fact]
    public async Task GenerateAsync_PrefixLongerThanADecoderTakes_IsRefusedWithTheLimit()
    {
        var options = new SciCoT.Generation.GenerationOptions { MaxNewTokens = 1, DecoderPrefix = [.. Enumerable.Repeat(5, 1 << 16)] };

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => _model.GenerateAsync(["a"], options, Token));

        Assert.Contains("DecoderPrefix", refused.Message);
        Assert.Contains("at most 8192 tokens", refused.Message);
    }

    [Fact]
    public async Task ExplainAsync_LargeQuestion_IsExplained()
    {
        var question = Question with { Stem = Text(Million), Context = Text(Million) };

        var rationales = await new T5RationaleStudent(_model, new() { MaxNewTokens = 4 }).ExplainAsync([question, Question], Token);

        Assert.Equal(2, rationales.Count);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    private int Tokens(ScienceQuestion question, string rationale) => _model.Tokenizer.CountTokens(StudentLayout.AnswerInput(question, rationale));

    private static string Text(int length) => string.Concat(Enumerable.Repeat("a b ", (length / 4) + 1))[..Math.Max(0, length - 1)] + (length > 0 ? "c" : "");

    private static Choice[] Choices(int count, string text) => [.. Enumerable.Range(0, count).Select(i => new Choice($"{i}", $"{text} {i}"))];
}
