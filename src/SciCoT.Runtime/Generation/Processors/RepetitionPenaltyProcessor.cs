namespace SciCoT.Generation.Processors;

/// <summary>Makes tokens that a row has already less likely, once per distinct token (CTRL, arXiv 1909.05858, section 4.1).</summary>
/// <param name="penalty">What positive scores are divided by and negative ones multiplied by; above 0.</param>
public sealed class RepetitionPenaltyProcessor(double penalty) : ILogitsProcessor
{
    private readonly float _penalty = (float)penalty;

    /// <inheritdoc/>
    public void Apply(Span<float> scores, ReadOnlySpan<int> history)
    {
        var seen = new HashSet<int>(history.Length);
        foreach (int token in history)
        {
            if (seen.Add(token))
                scores[token] = scores[token] < 0 ? scores[token] * _penalty : scores[token] / _penalty;
        }
    }
}
