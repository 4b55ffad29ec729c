using SciCoT.Rationales;

namespace SciCoT.Teaching.Filters;

/// <summary>Refuses rationales that are too short to explain or too long for a small student.</summary>
public sealed class LengthFilter : IRationaleFilter
{
    private readonly int _minWords;
    private readonly int _maxWords;

    /// <summary>Makes the filter.</summary>
    /// <param name="minWords">The fewest words, separated by white space, that are accepted; 5 by default.</param>
    /// <param name="maxWords">The most words that are accepted; 200 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The least is negative or above the most.</exception>
    public LengthFilter(int minWords = 5, int maxWords = 200)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minWords);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWords, minWords);
        _minWords = minWords;
        _maxWords = maxWords;
    }

    /// <inheritdoc/>
    public string Name => "length";

    /// <inheritdoc/>
    public string Settings => FormattableString.Invariant($"{_minWords} to {_maxWords} words");

    /// <inheritdoc/>
    public Verdict Judge(ScienceQuestion question, RationaleRecord record, IReadOnlyList<RationaleRecord> accepted)
    {
        ArgumentNullException.ThrowIfNull(record);
        int words = 0;
        for (int i = 0; i < record.Rationale.Length; i++)
            words += !char.IsWhiteSpace(record.Rationale[i]) && (i == 0 || char.IsWhiteSpace(record.Rationale[i - 1])) ? 1 : 0;
        return words >= _minWords && words <= _maxWords
            ? Verdict.Accepted
            : Verdict.Refused($"The rationale has {words} words; {_minWords} to {_maxWords} are accepted.");
    }
}
