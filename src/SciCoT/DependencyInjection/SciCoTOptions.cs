namespace SciCoT.DependencyInjection;

/// <summary>What a host sets when it adds SciCoT.</summary>
public sealed class SciCoTOptions
{
    /// <summary>
    /// The folder with <c>rationale-student/</c>, <c>answer-student/</c> and <c>scicot.json</c>, as a distillation run leaves it.
    /// Required unless both students are the host's own.
    /// </summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? ModelDirectory { get; set; }

    /// <summary>Where the models compute: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>mps</c>.</summary>
    /// <value>The default is <c>cpu</c>.</value>
    public string Device { get; set; } = "cpu";

    /// <summary>How many questions are computed at a time, from 1 to 1024.</summary>
    /// <value>The default is 32.</value>
    public int BatchSize { get; set; } = SciCoTPipeline.DefaultBatchSize;

    /// <summary>Limit of a rationale's length in tokens, from 1 to 4096.</summary>
    /// <value>The default is <see langword="null"/>: the length that the student was trained with.</value>
    public int? MaxRationaleTokens { get; set; }
}
