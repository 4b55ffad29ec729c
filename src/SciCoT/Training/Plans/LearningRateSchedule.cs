namespace SciCoT.Training;

/// <summary>The learning rate after the warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It falls linearly, and would be 0 one step after the last.</summary>
    Linear,

    /// <summary>It falls along half a cosine, and would be 0 one step after the last.</summary>
    Cosine,

    /// <summary>
    /// It falls with the inverse square root of the step (arXiv 1910.10683, section 3.1.2), without regard to the end; how fast,
    /// <see cref="TrainingOptions.InverseSquareRootTimescale"/> says.
    /// </summary>
    InverseSquareRoot,
}
