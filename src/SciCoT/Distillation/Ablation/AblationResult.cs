using SciCoT.Evaluation;

namespace SciCoT.Distillation;

/// <summary>What an <see cref="AblationStudy"/> came to; <see cref="Evaluation.Reports.EvaluationReport"/> makes tables and tests of it.</summary>
/// <param name="Systems">One result for each system and seed, system by system.</param>
/// <param name="Overlap">What the training questions share with the test questions.</param>
public sealed record AblationResult(IReadOnlyList<SystemResult> Systems, OverlapReport Overlap);
