namespace SciCoT.Evaluation;

/// <summary>Figures of the field that others have published, to show beside measured ones.</summary>
public static class PublishedMarks
{
    private const string Bloom = "BLOOM-176B, zero-shot";
    private const string BloomSource = "lm-evaluation-harness results in the model card of bigscience/bloom";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PublishedMark> All { get; } =
    [
        new(Bloom, "ARC-Easy", "acc", 0.7260, BloomSource) { StandardError = 0.0092 },
        new(Bloom, "ARC-Easy", "acc_norm", 0.6738, BloomSource),
        new(Bloom, "ARC-Challenge", "acc", 0.4113, BloomSource),
        new(Bloom, "ARC-Challenge", "acc_norm", 0.4488, BloomSource),
        new(Bloom, "OpenBookQA", "acc", 0.312, BloomSource),
        new(Bloom, "OpenBookQA", "acc_norm", 0.440, BloomSource),
        new(Bloom, "SciQ", "acc", 0.936, BloomSource),
        new(Bloom, "SciQ", "acc_norm", 0.889, BloomSource),
        new("Flan-T5-small, fine-tuned on answers", "CommonsenseQA", "accuracy", 0.4595, "Fine-tune-CoT, arXiv 2212.10071"),
        new("Flan-T5-small, one-stage chain of thought", "CommonsenseQA", "accuracy", 0.4201, "Fine-tune-CoT, arXiv 2212.10071"),
        new("Multimodal-CoT, text only, directly to the answer", "ScienceQA", "accuracy", 0.8163, "arXiv 2302.00923"),
        new("Multimodal-CoT, text only, two stages", "ScienceQA", "accuracy", 0.7857, "arXiv 2302.00923"),
    ];

    /// <summary>Those on a data set.</summary>
    /// <param name="dataSet">Its name, or a text that contains it, for example <c>ARC-Easy, test</c>.</param>
    public static IReadOnlyList<PublishedMark> On(string dataSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        return [.. All.Where(mark => dataSet.Contains(mark.DataSet, StringComparison.OrdinalIgnoreCase))];
    }
}
