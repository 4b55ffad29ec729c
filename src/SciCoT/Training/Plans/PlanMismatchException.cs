namespace SciCoT.Training;

/// <summary>A folder holds work that was done under another plan: other options, data, filters or base weights.</summary>
public sealed class PlanMismatchException : SciCoTException
{
    internal PlanMismatchException(string place, IReadOnlyList<string> differences, string remedy)
        : base($"{place} another plan; these differ: {string.Join("; ", differences)}. {remedy}") =>
        Differences = differences;

    /// <summary>What differs, each as <c>rationaleStudent.training.learningRate: was 0.001, is 0.002</c>.</summary>
    public IReadOnlyList<string> Differences { get; }
}
