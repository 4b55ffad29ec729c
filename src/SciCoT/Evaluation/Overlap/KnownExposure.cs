namespace SciCoT.Evaluation;

/// <summary>Base models that are known to have been trained on a data set before they come here.</summary>
internal static class KnownExposure
{
    private static readonly (string Base, string[] DataSets, string Source)[] Known =
    [
        ("flan-t5", ["ARC", "OpenBookQA", "SciQ", "CommonsenseQA", "QASC"], "the Flan Collection, arXiv 2301.13688, github.com/google-research/FLAN, flan/v2/flan_collection_info.csv"),
        ("unifiedqa", ["ARC", "OpenBookQA"], "its union_mixture, arXiv 2005.00700, github.com/allenai/unifiedqa, tasks.py"),
    ];

    /// <summary>
    /// A sentence for the report where a base model is known to have seen a data set's training questions;
    /// <see langword="null"/> where nothing is known, which is no proof that it has not.
    /// </summary>
    /// <param name="baseModel">The base model, by its usual name, for example <c>google/flan-t5-small</c>.</param>
    /// <param name="dataSet">The data set, for example <c>ARC-Easy, test</c>.</param>
    public static string? Note(string baseModel, string dataSet)
    {
        ArgumentNullException.ThrowIfNull(baseModel);
        ArgumentNullException.ThrowIfNull(dataSet);
        foreach (var (name, dataSets, source) in Known)
        {
            if (baseModel.Contains(name, StringComparison.OrdinalIgnoreCase)
                && dataSets.FirstOrDefault(set => dataSet.Contains(set, StringComparison.OrdinalIgnoreCase)) is { } seen)
            {
                return $"{baseModel} was trained on questions of {seen} before ({source}): what it answers untrained is not zero-shot in the strict sense.";
            }
        }

        return null;
    }
}
