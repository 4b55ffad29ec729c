namespace SciCoT.Evaluation;

/// <summary>A published figure. It was not measured here; its source states the conditions.</summary>
/// <param name="System">The system.</param>
/// <param name="DataSet">The questions it was measured on.</param>
/// <param name="Metric">What was measured, for example <c>acc</c> or <c>acc_norm</c>.</param>
/// <param name="Value">The figure, a share from 0 to 1.</param>
/// <param name="Source">Where it was published.</param>
public sealed record PublishedMark(string System, string DataSet, string Metric, double Value, string Source)
{
    /// <summary>The standard error that its source gives; <see langword="null"/> where it gives none.</summary>
    public double? StandardError { get; init; }

    /// <summary>How many questions it was measured on; <see langword="null"/> where that is not known.</summary>
    public int? Questions { get; init; }

    /// <summary>The standard error that its source gives, or the one that its number of questions gives.</summary>
    internal double? Error => StandardError ?? (Questions is > 1 and var questions ? Math.Sqrt(Value * (1 - Value) / (questions - 1)) : null);
}
