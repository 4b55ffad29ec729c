using SciCoT.Generation;
using SciCoT.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Generation;

[Collection(TorchState.Collection)]
public class GenerationMemoryTests
{
    public static TheoryData<GenerationOptions> Searches =>
    [
        new GenerationOptions { MaxNewTokens = 40, RepetitionPenalty = 1.1, NoRepeatNgramSize = 2, MinNewTokens = 2 },
        new GenerationOptions { MaxNewTokens = 40, NumBeams = 3, DecoderPrefix = [4] },
        new GenerationOptions { NumBeams = 3, AllowedContinuations = [[[4, 5], [4, 6, 7], [8]]] },
        new GenerationOptions { MaxNewTokens = 40, Sample = true, TopP = 0.9, Temperature = 2, NumReturnSequences = 3 },
    ];

    [Theory]
    [MemberData(nameof(Searches))]
    public void Generate_ManyTimes_LeavesNoTensorBehind(GenerationOptions options)
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("ragged_mid");
        var generator = new TextGenerator(golden.Model);
        AssertFlat(() => generator.Generate(ids, mask, options, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Generate_Cancelled_LeavesNoTensorBehind()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("ragged_mid");
        var generator = new TextGenerator(golden.Model);
        AssertFlat(() =>
        {
            using var source = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => generator.Generate(ids, mask, new GenerationOptions { MinNewTokens = 5 }, (_, _) => source.Cancel(), source.Token));
        });
    }

    [Fact]
    public void Score_ManyTimes_LeavesNoTensorBehind()
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("single_no_padding");
        var scorer = new ChoiceScorer(golden.Model) { Budget = 1 };
        AssertFlat(() => scorer.Score(ids, mask, [[[4, 1], [5, 1], [6]]], [[9]], TestContext.Current.CancellationToken));
    }

    private static void AssertFlat(Action call)
    {
        call();

        // What earlier tests left to the finalizers must not be counted as ours.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;
        for (int i = 0; i < 20; i++)
            call();
        Assert.InRange(Tensor.TotalCount, 0, before); // what others left may go meanwhile
    }
}
