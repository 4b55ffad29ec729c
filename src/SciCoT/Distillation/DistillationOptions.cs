using SciCoT.Cards;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;
using SciCoT.Tokenization;
using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>Options of a distillation run.</summary>
/// <include file="Examples.xml" path="examples/DistillationOptions/example"/>
public sealed record DistillationOptions : IExplanationOptions
{
    /// <summary>How the teacher is asked. The name in these settings is the name in the teacher's replies. A run from stored rationales needs no settings.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public AnnotationSettings? Annotation { get; init; }

    /// <summary>How the rationale student is made.</summary>
    public required StudentPlan RationaleStudent { get; init; }

    /// <summary>How the answer student is made.</summary>
    public required StudentPlan AnswerStudent { get; init; }

    /// <summary>Which rationales the students may learn from.</summary>
    /// <value>The default is <see cref="RationaleFilterChain.Default"/>.</value>
    public RationaleFilterChain Filters { get; init; } = RationaleFilterChain.Default;

    /// <summary>Which of the rationales that passed the filters the students learn from: whose, of which prompts, how many a question.</summary>
    /// <value>The default is <see cref="RationaleSelection.All"/>: every one of them.</value>
    public RationaleSelection Rationales { get; init; } = RationaleSelection.All;

    /// <summary>The share of replies, from 0 to 1, that may be missing without stopping the run: failed requests, or questions without a stored record.</summary>
    /// <value>The default is 0.</value>
    public double MaxMissingShare { get; init; }

    /// <summary>Whose rationales the answer student reads while it learns.</summary>
    /// <value>The default is <see cref="RationaleSource.Student"/>: the answer student learns from the kind of text that it reads at work.</value>
    public RationaleSource AnswerRationales { get; init; } = RationaleSource.Student;

    /// <summary>Whether the answer student starts from the trained rationale student. Set it to <see langword="false"/> where the two students have different bases.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool AnswerStudentContinuesRationaleStudent { get; init; } = true;

    /// <summary>What the model card beside the students says that the run does not know, such as their licence. No part of the plan.</summary>
    /// <value>The default names no licence and no data.</value>
    public ModelCardDetails Card { get; init; } = new();

    /// <summary>Checks what concerns both students.</summary>
    /// <exception cref="ArgumentException">The answer student would not start from the base that its plan names.</exception>
    internal void ValidateBases()
    {
        if (AnswerStudentContinuesRationaleStudent && RationaleStudent.Base.Name != AnswerStudent.Base.Name)
            throw new ArgumentException($"{nameof(DistillationOptions)}.{nameof(AnswerStudent)} starts from '{AnswerStudent.Base.Name}' and {nameof(RationaleStudent)} from '{RationaleStudent.Base.Name}', but {nameof(AnswerStudentContinuesRationaleStudent)} is true, which starts the answer student from the trained rationale student. Set it to false, or give both the same base.", nameof(AnswerStudentContinuesRationaleStudent));
    }

    /// <summary>What measures the rationale student while it learns, beside its validation loss and what its plan asks for.</summary>
    /// <value>None by default.</value>
    public Func<T5Tokenizer, IReadOnlyList<ITrainingEvaluator>>? RationaleEvaluators { get; init; }

    /// <summary>What measures the answer student while it learns, beside its validation loss and what its plan asks for.</summary>
    /// <value>None by default.</value>
    public Func<T5Tokenizer, IReadOnlyList<ITrainingEvaluator>>? AnswerEvaluators { get; init; }

    /// <summary>What happens when the run's folder holds work under another plan.</summary>
    /// <remarks>The plan holds all that a result depends on: questions, rationales, filters with their settings, layouts, options, and a hash of the base's weights. Device and checkpoint options are not in it.</remarks>
    /// <value>The default is <see cref="PlanChange.Refuse"/>.</value>
    public PlanChange WhenPlanDiffers { get; init; }
}
