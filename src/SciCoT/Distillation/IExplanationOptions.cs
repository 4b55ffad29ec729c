using SciCoT.Teaching;
using SciCoT.Teaching.Filters;

namespace SciCoT.Distillation;

/// <summary>What runs and studies have in common: where their rationales come from, and which of them are learned from.</summary>
internal interface IExplanationOptions
{
    /// <summary>How the teacher is asked.</summary>
    AnnotationSettings? Annotation { get; }

    /// <summary>Which rationales may be learned from.</summary>
    RationaleFilterChain Filters { get; }

    /// <summary>Which of those are.</summary>
    RationaleSelection Rationales { get; }

    /// <summary>The share of replies that may be missing.</summary>
    double MaxMissingShare { get; }
}
