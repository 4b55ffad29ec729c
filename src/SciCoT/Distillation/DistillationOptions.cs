using SciCoT.Teaching.Filters;

namespace SciCoT.Distillation;

/// <summary>How a distillation run goes.</summary>
public sealed record DistillationOptions
{
    /// <summary>How the rationale student is made.</summary>
    public required StudentPlan RationaleStudent { get; init; }

    /// <summary>How the answer student is made.</summary>
    public required StudentPlan AnswerStudent { get; init; }

    /// <summary>Which rationales the students may learn from.</summary>
    /// <value>The default is <see cref="RationaleFilterChain.Default"/>.</value>
    public RationaleFilterChain Filters { get; init; } = RationaleFilterChain.Default;

    /// <summary>Whose rationales the answer student reads while it learns.</summary>
    /// <value>The default is <see cref="RationaleSource.Teacher"/>.</value>
    public RationaleSource AnswerRationales { get; init; } = RationaleSource.Teacher;

    /// <summary>How many rationales the teacher is asked for a question.</summary>
    /// <value>The default is 1.</value>
    public int SamplesPerQuestion { get; init; } = 1;

    /// <summary>How many requests to the teacher may be under way at a time.</summary>
    /// <value>The default is 8.</value>
    public int MaxConcurrentRequests { get; init; } = 8;

    /// <summary>Whether the teacher is asked again with the answer shown when its own answer is wrong (STaR, arXiv 2203.14465).</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool RationalizeDisagreements { get; init; }
}

/// <summary>Whose rationales the answer student reads while it learns.</summary>
public enum RationaleSource
{
    /// <summary>The teacher's: right more often than those it will meet.</summary>
    Teacher,

    /// <summary>The rationale student's own for the same questions: of the kind that it will meet.</summary>
    Student,
}
