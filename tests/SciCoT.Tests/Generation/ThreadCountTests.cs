using System.Collections.Concurrent;
using SciCoT.Compute;
using SciCoT.Generation;
using SciCoT.Models;
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
        using var model = new T5Model(Wide, seed: 5);
        model.eval();
        var (ids, mask) = Input(rows: 3);
        var alone = Generate(model, ids, mask, options, 1, Team(1));
        foreach (int members in new[] { 2, 3, 7, 16, 64 })
            Assert.Equal(alone, Generate(model, ids, mask, options, members, Team(members)));
    }

    [Fact]
    public void Generate_BatchesOfEverySizeOnTooManyThreads_LeavesATeamOfTheProcessors()
    {
        using var model = new T5Model(Wide, seed: 5);
        model.eval();
        int before = torch.get_num_threads();
        try
        {
            torch.set_num_threads(16);
            for (int rows = 1; rows <= 16; rows++)
            {
                var (ids, mask) = Input(rows);
                new TextGenerator(model).Generate(ids, mask, new GenerationOptions { MaxNewTokens = 3 }, TestContext.Current.CancellationToken);
            }
        }
        finally
        {
            torch.set_num_threads(before);
        }

        Assert.InRange(ThreadTeam.Shared.Started, 0, Environment.ProcessorCount - 1);
    }

    /// <summary>Wide enough that phases are worth many members.</summary>
    private static readonly T5Config Wide = new()
    {
        VocabularySize = 3000,
        ModelSize = 256,
        HeadSize = 64,
        Heads = 4,
        FeedForwardSize = 1024,
        EncoderLayers = 2,
        DecoderLayers = 2,
        FeedForwardProjection = "gated-gelu",
        TieWordEmbeddings = false,
    };

    private static (torch.Tensor Ids, torch.Tensor Mask) Input(int rows)
    {
        var random = new Random(rows);
        var (ids, mask) = (new long[rows, 24], new long[rows, 24]);
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < 24 - (5 * (row % 3)); i++)
                (ids[row, i], mask[row, i]) = (random.Next(2, Wide.VocabularySize), 1);
        }

        return (torch.tensor(ids), torch.tensor(mask));
    }

    private static (string, double)[] Generate(T5Model model, torch.Tensor ids, torch.Tensor mask, GenerationOptions options, int members, ThreadTeam team)
    {
        var (threads, shared) = (torch.get_num_threads(), ThreadTeam.Shared);
        try
        {
            torch.set_num_threads(members);
            ThreadTeam.Shared = team;
            return [.. new TextGenerator(model).Generate(ids, mask, options, TestContext.Current.CancellationToken)
                .Select(sequence => (string.Join(' ', sequence.TokenIds), sequence.Score))];
        }
        finally
        {
            torch.set_num_threads(threads);
            ThreadTeam.Shared = shared;
        }
    }

    private static ThreadTeam Team(int size) => Teams.GetOrAdd(size, static size => new ThreadTeam(size));

    private static readonly ConcurrentDictionary<int, ThreadTeam> Teams = new();
}
