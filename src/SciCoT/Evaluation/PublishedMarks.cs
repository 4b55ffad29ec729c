namespace SciCoT.Evaluation;

/// <summary>Figures of the field that others have published, to show beside measured ones.</summary>
public static class PublishedMarks
{
    private const string Bloom = "BLOOM-176B, zero-shot";
    private const string BloomSource = "lm-evaluation-harness results in the model card of bigscience/bloom";

    // Questions of the splits that these figures are usually measured on; BLOOM's stated error agrees with ARC-Easy's.
    private const int ArcEasyTest = 2376, ArcChallengeTest = 1172, OpenBookQaTest = 500, SciQTest = 1000, CommonsenseQaValidation = 1221, ScienceQaTest = 4241;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PublishedMark> All { get; } =
    [
        new(Bloom, "ARC-Easy", "acc", 0.7260, BloomSource) { StandardError = 0.0092, Questions = ArcEasyTest },
        new(Bloom, "ARC-Easy", "acc_norm", 0.6738, BloomSource) { Questions = ArcEasyTest },
        new(Bloom, "ARC-Challenge", "acc", 0.4113, BloomSource) { Questions = ArcChallengeTest },
        new(Bloom, "ARC-Challenge", "acc_norm", 0.4488, BloomSource) { Questions = ArcChallengeTest },
        new(Bloom, "OpenBookQA", "acc", 0.312, BloomSource) { Questions = OpenBookQaTest },
        new(Bloom, "OpenBookQA", "acc_norm", 0.440, BloomSource) { Questions = OpenBookQaTest },
        new(Bloom, "SciQ", "acc", 0.936, BloomSource) { Questions = SciQTest },
        new(Bloom, "SciQ", "acc_norm", 0.889, BloomSource) { Questions = SciQTest },
        new("Flan-T5-small, fine-tuned on answers", "CommonsenseQA", "accuracy", 0.4595, "Fine-tune-CoT, arXiv 2212.10071") { Questions = CommonsenseQaValidation },
        new("Flan-T5-small, one-stage chain of thought", "CommonsenseQA", "accuracy", 0.4201, "Fine-tune-CoT, arXiv 2212.10071") { Questions = CommonsenseQaValidation },
        new("Multimodal-CoT, text only, directly to the answer", "ScienceQA", "accuracy", 0.8163, "arXiv 2302.00923") { Questions = ScienceQaTest },
        new("Multimodal-CoT, text only, two stages", "ScienceQA", "accuracy", 0.7857, "arXiv 2302.00923") { Questions = ScienceQaTest },
    ];

    /// <summary>Those on a data set.</summary>
    /// <param name="dataSet">Its name, or a text that contains it, for example <c>ARC-Easy, test</c>.</param>
    public static IReadOnlyList<PublishedMark> On(string dataSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        return [.. All.Where(mark => dataSet.Contains(mark.DataSet, StringComparison.OrdinalIgnoreCase))];
    }
}
