using SciCoT.Teaching;
using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>The stages of a run, in their order.</summary>
public enum DistillationStage
{
    /// <summary>The teacher explains the questions.</summary>
    Annotate,

    /// <summary>Rationales that should not be learned from are set aside.</summary>
    Filter,

    /// <summary>The rationale student learns.</summary>
    TrainRationaleStudent,

    /// <summary>For each fold of <see cref="RationaleSource.CrossFitted"/> a rationale student learns from the others and writes for it.</summary>
    TrainFoldStudents,

    /// <summary>The rationale student writes rationales for questions, its own training questions among them.</summary>
    WriteRationales,

    /// <summary>The answer student learns.</summary>
    TrainAnswerStudent,

    /// <summary>Both students answer the test questions.</summary>
    Evaluate,
}

/// <summary>The progress of a run.</summary>
/// <param name="Stage">The stage that is under way.</param>
/// <param name="Done">How much of the stage is done, from 0 to 1.</param>
public sealed record DistillationProgress(DistillationStage Stage, double Done)
{
    /// <summary>The teacher's progress, while it explains.</summary>
    public AnnotationProgress? Annotation { get; init; }

    /// <summary>How many rationales are learned from and why others are not, once that is known: with <see cref="DistillationStage.Filter"/>, before anything is trained.</summary>
    public LearnedRationales? Rationales { get; init; }

    /// <summary>The trainer's progress, while a student learns.</summary>
    public TrainingProgress? Training { get; init; }
}
