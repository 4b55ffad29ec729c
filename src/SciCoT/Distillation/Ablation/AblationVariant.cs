namespace SciCoT.Distillation;

/// <summary>A system that an <see cref="AblationStudy"/> trains and measures.</summary>
public sealed record AblationVariant
{
    private AblationVariant(AblationRecipe recipe, string name) => (Recipe, Name) = (recipe, name);

    /// <summary>The base as it is, answering from the question alone.</summary>
    public static AblationVariant ZeroShot { get; } = new(AblationRecipe.ZeroShot, "zero-shot");

    /// <summary>A student that learns to answer from the question alone.</summary>
    public static AblationVariant Direct { get; } = new(AblationRecipe.Direct, "direct");

    /// <summary>The set of <see cref="CreateDefault"/> with its defaults.</summary>
    public static IReadOnlyList<AblationVariant> Default { get; } = CreateDefault();

    /// <summary>What kind of system it is.</summary>
    internal AblationRecipe Recipe { get; }

    /// <summary>Its name in tables; unique within a study.</summary>
    public string Name { get; init; }

    /// <summary>Whose rationales a one-stage student or a two-stage system's answer student learns from.</summary>
    public RationaleSource Rationales { get; private init; } = RationaleSource.Teacher;

    /// <summary>Rationales that are sampled for each question, over which the answers' probabilities are averaged (arXiv 2203.11171); 1 takes the likeliest.</summary>
    public int Samples { get; private init; } = 1;

    /// <summary>The temperature at which they are sampled.</summary>
    /// <value>The default is that of <see cref="RationaleSampling"/>, 0.7: a study samples as a pipeline does.</value>
    public double Temperature { get; init; } = RationaleSampling.DefaultTemperature;

    /// <summary>What rationales count in a multi-task student's loss, between 0 and 1.</summary>
    public double RationaleWeight { get; private init; }

    /// <summary>A usual set: zero-shot, direct, one-stage, multi-task, two-stage with each source of rationales, and self-consistency for both kinds of reasoning.</summary>
    /// <param name="folds">Parts that the training questions are dealt into for cross-fitted rationales; each trains another rationale student.</param>
    /// <param name="samples">Rationales sampled for each question where answers are averaged.</param>
    public static IReadOnlyList<AblationVariant> CreateDefault(int folds = 5, int samples = 8)
    {
        var crossFitted = RationaleSource.CrossFitted with { Folds = folds };
        return
        [
            ZeroShot,
            Direct,
            MultiTask(),
            OneStage(),
            OneStage(samples),
            TwoStage(RationaleSource.Teacher),
            TwoStage(RationaleSource.Student),
            TwoStage(crossFitted),
            TwoStage(crossFitted with { TeacherShare = 0.5 }),
            TwoStage(crossFitted, samples),
        ];
    }

    /// <summary>A student that writes rationale and answer in one go.</summary>
    /// <param name="samples">Rationales sampled for each question; 1 takes the likeliest.</param>
    public static AblationVariant OneStage(int samples = 1) => OneStage(RationaleSource.Teacher, samples);

    /// <summary>A student that writes rationale and answer in one go, and learns from other rationales than the teacher's.</summary>
    /// <remarks>A rationale student writes them first, or one a fold; its steps count with the system's.</remarks>
    /// <param name="rationales">Whose rationales it learns from.</param>
    /// <param name="samples">Rationales sampled for each question; 1 takes the likeliest.</param>
    public static AblationVariant OneStage(RationaleSource rationales, int samples = 1)
    {
        ArgumentNullException.ThrowIfNull(rationales);
        rationales.Validate();
        var name = rationales == RationaleSource.Teacher ? "one-stage" : $"one-stage, {rationales}";
        return new(AblationRecipe.OneStage, name + Suffix(samples)) { Rationales = rationales, Samples = Checked(samples) };
    }

    /// <summary>One model that learns to answer and to explain, as in Distilling step-by-step (arXiv 2305.02301).</summary>
    /// <param name="rationaleWeight">What rationales count in the loss, between 0 and 1.</param>
    public static AblationVariant MultiTask(double rationaleWeight = 0.5) => rationaleWeight is > 0 and < 1
        ? new(AblationRecipe.MultiTask, rationaleWeight == 0.5 ? "multi-task" : FormattableString.Invariant($"multi-task, rationale weight {rationaleWeight}")) { RationaleWeight = rationaleWeight }
        : throw new ArgumentOutOfRangeException(nameof(rationaleWeight), rationaleWeight, "The weight lies between 0 and 1, for example 0.5.");

    /// <summary>A rationale student and an answer student.</summary>
    /// <param name="rationales">Whose rationales the answer student learns from.</param>
    /// <param name="samples">Rationales sampled for each question; 1 takes the likeliest.</param>
    public static AblationVariant TwoStage(RationaleSource rationales, int samples = 1)
    {
        ArgumentNullException.ThrowIfNull(rationales);
        rationales.Validate();
        return new(AblationRecipe.TwoStage, $"two-stage, {rationales}{Suffix(samples)}") { Rationales = rationales, Samples = Checked(samples) };
    }

    /// <summary>The same for variants of one seed that use a student in common: one rationale student serves all that need one.</summary>
    internal string SharedWork => Recipe == AblationRecipe.TwoStage || (Recipe == AblationRecipe.OneStage && Rationales != RationaleSource.Teacher) ? "rationale student" : Folder;

    /// <summary>The folder of its student; variants that differ in how they are asked share one.</summary>
    internal string Folder => Recipe switch
    {
        AblationRecipe.MultiTask => FormattableString.Invariant($"multi-task-{RationaleWeight}"),
        AblationRecipe.TwoStage => $"two-stage-{Source}",
        AblationRecipe.OneStage when Rationales != RationaleSource.Teacher => $"onestage-{Source}",
        _ => Recipe.ToString().ToLowerInvariant(),
    };

    private string Source =>
        FormattableString.Invariant($"{Rationales.Author}-{Rationales.Folds}-{Rationales.TeacherShare}-{Rationales.Dropout}-{Rationales.PerQuestion}-{Rationales.Temperature}-{Rationales.Seed}").ToLowerInvariant();

    private static string Suffix(int samples) => samples == 1 ? "" : FormattableString.Invariant($", {samples} samples");

    private static int Checked(int samples) => samples is >= 1 and <= 1000
        ? samples
        : throw new ArgumentOutOfRangeException(nameof(samples), samples, "Take from 1 to 1000 samples a question.");
}

/// <summary>The kinds of systems that an <see cref="AblationStudy"/> compares.</summary>
internal enum AblationRecipe
{
    /// <summary>The base, untrained.</summary>
    ZeroShot,

    /// <summary>Question to answer.</summary>
    Direct,

    /// <summary>Question to rationale and answer.</summary>
    OneStage,

    /// <summary>Question to answer and question to rationale in one model.</summary>
    MultiTask,

    /// <summary>Question to rationale, then question and rationale to answer.</summary>
    TwoStage,
}
