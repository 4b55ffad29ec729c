namespace SciCoT.Generation;

/// <summary>The best sequences found so far for one input, as many as there are beams.</summary>
/// <param name="source">The input's place in the batch.</param>
/// <param name="options">How to search.</param>
internal sealed class BeamHypotheses(int source, GenerationOptions options)
{
    private readonly List<GeneratedSequence> _kept = [];

    /// <summary>The input's place in the batch.</summary>
    public int Source => source;

    /// <summary>Whether the search for this input is over.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Offers a sequence; only the best are kept.</summary>
    /// <param name="tokens">Its tokens, without the prompt.</param>
    /// <param name="logProbability">The sum of its tokens' processed log-probabilities.</param>
    public void Add(IReadOnlyList<int> tokens, double logProbability)
    {
        // Of few allowed continuations, some beams hold a forbidden one.
        if (double.IsNegativeInfinity(logProbability))
            return;
        double score = Score(logProbability, tokens.Count);
        if (_kept.Count < options.NumBeams || score > Worst)
            _kept.Add(new GeneratedSequence(tokens, score));
        if (_kept.Count > options.NumBeams)
            _kept.Remove(_kept.MinBy(sequence => sequence.Score)!);
    }

    /// <summary>Decides after a step whether a running beam could still be kept.</summary>
    /// <param name="best">The highest sum of log-probabilities among the step's candidates.</param>
    /// <param name="length">New tokens so far.</param>
    public void Judge(double best, int length)
    {
        if (IsDone)
            return;
        if (double.IsNegativeInfinity(best))
            IsDone = true; // all that is allowed is written
        if (_kept.Count < options.NumBeams)
            return;

        // Sums only fall; above a penalty of 0, length makes up for it, at most that of the longest sequence.
        int reachable = options.EarlyStopping == EarlyStopping.Never && options.LengthPenalty > 0 ? options.MaxNewTokens : length;
        IsDone |= options.EarlyStopping == EarlyStopping.True || Worst >= Score(best, reachable);
    }

    /// <summary>Ends the search for this input, whatever is found.</summary>
    public void Abandon() => IsDone = true;

    /// <summary>The best sequences, best first; of equal ones the later found.</summary>
    public IReadOnlyList<GeneratedSequence> Best(int count) => [.. _kept.OrderBy(sequence => sequence.Score).Reverse().Take(count)];

    private double Worst => _kept.Min(sequence => sequence.Score);

    private double Score(double logProbability, int length) => logProbability / Math.Pow(length, options.LengthPenalty);
}
