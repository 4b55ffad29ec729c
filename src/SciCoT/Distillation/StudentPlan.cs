using SciCoT.Models;
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

    /// <summary>
    /// The low-rank adapter that learns in place of all weights. The student's folder then holds the merged model, and in
    /// <c>adapter/</c> the adapter in PEFT's layout.
    /// </summary>
    /// <value>The default is <see langword="null"/>: all weights learn.</value>
    public LoraConfig? Lora { get; init; }

    /// <summary>The plan with other seeds for random weights and for the order of the examples.</summary>
    internal StudentPlan WithSeed(long seed) => this with { Base = Base.WithSeed(seed), Training = Training with { Seed = seed } };
}
