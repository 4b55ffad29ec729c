using System.Text.Json;
using System.Text.RegularExpressions;
using SciCoT.Evaluation;
using SciCoT.Stemming;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Evaluation;

/// <summary>
/// Against scores computed in Python by the published definitions with NLTK 3.8's stemmer, and against an implementation of its
/// own here that works by regular expressions, sets and recursion.
/// </summary>
public partial class RougeTests
{
    private static readonly Pair[] Pairs = JsonSerializer.Deserialize<Pair[]>(
        File.ReadAllText(TestFiles.Data("Evaluation", "rouge-pairs.json")), new JsonSerializerOptions(JsonSerializerDefaults.Web))!;

    [Fact]
    public void Of_KnownScores_AreReached()
    {
        Assert.True(Pairs.Length >= 50);
        foreach (var pair in Pairs)
        {
            Same(pair.Plain, RougeScores.Of(pair.Reference, pair.Prediction));
            Same(pair.Stemmed, RougeScores.Of(pair.Reference, pair.Prediction, stem: true));
        }
    }

    [Fact]
    public void Of_EveryPair_AsTheIndependentImplementation()
    {
        foreach (var first in Pairs.Take(40))
        {
            foreach (var second in Pairs.Take(40))
            {
                var (expected, written) = (Words(first.Reference), Words(second.Prediction));
                Same([.. Grams(expected, written, 1), .. Grams(expected, written, 2), .. Score(Common(expected, written), expected.Length, written.Length)], RougeScores.Of(first.Reference, second.Prediction));
            }
        }
    }

    [Fact]
    public void Stem_KnownWords_AsNltk() =>
        Assert.All(
            File.ReadLines(TestFiles.Data("Evaluation", "porter-stems.txt")).Select(line => line.Split(' ')),
            pair => Assert.Equal(pair[1], PorterStemmer.Stem(pair[0])));

    [Fact]
    public void Tokenize_WordsOfThreeLetters_AreNotStemmed() =>
        Assert.Equal(["bees", "was", "bee", "fli"], [.. RougeTokenizer.Tokenize("bees WAS", stem: false), .. RougeTokenizer.Tokenize("bees; flies", stem: true)]);

    [Fact]
    public void Summary_MeansOverThoseWithBothRationales()
    {
        QuestionOutcome[] outcomes =
        [
            Outcomes.Answer(1, 0) with { Rationale = "ice melts", TeacherRationale = "ice melts" },
            Outcomes.Answer(2, 0) with { Rationale = "iron rusts", TeacherRationale = "ice melts" },
            Outcomes.Answer(3, 0) with { Rationale = "iron rusts" },
        ];

        Assert.Equal(new RougeSummary(2, 0.5, 0.5, 0.5, 0.5), RougeSummary.Of(outcomes));
        Assert.Null(RougeSummary.Of(outcomes[2..]));
    }

    private static void Same(double[] expected, RougeScores scores)
    {
        double[] actual = [.. new[] { scores.Rouge1, scores.Rouge2, scores.RougeL }.SelectMany(score => new[] { score.Precision, score.Recall, score.FMeasure })];
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-12);
    }

    private static string[] Words(string text) => [.. AsciiWord().Matches(text.ToLowerInvariant()).Select(match => match.Value)];

    private static double[] Grams(string[] expected, string[] written, int n)
    {
        var (wanted, got) = (All(expected), All(written));
        int common = 0;
        foreach (var gram in got)
        {
            int place = wanted.IndexOf(gram);
            if (place < 0)
                continue;
            wanted.RemoveAt(place); // each may be matched once
            common++;
        }

        return Score(common, expected.Length - n + 1, written.Length - n + 1);

        List<string> All(string[] words) => [.. Enumerable.Range(0, Math.Max(0, words.Length - n + 1)).Select(i => string.Join('-', words[i..(i + n)]))];
    }

    private static int Common(string[] a, string[] b)
    {
        var known = new Dictionary<(int, int), int>();
        return Of(0, 0);

        int Of(int i, int j)
        {
            if (i == a.Length || j == b.Length)
                return 0;
            if (known.TryGetValue((i, j), out int length))
                return length;
            return known[(i, j)] = a[i] == b[j] ? 1 + Of(i + 1, j + 1) : Math.Max(Of(i + 1, j), Of(i, j + 1));
        }
    }

    private static double[] Score(int common, int expected, int written)
    {
        double p = written > 0 ? common / (double)written : 0, r = expected > 0 ? common / (double)expected : 0;
        return [p, r, common > 0 ? 2 / ((1 / p) + (1 / r)) : 0];
    }

    [GeneratedRegex("[a-z0-9]+")]
    private static partial Regex AsciiWord();

    private sealed record Pair(string Reference, string Prediction, double[] Plain, double[] Stemmed);
}
