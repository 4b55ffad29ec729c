using SciCoT.Distillation;

namespace SciCoT.Benchmarks.TeacherStudy;

/// <summary>
/// The cells of the study, the most telling ones first: it can be stopped at any time, and the page says what is there. Students are
/// smaller and learn for fewer steps than the QuickStart's, so that three seeds of all cells take about two CPU hours.
/// </summary>
internal static class StudyPlan
{
    public const int Samples = 4;

    public static readonly int[] Seeds = [11, 12, 13];

    public static readonly AblationVariant Own = AblationVariant.TwoStage(RationaleSource.Student);
    public static readonly AblationVariant Teachers = AblationVariant.TwoStage(RationaleSource.Teacher);
    public static readonly AblationVariant Mixed = AblationVariant.TwoStage(RationaleSource.Student with { TeacherShare = 0.5 });
    public static readonly AblationVariant OwnSampled = AblationVariant.TwoStage(RationaleSource.Student, Samples);
    public static readonly AblationVariant Crossed = AblationVariant.TwoStage(RationaleSource.CrossFitted);
    public static readonly AblationVariant CrossedMixed = AblationVariant.TwoStage(RationaleSource.CrossFitted with { TeacherShare = 0.5 });
    public static readonly AblationVariant OneStage = AblationVariant.OneStage();
    public static readonly AblationVariant OneStageOwn = AblationVariant.OneStage(RationaleSource.Student);
    public static readonly AblationVariant OneStageSampled = AblationVariant.OneStage(Samples);

    public static readonly double[] IrrelevantRates = [0, 0.5, 1];
    public static readonly double[] WrongRates = [0, 0.15, 0.3];
    public static readonly int[] Widths = [32, 48, 64];

    /// <summary>How many times the base's steps.</summary>
    public static readonly int[] StepFactors = [1, 2];

    /// <summary>The QuickStart's teacher, and students that are smaller than the QuickStart's. Other cells change one thing each.</summary>
    public static StudyCondition Base(int seed) => new(seed) { Width = 48, RationaleSteps = 900, AnswerSteps = 300 };

    public static StudyCondition Irrelevant(int seed, double rate) => Base(seed) with { IrrelevantRate = rate };

    public static StudyCondition Wrong(int seed, double rate, bool filters) => Base(seed) with { WrongRate = rate, Filters = filters || rate == 0 };

    public static StudyCondition Wide(int seed, int width) => Base(seed) with { Width = width };

    public static StudyCondition Longer(int seed, int factor) => Base(seed) with { RationaleSteps = 900 * factor, AnswerSteps = 300 * factor };

    /// <summary>A one-stage student with nearly as many parameters as two students of the base.</summary>
    public static StudyCondition WideOneStage(int seed) => Wide(seed, 72);

    public static IReadOnlyList<(StudyCondition Condition, IReadOnlyList<AblationVariant> Variants)> Cells()
    {
        var cells = new List<(StudyCondition, IReadOnlyList<AblationVariant>)>();
        Add(Base, Own, OneStage, AblationVariant.Direct, Teachers, OneStageOwn, Mixed, OwnSampled, OneStageSampled);
        foreach (double rate in IrrelevantRates.Where(rate => rate != 1))
            Add(seed => Irrelevant(seed, rate), Own, OneStage, Teachers);
        foreach (bool filters in new[] { false, true })
            Add(seed => Wrong(seed, WrongRates[^1], filters), Own, OneStage);
        Add(Base, Crossed, CrossedMixed);
        foreach (int width in Widths.Where(width => width != 48))
            Add(seed => Wide(seed, width), Own, OneStage, AblationVariant.Direct);
        Add(WideOneStage, OneStage);
        Add(seed => Longer(seed, 2), Own, OneStage, AblationVariant.Direct, Teachers);
        foreach (bool filters in new[] { false, true })
            Add(seed => Wrong(seed, WrongRates[1], filters), Own, OneStage);
        return cells;

        void Add(Func<int, StudyCondition> condition, params IReadOnlyList<AblationVariant> variants) =>
            cells.AddRange(Seeds.Select(seed => (condition(seed), variants)));
    }
}
