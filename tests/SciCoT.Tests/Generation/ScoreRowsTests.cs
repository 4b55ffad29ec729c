using SciCoT.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Generation;

public class ScoreRowsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(4, 1000)]
    [InlineData(2, 9001)]
    public void LogSumsAndLogSoftmax_AsTorch(int rows, int vocabulary)
    {
        using var scope = NewDisposeScope();
        var scores = Random(rows, vocabulary) * 20;
        using var table = Table(scores);
        Near(scores.logsumexp(1), tensor(ScoreRows.Summarize(table).LogSums));
        ScoreRows.LogSoftmax(table, ScoreRows.Summarize(table).LogSums);
        Near(scores.log_softmax(1), tensor(Enumerable.Range(0, rows).SelectMany(row => table[row].ToArray()).ToArray(), [rows, vocabulary]));
    }

    [Fact]
    public void Highest_OfEqualOnes_TheFirst()
    {
        using var scores = tensor(new float[] { 1, 3, 2, 3, -0f, 0, -1, -2, -5, -3, -3, -9 }, [3, 4]);
        using var table = Table(scores);
        Assert.Equal([1, 0, 1], ScoreRows.Highest(table));
        Assert.Equal(ScoreRows.Highest(table), ScoreRows.Summarize(table).Highest);
    }

    [Fact]
    public void Highest_OfEqualOnesFarApart_TheFirst()
    {
        using var scores = zeros(2, 9001);
        scores[0, 20] = scores[0, 5000] = scores[0, 9000] = scores[1, 9000] = tensor(1f);
        using var table = Table(scores);
        Assert.Equal([20, 9000], ScoreRows.Highest(table));
        Assert.Equal(ScoreRows.Highest(table), ScoreRows.Summarize(table).Highest);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void AreFinite_OneThatIsNot_WhereverItStands_IsFound(float value)
    {
        using var scores = zeros(3, 9001);
        using var table = Table(scores);
        Assert.True(ScoreRows.Summarize(table).AreFinite);
        foreach (var (row, token) in new[] { (0, 0), (1, 4096), (2, 9000) })
        {
            table[row][token] = value;
            Assert.False(ScoreRows.Summarize(table).AreFinite);
            table[row][token] = 0;
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(777)]
    [InlineData(9001)]
    public void Highest_AsTorch(int vocabulary)
    {
        using var scope = NewDisposeScope();
        var scores = Random(6, vocabulary);
        using var table = Table(scores);
        Assert.Equal(scores.argmax(1).data<long>().ToArray().Select(token => (int)token), ScoreRows.Highest(table));
        Assert.Equal(ScoreRows.Highest(table), ScoreRows.Summarize(table).Highest);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(512)]
    [InlineData(1700)]
    public void Draw_TheTokenOnWhichTheNumberFalls(int vocabulary)
    {
        using var scope = NewDisposeScope();
        var scores = Random(1, vocabulary) * 5;
        for (int token = 0; token < vocabulary - 1; token += 3)
            scores[0, token] = tensor(float.NegativeInfinity);
        float[] values = scores.data<float>().ToArray();
        using var table = Table(scores);
        double total = values.Sum(value => Math.Exp(value)), before = 0;
        for (int token = 0; token < vocabulary; token++)
        {
            double share = Math.Exp(values[token]) / total;
            if (share == 0)
                continue;
            // Well inside a token's part of the line, where no rounding matters.
            if (share > 1e-4)
            {
                Assert.Equal([token], ScoreRows.Draw(table, [before + (share / 4)]));
                Assert.Equal([token], ScoreRows.Draw(table, [before + (share * 3 / 4)]));
            }

            before += share;
        }
    }

    [Theory]
    [InlineData(0.0, 3)]
    [InlineData(0.9999999999999999, 1301)]
    public void Draw_AtTheEnds_NeverAForbiddenToken(double place, int expected)
    {
        using var scores = full([2, 1400], double.NegativeInfinity, dtype: ScalarType.Float32);
        foreach (int allowed in new[] { 3, 600, 1301 })
            scores[0, allowed] = scores[1, allowed] = tensor(-2f);
        using var table = Table(scores);
        Assert.Equal([expected, expected], ScoreRows.Draw(table, [place, place]));
    }

    [Theory]
    [InlineData(6, 50, 3, 6)]
    [InlineData(4, 1000, 1, 8)]
    [InlineData(4, 3, 2, 6)]
    public void Best_AsTorchsTopk(int rows, int vocabulary, int group, int count)
    {
        using var scope = NewDisposeScope();
        var scores = Random(rows, vocabulary);
        float[] added = [.. Enumerable.Range(0, rows).Select(row => row * 0.25f)];
        var (values, places) = (scores + tensor(added, [rows, 1])).view(-1, group * vocabulary).topk(count, 1);
        using var table = Table(scores);
        var best = ScoreRows.Best(table, added, group, count);
        Assert.Equal(values.data<float>().ToArray(), best.Select(item => item.Score));
        Assert.Equal(places.data<long>().ToArray().Select((place, i) => (int)((i / count * group) + (place / vocabulary))), best.Select(item => item.Row));
        Assert.Equal(places.data<long>().ToArray().Select(place => (int)(place % vocabulary)), best.Select(item => item.Token));
    }

    [Fact]
    public void Best_FewerAllowedThanAskedFor_ForbiddenOnesFollow()
    {
        using var scores = full([2, 40], double.NegativeInfinity, dtype: ScalarType.Float32);
        scores[1, 33] = tensor(2f);
        scores[0, 7] = tensor(1f);
        using var table = Table(scores);
        var best = ScoreRows.Best(table, [0, 0], 2, 4);
        Assert.Equal([(1, 33), (0, 7)], best.Take(2).Select(item => (item.Row, item.Token)));
        Assert.All(best.Skip(2), item => Assert.Equal(float.NegativeInfinity, item.Score));
        Assert.Equal(4, best.Select(item => (item.Row, item.Token)).Distinct().Count());
    }

    private static ScoreTable Table(Tensor scores)
    {
        var table = new ScoreTable((int)scores.shape[1]);
        table.Resize((int)scores.shape[0]);
        for (int row = 0; row < table.Rows; row++)
            scores[row].data<float>().CopyTo(table[row]);
        return table;
    }

    private static Tensor Random(int rows, int vocabulary)
    {
        using var generator = new Generator(1, CPU);
        return randn([rows, vocabulary], generator: generator);
    }

    private static void Near(Tensor expected, Tensor actual) => Assert.InRange((expected - actual).abs().max().item<float>(), 0, 1e-4);
}
