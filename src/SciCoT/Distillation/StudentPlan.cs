using SciCoT.Students;
using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>How one student is made.</summary>
/// <param name="Base">What it starts from.</param>
/// <param name="Training">How it is trained.</param>
public sealed record StudentPlan(StudentBase Base, TrainingOptions Training)
{
    /// <summary>Longer sources are cut and counted, in tokens with eos.</summary>
    /// <value>The default is 512.</value>
    public int MaxSourceTokens { get; init; } = T5TextModel.DefaultMaxSourceTokens;

    /// <summary>Longer targets are cut and counted, in tokens with eos.</summary>
    /// <value>The default is 160.</value>
    public int MaxTargetTokens { get; init; } = T5RationaleStudent.DefaultMaxRationaleTokens;
}
