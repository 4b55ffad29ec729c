namespace SciCoT.Generation.Processors;

/// <summary>Divides the scores: below 1 sharpens the distribution, above 1 flattens it.</summary>
/// <param name="temperature">The divisor, above 0.</param>
public sealed class TemperatureProcessor(double temperature) : ILogitsProcessor
{
    private readonly float _temperature = (float)temperature;

    /// <inheritdoc/>
    public void Apply(Span<float> scores, ReadOnlySpan<int> history)
    {
        foreach (ref float score in scores)
            score /= _temperature;
    }
}
