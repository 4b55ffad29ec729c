using SciCoT.Models;

namespace SciCoT.Students;

/// <summary>How a student's model is loaded and how it batches concurrent calls.</summary>
/// <include file="Examples.xml" path="examples/ModelLoadOptions/example"/>
public sealed record ModelLoadOptions
{
    /// <summary>Rows that are computed at a time; a source takes one for each beam or returned sequence.</summary>
    /// <value>The default is <see cref="T5TextModel.DefaultBatchSize"/>.</value>
    public int BatchSize { get; init; } = T5TextModel.DefaultBatchSize;

    /// <summary>Where the model computes: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>mps</c>. Others than the CPU need the package SciCoT with TorchSharp and a backend for them.</summary>
    /// <value>The default is <c>cpu</c>.</value>
    public string Device { get; init; } = "cpu";

    /// <summary>Sources that wait for their batch; further calls wait until there is room.</summary>
    /// <value>The default is <see cref="T5TextModel.DefaultQueueCapacity"/>.</value>
    public int QueueCapacity { get; init; } = T5TextModel.DefaultQueueCapacity;

    /// <summary>How long a source waits for others to share its batch.</summary>
    /// <value>The default is <see cref="T5TextModel.DefaultMaxWait"/>.</value>
    public TimeSpan MaxWait { get; init; } = T5TextModel.DefaultMaxWait;

    /// <summary>How the weights are kept; other formats than float32 round them, and answers may change.</summary>
    /// <value>The default is <see cref="WeightFormat.Float32"/>.</value>
    public WeightFormat WeightFormat { get; init; } = WeightFormat.Float32;

    /// <summary>Whether <c>pytorch_model.bin</c> is read where there are no safetensors; tensors only, and nothing is executed.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool AllowPickle { get; init; }

    /// <summary>The model's name in metrics, as <c>gen_ai.request.model</c>.</summary>
    /// <value>The default is <see langword="null"/>: the folder's name; for a student of a model folder <c>science/answer-student</c>, say.</value>
    public string? Name { get; init; }

    internal Serving.SchedulerLimits Limits => new(BatchSize, QueueCapacity, MaxWait);
}
