using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Models.T5;
using Checkpoint = SciCoT.Tests.Models.Golden;

namespace SciCoT.Tests.Generation;

/// <summary>Sources that join a running search write what they write alone, to the bit.</summary>
public class SourceFlowTests
{
    private static readonly int[][] Sources = [.. Enumerable.Range(1, 12).Select(i => Enumerable.Range(5, 1 + (i * 5 % 11)).Select(token => (token * i % 40) + 3).Append(1).ToArray())];

    public static TheoryData<string, WeightFormat> Formats =>
        new MatrixTheoryData<string, WeightFormat>([Checkpoint.Gated, Checkpoint.Original], [WeightFormat.Float32, WeightFormat.BFloat16, WeightFormat.Int8]);

    public static IEnumerable<GenerationOptions> Options =>
    [
        new() { MaxNewTokens = 45 }, // more than a cache begins with
        new() { MaxNewTokens = 20, Sample = true, Seed = 7, TopK = 10, NumReturnSequences = 3 },
        new() { MaxNewTokens = 9, DecoderPrefix = [6, 7, 8], RepetitionPenalty = 1.3, MinNewTokens = 4 },
    ];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Search_SourcesComeAndGo_EachWritesWhatItWritesAlone(string name, WeightFormat format)
    {
        using var model = T5InferenceModel.Load(Checkpoint.Folder(name), format);
        var generator = new TextGenerator(model);
        foreach (var options in Options)
        {
            var alone = Sources.Select(source => generator.Generate([source], options, TestContext.Current.CancellationToken)).ToArray();
            foreach (int atATime in new[] { 1, 2, 5 })
            {
                var flow = new Arriving(first: 3, atATime, mostRows: 8 * options.NumReturnSequences, options.NumReturnSequences);
                var told = new List<int>[Sources.Length * options.NumReturnSequences];
                generator.Generate(Sources[..3], options, (row, token) => (told[row] ??= []).Add(token), null, flow, TestContext.Current.CancellationToken);

                Assert.True(flow.Joined > 0);
                for (int source = 0; source < Sources.Length; source++)
                {
                    for (int copy = 0; copy < options.NumReturnSequences; copy++)
                    {
                        var (expected, actual) = (alone[source][copy], flow.Written[source][copy]);
                        Assert.Equal(expected.TokenIds, actual.TokenIds);
                        Assert.Equal(expected.Score, actual.Score);
                        Assert.Equal(expected.TokenIds, told[(source * options.NumReturnSequences) + copy]);
                    }
                }
            }
        }
    }

    /// <summary>A source that nobody waits for leaves at the next step, and the others go on.</summary>
    [Fact]
    public void Search_SourceThatIsAbandoned_LeavesTheOthersAsTheyAre()
    {
        using var model = T5InferenceModel.Load(Checkpoint.Folder(Checkpoint.Gated));
        var generator = new TextGenerator(model);
        var options = new GenerationOptions { MaxNewTokens = 15, MinNewTokens = 15 };
        var flow = new Arriving(first: 3, atATime: 1, mostRows: 8, copies: 1);

        generator.Generate(Sources[..3], options, null, source => source is 1 or 6, flow, TestContext.Current.CancellationToken);

        Assert.Single(flow.Written[1][0].TokenIds);
        Assert.Single(flow.Written[6][0].TokenIds);
        foreach (int source in Enumerable.Range(0, Sources.Length).Where(source => source is not (1 or 6)))
            Assert.Equal(generator.Generate([Sources[source]], options, TestContext.Current.CancellationToken)[0].TokenIds, flow.Written[source][0].TokenIds);
    }

    /// <summary>A model whose decoder cannot be joined is asked for its own sources only.</summary>
    [Fact]
    public void Search_OfAnotherModel_TakesNoOthers()
    {
        using var model = T5Model.Load(Checkpoint.Folder(Checkpoint.Gated));
        model.eval();
        model.Kernels = null;
        var options = new GenerationOptions { MaxNewTokens = 6 };
        var flow = new Arriving(first: 3, atATime: 1, mostRows: 8, copies: 1);

        new TextGenerator(model).Generate(Sources[..3], options, null, null, flow, TestContext.Current.CancellationToken);

        Assert.Equal(0, flow.Joined);
        Assert.Equal(3, flow.Written.Count(sequences => sequences is not null));
    }

    [Fact]
    public void Join_DecoderForOtherLengths_IsRefused()
    {
        using var model = T5InferenceModel.Load(Checkpoint.Folder(Checkpoint.Gated));
        using var sources = model.Encode([[5, 1]]);
        using var one = (IJoiningDecoder)sources.StartDecoder(1, 8);
        using var other = (IJoiningDecoder)sources.StartDecoder(1, 9);
        using var beams = (IJoiningDecoder)sources.StartDecoder(2, 8);

        Assert.Throws<ArgumentException>(() => one.Join(other));
        Assert.Throws<ArgumentException>(() => one.Join(beams));
    }

    private sealed class Arriving(int first, int atATime, int mostRows, int copies) : ISourceFlow
    {
        private int _next = first;
        private int _asked;

        public IReadOnlyList<GeneratedSequence>[] Written { get; } = new IReadOnlyList<GeneratedSequence>[Sources.Length];

        public int Joined { get; private set; }

        public IReadOnlyList<IReadOnlyList<int>> Next(int rows)
        {
            if (rows > 0 && _asked++ % 2 == 0)
                return [];
            int count = Math.Min(Math.Min(atATime, (mostRows - rows) / copies), Sources.Length - _next);
            _next += count;
            Joined += count;
            return Sources[(_next - count).._next];
        }

        public void Done(int source, IReadOnlyList<GeneratedSequence> sequences)
        {
            Assert.Null(Written[source]);
            Written[source] = sequences;
        }
    }
}
