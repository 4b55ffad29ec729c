using System.Text.Json.Serialization;
using SciCoT.Training;

namespace SciCoT.Evaluation;

/// <summary>The answers of one system that was trained with one seed.</summary>
public sealed record SystemResult
{
    /// <summary>The system's name, for example <c>two-stage</c>; results of several seeds share it.</summary>
    public required string System { get; init; }

    /// <summary>The seed it was trained with; <see langword="null"/> where there is none, as for a system from elsewhere.</summary>
    public long? Seed { get; init; }

    /// <summary>Its answers, one for each question.</summary>
    public required IReadOnlyList<QuestionOutcome> Outcomes { get; init; }

    /// <summary>What it was trained from, for example <c>flan-t5-small</c>.</summary>
    public string? Base { get; init; }

    /// <summary>How many numbers its models have together.</summary>
    public long? Parameters { get; init; }

    /// <summary>Optimizer steps of all its students together, for comparing budgets.</summary>
    public int? TrainingSteps { get; init; }

    /// <summary>Seconds its training took.</summary>
    public double? TrainingSeconds { get; init; }

    /// <summary>The losses by step, one curve for each student.</summary>
    public IReadOnlyList<TrainingCurve> Training { get; init; } = [];
}

/// <summary>The losses of a student by step.</summary>
/// <param name="Student">The student, for example <c>rationale student</c>.</param>
/// <param name="Points">The losses in the order of the steps.</param>
public sealed record TrainingCurve(string Student, IReadOnlyList<TrainingPoint> Points)
{
    /// <summary>The seed that the student was trained with; a report takes it from <see cref="SystemResult.Seed"/>.</summary>
    [JsonPropertyOrder(-1)]
    public long? Seed { get; init; }
}
