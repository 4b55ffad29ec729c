using SciCoT.Teaching;
using SciCoT.Teaching.Filters;
using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>Options of an <see cref="AblationStudy"/>: the systems that it compares, and how they are trained.</summary>
/// <include file="Examples.xml" path="examples/AblationOptions/example"/>
public sealed record AblationOptions : IExplanationOptions
{
    /// <summary>How the teacher is asked; a study from stored rationales needs none.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public AnnotationSettings? Annotation { get; init; }

    /// <summary>How rationale students are made. Their base is the base of all students; seeds are those of <see cref="Seeds"/>.</summary>
    public required StudentPlan RationaleStudent { get; init; }

    /// <summary>How answer students are made.</summary>
    public required StudentPlan AnswerStudent { get; init; }

    /// <summary>How direct students are made.</summary>
    /// <value>The default is <see langword="null"/>: as rationale students, with the steps of both stages together.</value>
    public StudentPlan? Direct { get; init; }

    /// <summary>How one-stage students are made.</summary>
    /// <value>The default is <see langword="null"/>: as rationale students, with the steps of both stages together.</value>
    public StudentPlan? OneStage { get; init; }

    /// <summary>What a token of the answer counts in a one-stage student's loss, beside 1 for one of the rationale.</summary>
    /// <value>The default is 1.</value>
    public double OneStageAnswerWeight { get; init; } = 1;

    /// <summary>How multi-task students are made.</summary>
    /// <value>The default is <see langword="null"/>: as rationale students, with the steps of both stages together.</value>
    public StudentPlan? MultiTask { get; init; }

    /// <summary>Whether answer students start from the trained rationale student.</summary>
    /// <value>The default is <see langword="true"/>, as in <see cref="DistillationOptions"/>.</value>
    public bool AnswerStudentContinuesRationaleStudent { get; init; } = true;

    /// <summary>Which of the teacher's rationales may be learned from.</summary>
    /// <value>The default is <see cref="RationaleFilterChain.Default"/>.</value>
    public RationaleFilterChain Filters { get; init; } = RationaleFilterChain.Default;

    /// <summary>Which of the rationales that passed the filters are learned from.</summary>
    /// <value>The default is <see cref="RationaleSelection.All"/>.</value>
    public RationaleSelection Rationales { get; init; } = RationaleSelection.All;

    /// <summary>The share of replies, from 0 to 1, that may be missing; see <see cref="DistillationOptions.MaxMissingShare"/>.</summary>
    /// <value>The default is 0.</value>
    public double MaxMissingShare { get; init; }

    /// <summary>What happens when the study's folder holds work that was done under another plan.</summary>
    /// <value>The default is <see cref="PlanChange.Refuse"/>.</value>
    public PlanChange WhenPlanDiffers { get; init; }

    /// <summary>The systems.</summary>
    /// <value>The default is <see cref="AblationVariant.Default"/>.</value>
    public IReadOnlyList<AblationVariant> Variants { get; init; } = AblationVariant.Default;

    /// <summary>The seeds; every system is trained once with each.</summary>
    /// <value>The default is 1, 2 and 3.</value>
    public IReadOnlyList<long> Seeds { get; init; } = [1, 2, 3];

    /// <summary>How many seeds are worked on side by side. Small models do not fill several cores; give each one thread then.</summary>
    /// <value>The default is 1.</value>
    public int SeedsAtATime { get; init; } = 1;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names the property.</exception>
    internal void Validate()
    {
        Require(Variants.Count > 0, nameof(Variants), "at least one", 0);
        Require(Variants.DistinctBy(variant => variant.Name).Count() == Variants.Count, nameof(Variants), "of different names", string.Join(", ", Variants.Select(variant => variant.Name)));
        Require(Seeds.Count > 0 && Seeds.Distinct().Count() == Seeds.Count, nameof(Seeds), "at least one, none twice", string.Join(", ", Seeds));
        Require(OneStageAnswerWeight is > 0 and < double.PositiveInfinity, nameof(OneStageAnswerWeight), "a finite number above 0", OneStageAnswerWeight);
        Require(SeedsAtATime >= 1, nameof(SeedsAtATime), "at least 1", SeedsAtATime);
        RationaleStudent.Validate(RougeLEvaluator.MetricName);
        foreach (var plan in new[] { AnswerStudent, Direct, OneStage, MultiTask }.OfType<StudentPlan>())
            plan.Validate(AccuracyEvaluator.MetricName);

        static void Require(bool condition, string property, string expected, object actual)
        {
            if (!condition)
                throw new ArgumentException(FormattableString.Invariant($"{nameof(AblationOptions)}.{property} must be {expected}; got {actual}."), property);
        }
    }

    /// <summary>The plan of a student that stands against both stages: their steps together.</summary>
    internal StudentPlan Whole(StudentPlan? own)
    {
        if (own is not null)
            return own;
        TrainingOptions first = RationaleStudent.Training, second = AnswerStudent.Training;
        if (first.BestMetric is not null)
            first = first with { BestMetric = AccuracyEvaluator.MetricName };
        // What it writes may be as long as both stages' texts: a one-stage student's answer stands behind its rationale.
        var plan = RationaleStudent with { MaxTargetTokens = RationaleStudent.MaxTargetTokens + AnswerStudent.MaxTargetTokens };
        return (first.TotalSteps, second.TotalSteps) switch
        {
            ({ } one, { } two) => plan with { Training = first with { TotalSteps = one + two } },
            (null, null) => plan with { Training = first with { Epochs = first.Epochs + second.Epochs } },
            _ => throw new ArgumentException($"One stage counts {nameof(TrainingOptions.TotalSteps)} and the other {nameof(TrainingOptions.Epochs)}, so that their sum is not known; give {nameof(Direct)}, {nameof(OneStage)} and {nameof(MultiTask)} plans of their own."),
        };
    }
}
