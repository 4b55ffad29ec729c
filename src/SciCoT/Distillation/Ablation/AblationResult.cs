using SciCoT.Evaluation;

namespace SciCoT.Distillation;

/// <summary>The results of an <see cref="AblationStudy"/>, for <see cref="Evaluation.Reports.EvaluationReport"/>.</summary>
/// <param name="Systems">One result for each system and seed, system by system.</param>
/// <param name="Overlap">What the training questions share with the test questions.</param>
public sealed record AblationResult(IReadOnlyList<SystemResult> Systems, OverlapReport Overlap);
