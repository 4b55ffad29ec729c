using SciCoT.Generation;
using SciCoT.Tests.Support;
using TorchSharp;

namespace SciCoT.Tests.Generation;

[Collection(TorchState.Collection)]
public class ThreadCountTests
{
    public static TheoryData<GenerationOptions> Searches =>
    [
        new GenerationOptions { MaxNewTokens = 40 },
        new GenerationOptions { MaxNewTokens = 40, NumBeams = 4, NumReturnSequences = 2 },
        new GenerationOptions { MaxNewTokens = 40, Sample = true, Seed = 3, NumReturnSequences = 2 },
    ];

    [Theory]
    [MemberData(nameof(Searches))]
    public void Generate_SeveralThreads_NotABitDifferent(GenerationOptions options)
    {
        var golden = Golden.Of("tiny-t5-v1_1");
        var (ids, mask) = golden.Input("ragged_mid");
        int before = torch.get_num_threads();
        try
        {
            var results = new[] { 1, 2, 3 }.Select(threads =>
            {
                torch.set_num_threads(threads);
                return new TextGenerator(golden.Model).Generate(ids, mask, options, TestContext.Current.CancellationToken)
                    .Select(sequence => (string.Join(' ', sequence.TokenIds), sequence.Score)).ToArray();
            }).ToArray();
            Assert.Equal(results[0], results[1]);
            Assert.Equal(results[0], results[2]);
        }
        finally
        {
            torch.set_num_threads(before);
        }
    }
}
