using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Prompting;
using SciCoT.Students;

namespace SciCoT.Tests.Models;

/// <summary>Everything above the seam works with any model behind it.</summary>
public class SequenceModelTests
{
    private static readonly ScienceQuestion Question = ScienceQuestion.Create("Which rusts?", "iron", "wood", "question");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pipeline_OverAnotherModel_WritesAndAnswers()
    {
        var (writer, reader) = (new EchoModel(), new EchoModel());
        await using var rationales = new T5RationaleStudent(new T5TextModel(writer, new AsciiTokenizer()), new() { MaxNewTokens = 200 });
        await using var answers = new T5AnswerStudent(new T5TextModel(reader, new AsciiTokenizer()));
        var pipeline = new SciCoTPipeline(rationales, answers);

        var answer = await pipeline.AnswerAsync(Question, Token);

        var rationale = StudentLayout.RationaleInput(Question); // an echo
        Assert.Equal(rationale, Assert.Single(answer.Rationales));
        double[] expected = [.. StudentLayout.ChoiceTargets(Question).Select(target => LogLikelihood(StudentLayout.AnswerInput(Question, rationale), target))];
        Assert.Equal(Question.Choices[Array.IndexOf(expected, expected.Max())].Label, answer.Label);
        double total = expected.Sum(Math.Exp);
        Assert.All(expected.Zip(answer.Choices), pair => Assert.Equal(Math.Exp(pair.First) / total, pair.Second.Probability, 1e-4));
    }

    [Fact]
    public async Task Pipeline_OverAnotherModel_Streams()
    {
        await using var rationales = new T5RationaleStudent(new T5TextModel(new EchoModel(), new AsciiTokenizer()), new() { MaxNewTokens = 200 });
        await using var answers = new T5AnswerStudent(new T5TextModel(new EchoModel(), new AsciiTokenizer()));

        var text = "";
        await foreach (var update in new SciCoTPipeline(rationales, answers).StreamAsync(Question, Token))
            text += update.RationaleText;

        Assert.Equal(StudentLayout.RationaleInput(Question), text);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    public void Generate_OverAnotherModel_EachSourceItsOwn(int beams, int returned)
    {
        int[][] sources = [[10, 11, 12, 1], [20, 1], [30, 31, 1]];

        var written = new TextGenerator(new EchoModel()).Generate(sources, new() { NumBeams = beams, NumReturnSequences = returned }, Token);

        Assert.Equal(sources, written.Chunk(returned).Select(own => own[0].TokenIds.ToArray()));
    }

    [Fact]
    public void Sample_OverAnotherModel_SeveralOfEachSource()
    {
        var options = new GenerationOptions { Sample = true, NumReturnSequences = 3, TopK = 1 };

        var written = new TextGenerator(new EchoModel()).Generate([[10, 1], [20, 21, 1]], options, Token);

        Assert.Equal([[10, 1], [10, 1], [10, 1], [20, 21, 1], [20, 21, 1], [20, 21, 1]], written.Select(own => own.TokenIds.ToArray()));
    }

    [Fact]
    public void TextModel_DisposesOfItsModel()
    {
        var model = new EchoModel();
        new T5TextModel(model, new AsciiTokenizer()).Dispose();
        Assert.True(model.IsDisposed);
    }

    [Fact]
    public void TextModel_TokenizerOfAnotherModel_IsRefused() =>
        Assert.Contains("only 16", Assert.Throws<ArgumentException>(() => new T5TextModel(new T5Model(new T5Config { VocabularySize = 16, ModelSize = 8, HeadSize = 4, Heads = 2, FeedForwardSize = 8, EncoderLayers = 1, DecoderLayers = 1 }, seed: 1), new AsciiTokenizer())).Message);

    private static double LogLikelihood(string source, string target)
    {
        double normalizer = Math.Log(Math.Exp(EchoModel.Certainty) + 127);
        var (read, written) = (source + '\u0001', target + '\u0001');
        return written.Select((c, i) => ((i < read.Length ? read[i] : '\u0001') == c ? EchoModel.Certainty : 0) - normalizer).Sum();
    }
}
