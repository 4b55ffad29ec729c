namespace SciCoT;

/// <summary>How several rationales are sampled for one question (self-consistency, arXiv 2203.11171).</summary>
/// <param name="Count">Rationales for each question, from 1 to 1024.</param>
/// <param name="Temperature">Divides the logits: the higher, the more the rationales differ; above 0.</param>
/// <param name="Seed">Makes the rationales of a question the same each time; without it each call draws anew.</param>
public sealed record RationaleSampling(int Count, double Temperature = RationaleSampling.DefaultTemperature, long? Seed = null)
{
    /// <summary>The default temperature.</summary>
    public const double DefaultTemperature = 0.7;

    /// <summary>Checks that the values are in range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not; the message names it.</exception>
    internal void Validate()
    {
        if (Count is < 1 or > 1024)
            throw new ArgumentOutOfRangeException(nameof(Count), Count, "Expected from 1 to 1024 rationales.");
        if (!(Temperature > 0 && double.IsFinite(Temperature)))
            throw new ArgumentOutOfRangeException(nameof(Temperature), Temperature, "Expected a temperature above 0.");
    }
}
