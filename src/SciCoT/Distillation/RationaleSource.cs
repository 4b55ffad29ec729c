namespace SciCoT.Distillation;

/// <summary>Which rationales the answer student reads while it learns. At work it reads those of the rationale student, which are wrong more often than the teacher's.</summary>
/// <remarks>Start from <see cref="Teacher"/>, <see cref="Student"/> or <see cref="CrossFitted"/> and change what else matters by <c>with</c>.</remarks>
/// <include file="Examples.xml" path="examples/RationaleSource/example"/>
public sealed record RationaleSource
{
    /// <summary>The teacher's: right more often than those it will meet.</summary>
    public static RationaleSource Teacher { get; } = new() { Author = RationaleAuthor.Teacher };

    /// <summary>The rationale student's own for the questions it learned from: of the kind that it will meet, but better than for new questions.</summary>
    public static RationaleSource Student { get; } = new() { Author = RationaleAuthor.Student };

    /// <summary>Rationales from a student that has not seen the question: for each of <see cref="Folds"/> folds, a rationale student learns from the other folds and writes for this one.</summary>
    public static RationaleSource CrossFitted { get; } = new() { Author = RationaleAuthor.CrossFitted };

    /// <summary>Who writes them.</summary>
    /// <value>The default is <see cref="RationaleAuthor.Teacher"/>.</value>
    public RationaleAuthor Author { get; init; }

    /// <summary>The folds of <see cref="RationaleAuthor.CrossFitted"/>; each costs the training of a rationale student.</summary>
    /// <value>The default is 5.</value>
    public int Folds { get; init; } = 5;

    /// <summary>The share of training questions, from 0 to 1, that keep the teacher's rationale where it has one.</summary>
    /// <value>The default is 0.</value>
    public double TeacherShare { get; init; }

    /// <summary>Share of the examples that are given without their rationale, so that the question itself is read too.</summary>
    /// <value>The default is 0.</value>
    public double Dropout { get; init; }

    /// <summary>
    /// Rationales that a student writes for each training question: the likeliest, and more that are sampled. Of the teacher's, all
    /// that passed the filters count (see <see cref="Teaching.AnnotationSettings.SamplesPerQuestion"/>).
    /// </summary>
    /// <value>The default is 1.</value>
    public int PerQuestion { get; init; } = 1;

    /// <summary>The temperature of those that are sampled.</summary>
    /// <value>The default is 1.</value>
    public double Temperature { get; init; } = 1;

    /// <summary>Seeds folds, samples and which examples get whose rationale.</summary>
    /// <value>The default is 1.</value>
    public long Seed { get; init; } = 1;

    /// <summary>In a few words, as in a table's row.</summary>
    public override string ToString()
    {
        var text = Author switch
        {
            RationaleAuthor.Teacher => "teacher's rationales",
            RationaleAuthor.Student => "own rationales",
            _ => FormattableString.Invariant($"cross-fitted rationales ({Folds} folds)"),
        };
        if (TeacherShare > 0)
            text += FormattableString.Invariant($", {TeacherShare * 100:0.#} % teacher's");
        if (PerQuestion > 1)
            text += FormattableString.Invariant($", {PerQuestion} a question");
        if (PerQuestion > 1 && Temperature != 1)
            text += FormattableString.Invariant($" at temperature {Temperature}");
        if (Dropout > 0)
            text += FormattableString.Invariant($", {Dropout * 100:0.#} % dropped");
        return text;
    }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names the property.</exception>
    internal void Validate()
    {
        Require(Enum.IsDefined(Author), nameof(Author), "a known author", Author);
        Require(Folds is >= 2 and <= 100, nameof(Folds), "from 2 to 100", Folds);
        Require(TeacherShare is >= 0 and <= 1, nameof(TeacherShare), "from 0 to 1", TeacherShare);
        Require(Author != RationaleAuthor.Teacher || TeacherShare == 0, nameof(TeacherShare), $"0 where {nameof(Author)} is the teacher", TeacherShare);
        Require(Dropout is >= 0 and <= 1, nameof(Dropout), "from 0 to 1", Dropout);
        Require(PerQuestion is >= 1 and <= 64, nameof(PerQuestion), "from 1 to 64", PerQuestion);
        Require(Author != RationaleAuthor.Teacher || PerQuestion == 1, nameof(PerQuestion), $"1 where {nameof(Author)} is the teacher (the annotation's samples decide there)", PerQuestion);
        Require(Temperature is > 0 and < double.PositiveInfinity, nameof(Temperature), "a finite number above 0", Temperature);

        static void Require(bool condition, string property, string expected, object actual)
        {
            if (!condition)
                throw new ArgumentException(FormattableString.Invariant($"{nameof(RationaleSource)}.{property} must be {expected}; got {actual}."), property);
        }
    }
}

/// <summary>Who writes the rationales that the answer student learns from.</summary>
public enum RationaleAuthor
{
    /// <summary>The teacher.</summary>
    Teacher,

    /// <summary>The rationale student, for the questions it learned from.</summary>
    Student,

    /// <summary>Rationale students that did not learn from the question.</summary>
    CrossFitted,
}
