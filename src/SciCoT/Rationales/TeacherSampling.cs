namespace SciCoT;

/// <summary>What a model was told about sampling; a value that was left to the service is <see langword="null"/>.</summary>
public sealed record TeacherSampling
{
    /// <summary>The temperature; 0 always takes the likeliest token.</summary>
    public double? Temperature { get; init; }

    /// <summary>Sampling keeps the likeliest tokens up to this share of the probability.</summary>
    public double? TopP { get; init; }

    /// <summary>The seed; services that know it repeat a reply as well as they can.</summary>
    public long? Seed { get; init; }

    /// <summary>The limit of the reply's length in tokens.</summary>
    public int? MaxOutputTokens { get; init; }
}
