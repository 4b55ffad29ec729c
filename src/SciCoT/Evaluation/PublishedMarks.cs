namespace SciCoT.Evaluation;

/// <summary>Published figures, to show beside measured ones.</summary>
public static class PublishedMarks
{
    private const string Bloom = "BLOOM-176B, zero-shot";
    private const string BloomOneShot = "BLOOM-176B, one-shot";
    private const string BloomSource = "lm-evaluation-harness, github.com/bigscience-workshop/bigscience, evaluation/results/tr11/bloom/bslmeval.json";
    private const string BloombergSource = "BloombergGPT, arXiv 2303.17564 (one-shot; the best of three ways of scoring); the questions are those of the test split";

    // Of BLOOM's zero-shot figures the number of questions is what their stated standard errors give: p (1 - p) / error² + 1 is 2,376, 1,172, 500
    // and 1,000 to nine digits. Of the others it is the size of the split; the sources do not state it.
    private const int ArcEasyTest = 2376, ArcChallengeTest = 1172, OpenBookQaTest = 500, SciQTest = 1000, CommonsenseQaValidation = 1221, ScienceQaTest = 4241;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PublishedMark> All { get; } =
    [
        new(Bloom, "ARC-Easy", "acc", 0.7260, BloomSource) { StandardError = 0.0092, Questions = ArcEasyTest },
        new(Bloom, "ARC-Easy", "acc_norm", 0.6738, BloomSource) { StandardError = 0.0096, Questions = ArcEasyTest },
        new(BloomOneShot, "ARC-Easy", "accuracy", 0.7593, BloombergSource) { Questions = ArcEasyTest },
        new(Bloom, "ARC-Challenge", "acc", 0.4113, BloomSource) { StandardError = 0.0144, Questions = ArcChallengeTest },
        new(Bloom, "ARC-Challenge", "acc_norm", 0.4488, BloomSource) { StandardError = 0.0145, Questions = ArcChallengeTest },
        new(BloomOneShot, "ARC-Challenge", "accuracy", 0.5085, BloombergSource) { Questions = ArcChallengeTest },
        new(Bloom, "OpenBookQA", "acc", 0.312, BloomSource) { StandardError = 0.0207, Questions = OpenBookQaTest },
        new(Bloom, "OpenBookQA", "acc_norm", 0.440, BloomSource) { StandardError = 0.0222, Questions = OpenBookQaTest },
        new(Bloom, "SciQ", "acc", 0.936, BloomSource) { StandardError = 0.0077, Questions = SciQTest },
        new(Bloom, "SciQ", "acc_norm", 0.889, BloomSource) { StandardError = 0.0099, Questions = SciQTest },
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
