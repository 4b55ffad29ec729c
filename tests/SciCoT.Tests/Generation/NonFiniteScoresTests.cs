using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Tests.Models;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;
using static TorchSharp.torch;

namespace SciCoT.Tests.Generation;

/// <summary>Scores that overflow end in an exception of their own, never in a NaN or in a fault of the search.</summary>
public sealed class NonFiniteScoresTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<GenerationOptions> Searches() => new(
        new GenerationOptions { MaxNewTokens = 4 },
        new GenerationOptions { MaxNewTokens = 4, NumBeams = 3 },
        new GenerationOptions { MaxNewTokens = 4, NumBeams = 4, NumReturnSequences = 2, EarlyStopping = EarlyStopping.Never, NoRepeatNgramSize = 2 },
        new GenerationOptions { MaxNewTokens = 4, Sample = true, Seed = 1, TopK = 3, TopP = 0.9 },
        new GenerationOptions { MaxNewTokens = 4, NumBeams = 2, AllowedContinuations = [[[5, 1], [6, 1]]] });

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Searches))]
    public void Search_OverLogitsThatOverflow_SaysSo(GenerationOptions options)
    {
        foreach (float weight in new[] { 1e38f, float.NaN, float.PositiveInfinity })
        {
            using var model = Overflowing(weight);
            using var ids = ones(2, 3, dtype: ScalarType.Int64);
            Assert.Throws<NonFiniteScoresException>(() => new TextGenerator(model).Generate(ids, ids, options, Token));
            model.Kernels = null; // in torch
            Assert.Throws<NonFiniteScoresException>(() => new TextGenerator(model).Generate(ids, ids, options, Token));
        }
    }

    [Fact]
    public void Scoring_OverLogitsThatOverflow_SaysSo()
    {
        foreach (float weight in new[] { 1e38f, float.NaN, float.PositiveInfinity })
        {
            using var model = Overflowing(weight);
            using var ids = ones(2, 3, dtype: ScalarType.Int64);
            Assert.Throws<NonFiniteScoresException>(() => new ChoiceScorer(model).Score(ids, ids, [[[5, 1], [6, 1]], [[7]]], cancellationToken: Token));
        }
    }

    [Fact]
    public async Task StudentWhoseActivationsOverflow_NamesItsFolder()
    {
        var tokenizer = T5Tokenizer.Load(MiniScience.WriteTokenizer(_folder.Path));
        using (var model = new T5Model(MiniScienceRecipe.Shape(tokenizer), seed: 5))
        {
            using (no_grad())
                model.decoder.final_layer_norm.weight.fill_(1e38f);
            model.Save(_folder.Path);
        }

        using var student = new T5AnswerStudent(T5TextModel.Load(_folder.Path));
        ExplainedQuestion[] asked = [new(ScienceQuestion.Create("Which rusts?", "iron", "wood"), ""), new(ScienceQuestion.Create("Why?"), "")];

        var e = await Assert.ThrowsAsync<NonFiniteScoresException>(() => student.AnswerAsync(asked, Token));

        Assert.Contains(_folder.Path, e.Message);
    }

    [Fact]
    public async Task HostsOwnStudentWithNaN_IsNamed()
    {
        var pipeline = new SciCoTPipeline(new SciCoT.Tests.Pipeline.EchoRationaleStudent(), new NaNStudent());

        var e = await Assert.ThrowsAsync<SciCoTException>(() => pipeline.AnswerAsync("Which rusts? (A) iron (B) wood", Token));

        Assert.Contains(nameof(NaNStudent), e.Message);
    }

    private static T5Model Overflowing(float weight)
    {
        var model = TinyModel.Create(TinyModel.Gated);
        using (no_grad())
            model.lm_head!.weight.fill_(weight);
        return model;
    }

    private sealed class NaNStudent : IAnswerStudent
    {
        public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<AnswerPrediction>>([.. questions.Select(q => new AnswerPrediction("A", "iron", [double.NaN, double.NaN]) { Confidence = double.NaN })]);
    }
}
