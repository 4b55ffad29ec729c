using SciCoT.Models;
using SciCoT.Students;

namespace SciCoT.DependencyInjection;

/// <summary>Options of a pipeline in a host.</summary>
/// <include file="Examples.xml" path="examples/SciCoTOptions/example"/>
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

    /// <summary>
    /// How the students keep their weights. Other formats than <see cref="WeightFormat.Float32"/> take less memory and time,
    /// and round: a few answers may change.
    /// </summary>
    /// <value>The default is <see cref="WeightFormat.Float32"/>.</value>
    public WeightFormat WeightFormat { get; set; } = WeightFormat.Float32;

    /// <summary>
    /// Whether a student's <c>pytorch_model.bin</c> is read where there are no safetensors. The reader takes tensors only and executes nothing.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool AllowPickle { get; set; }

    /// <summary>How many questions are computed at a time, from 1 to 1024.</summary>
    /// <value>The default is 32.</value>
    public int BatchSize { get; set; } = SciCoTPipeline.DefaultBatchSize;

    /// <summary>Limit of a rationale's length in tokens, from 1 to 4096.</summary>
    /// <value>The default is <see langword="null"/>: the length that the student was trained with.</value>
    public int? MaxRationaleTokens { get; set; }

    /// <summary>
    /// How long a question waits for others that could share its batch, from 0 to 1 second. Longer gives fuller batches, and a
    /// lone caller waits for nothing, once in each stage.
    /// </summary>
    /// <value>The default is 2 milliseconds.</value>
    public TimeSpan MaxBatchWait { get; set; } = T5TextModel.DefaultMaxWait;

    /// <summary>How many questions may wait for each student, from 1 to 1,000,000; further calls wait until there is room.</summary>
    /// <value>The default is 1024.</value>
    public int QueueCapacity { get; set; } = T5TextModel.DefaultQueueCapacity;

    /// <summary>
    /// Rationales that are sampled for each question, from 1 to 64; the answer rests on the average over all. With 1 the
    /// student's likeliest one is written.
    /// </summary>
    /// <value>The default is 1.</value>
    public int RationaleSamples { get; set; } = 1;

    /// <summary>The temperature of sampled rationales, above 0 and at most 10.</summary>
    /// <value>The default is 0.7.</value>
    public double SamplingTemperature { get; set; } = RationaleSampling.DefaultTemperature;

    /// <summary>Makes sampled rationales of a question the same each time.</summary>
    /// <value>The default is <see langword="null"/>: each call draws anew.</value>
    public long? SamplingSeed { get; set; }

    /// <summary>Whether traces hold the texts of questions, rationales and answers.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool EnableSensitiveData { get; set; }
}
