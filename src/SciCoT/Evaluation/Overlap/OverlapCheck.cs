using SciCoT.Questions;

namespace SciCoT.Evaluation;

/// <summary>Finds test questions among the training questions: word for word, but for case, punctuation and order, and nearly.</summary>
/// <include file="Examples.xml" path="examples/OverlapCheck/example"/>
public static class OverlapCheck
{
    /// <summary>The default of the similarity from which two questions count as near-duplicates.</summary>
    public const double DefaultThreshold = 0.7;

    private const int RunLength = 5;

    /// <summary>
    /// Compares two sets. Near-duplicates are pairs whose texts (stem, context and choices, in whatever order, in lower case and
    /// without white space and punctuation) share most of their runs of five characters; they are found by MinHash and verified by the true
    /// Jaccard similarity.
    /// </summary>
    /// <param name="training">The questions that were trained on.</param>
    /// <param name="test">The questions that are tested on.</param>
    /// <param name="threshold">The Jaccard similarity from which a pair counts, above 0 and at most 1; 0.7 by default. MinHash misses pairs more often the lower it is: 2 in 10,000 at 0.7, 1 in 8 at 0.5.</param>
    /// <param name="seed">The seed of MinHash; the same seed and questions give the same report.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not above 0 and at most 1.</exception>
    public static OverlapReport Compare(
        IReadOnlyList<ScienceQuestion> training,
        IReadOnlyList<ScienceQuestion> test,
        double threshold = DefaultThreshold,
        int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(test);
        if (!(threshold > 0 && threshold <= 1))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A similarity is above 0 and at most 1, for example 0.7.");

        var same = QuestionOverlap.Find(training, test).ToLookup(pair => pair.Second, pair => pair.First, ReferenceEqualityComparer.Instance);
        var near = new NearDuplicates(training, seed);
        return new OverlapReport
        {
            TrainingQuestions = training.Count,
            TestQuestions = test.Count,
            Threshold = threshold,
            Matches = [.. test.Select(question => Match(question, [.. same[question]], near, threshold)).OfType<OverlapMatch>()],
        };
    }

    private static OverlapMatch? Match(ScienceQuestion question, ScienceQuestion[] same, NearDuplicates near, double threshold)
    {
        if (same.FirstOrDefault(other => IsExact(question, other)) is { } exact)
            return new(OverlapKind.Exact, question.Id, exact.Id, 1);
        if (same.Length > 0)
            return new(OverlapKind.Normalized, question.Id, same[0].Id, 1);
        return near.Closest(question) is { } closest && closest.Similarity >= threshold
            ? new(OverlapKind.Near, question.Id, closest.Question.Id, closest.Similarity)
            : null;
    }

    private static bool IsExact(ScienceQuestion first, ScienceQuestion second) =>
        first.Stem == second.Stem && first.Context == second.Context
        && first.Choices.Select(choice => choice.Text).SequenceEqual(second.Choices.Select(choice => choice.Text));

    /// <summary>The runs of the text by which questions are compared.</summary>
    internal static HashSet<ulong> Runs(ScienceQuestion question) => CharacterRuns.Of(QuestionOverlap.Key(question), RunLength);

    /// <summary>The training questions by their signatures.</summary>
    private sealed class NearDuplicates
    {
        private readonly IReadOnlyList<ScienceQuestion> _questions;
        private readonly HashSet<ulong>[] _runs;
        private readonly Dictionary<(int Band, ulong Key), List<int>> _byBand = [];
        private readonly MinHash _minHash;

        public NearDuplicates(IReadOnlyList<ScienceQuestion> questions, int seed)
        {
            _questions = questions;
            _runs = [.. questions.Select(Runs)];
            _minHash = new MinHash(seed);
            for (int i = 0; i < questions.Count; i++)
            {
                var keys = _minHash.BandKeys(_runs[i]);
                for (int band = 0; band < keys.Length; band++)
                {
                    if (!_byBand.TryGetValue((band, keys[band]), out var members))
                        _byBand.Add((band, keys[band]), members = []);
                    members.Add(i);
                }
            }
        }

        public (ScienceQuestion Question, double Similarity)? Closest(ScienceQuestion question)
        {
            var runs = Runs(question);
            var candidates = new HashSet<int>();
            var keys = _minHash.BandKeys(runs);
            for (int band = 0; band < keys.Length; band++)
                candidates.UnionWith(_byBand.GetValueOrDefault((band, keys[band])) ?? []);
            return candidates.Count == 0
                ? null
                : candidates.Order().Select(i => (_questions[i], CharacterRuns.Similarity(runs, _runs[i]))).MaxBy(pair => pair.Item2);
        }
    }
}
