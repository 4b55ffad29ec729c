using SciCoT.Evaluation;
using SciCoT.Teaching.Filters;

namespace SciCoT.Distillation;

/// <summary>The results of a run; also written as <c>report.json</c>.</summary>
public sealed record DistillationReport
{
    /// <summary>What the filters said of the teacher's rationales.</summary>
    public required RationaleFilterReport Filters { get; init; }

    /// <summary>How many rationales were learned from, and why others were not; <see langword="null"/> for a run of a version that did not count.</summary>
    public LearnedRationales? Rationales { get; init; }

    /// <summary>The training of the rationale student.</summary>
    public required StudentReport RationaleStudent { get; init; }

    /// <summary>The training of the folds' rationale students; empty unless rationales are cross-fitted.</summary>
    public IReadOnlyList<StudentReport> FoldStudents { get; init; } = [];

    /// <summary>The training of the answer student.</summary>
    public required StudentReport AnswerStudent { get; init; }

    /// <summary>How many test questions the pipeline answered rightly; <see langword="null"/> without test questions.</summary>
    public AccuracyReport? Test { get; init; }

    /// <summary>How many test questions were too long and lost the end of their context or the beginning of their stem; <see langword="null"/> where that was not counted.</summary>
    public int? ShortenedTestQuestions { get; init; }

    /// <summary>What the training questions share with the test questions; <see langword="null"/> without test questions.</summary>
    public OverlapReport? Overlap { get; init; }
}
