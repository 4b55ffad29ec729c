using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;
using static TorchSharp.torch;

namespace SciCoT.Tests.Pipeline;

[Collection(TorchState.Collection)]
public sealed class PipelineMemoryTests : IDisposable
{
    private static readonly ScienceQuestion[] Questions = [.. MiniScience.Create().Test.Take(48), ScienceQuestion.Create("Why does iron rust?")];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Answers, streams, cancelled calls and sampled rationales: no tensor outlives a call.</summary>
    [Fact]
    public async Task Calls_OfAllKinds_LeaveNoTensorBehind()
    {
        var token = TestContext.Current.CancellationToken;
        var tokenizer = T5Tokenizer.Load(MiniScience.WriteTokenizer(_folder.Path));
        using var model = new T5TextModel(new T5Model(MiniScienceRecipe.Shape(tokenizer), seed: 5), tokenizer, batchSize: 16);
        var rationales = new T5RationaleStudent(model, new GenerationOptions { MaxNewTokens = 10 });
        var answers = new T5AnswerStudent(model, maxAnswerTokens: 5);
        var pipeline = new SciCoTPipeline(rationales, answers);
        var sampling = new SciCoTPipeline(rationales, answers, sampling: new RationaleSampling(3));

        await Round();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;
        for (int i = 0; i < 4; i++)
            await Round();
        Assert.InRange(Tensor.TotalCount, 0, before); // what others left may go meanwhile

        async Task Round()
        {
            using var stop = new CancellationTokenSource();
            var calls = Questions.Select(question => pipeline.AnswerAsync(question, token)).ToArray();
            var leaving = Questions.Take(9).Select(question => pipeline.AnswerAsync(question, stop.Token)).ToArray();
            await foreach (var _ in pipeline.StreamAsync(Questions[0], token))
                break;
            await stop.CancelAsync();
            await Task.WhenAll(calls);
            await Task.WhenAll(Questions.Take(5).Select(question => sampling.AnswerAsync(question, token)));
            await ((Task)Task.WhenAll(leaving)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

            // What was abandoned may still be in its last step: one more answer comes after it.
            await pipeline.AnswerAsync(Questions[1], token);
        }
    }
}
