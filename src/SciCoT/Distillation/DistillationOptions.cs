using SciCoT.Teaching;
using SciCoT.Teaching.Filters;

namespace SciCoT.Distillation;

/// <summary>How a distillation run goes.</summary>
public sealed record DistillationOptions
{
    /// <summary>How the teacher is asked; its name there must be the one that the teacher gives in its replies.</summary>
    public required AnnotationSettings Annotation { get; init; }

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

    /// <summary>
    /// Whether the answer student starts from the trained rationale student instead of its own base: it then knows the
    /// facts, and learns only what is new to it.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool AnswerStudentContinuesRationaleStudent { get; init; }
}
