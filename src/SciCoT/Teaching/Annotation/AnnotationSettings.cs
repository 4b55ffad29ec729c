namespace SciCoT.Teaching;

/// <summary>How a <see cref="RationaleAnnotator"/> asks its teacher.</summary>
/// <include file="Examples.xml" path="examples/AnnotationSettings/example"/>
public sealed record AnnotationSettings
{
    private readonly int _concurrency = 4;
    private readonly int _samplesPerQuestion = 1;
    private readonly int _maxFailures = 100;
    private readonly int _unusableRetries;
    private readonly TimeSpan _grace = TimeSpan.Zero;

    /// <summary>
    /// The name that the teacher puts into its replies. It is part of a record's key, so it must be known before the
    /// teacher is asked: otherwise what is stored already would be paid for again.
    /// </summary>
    public required string Teacher { get; init; }

    /// <summary>The hash of the prompt's layout that the teacher puts into its replies; part of the key like the name.</summary>
    /// <value>The default is <see langword="null"/>, for teachers without a prompt.</value>
    public string? PromptHash { get; init; }

    /// <summary>How many questions are with the teacher at a time.</summary>
    /// <value>The default is 4.</value>
    public int Concurrency
    {
        get => _concurrency;
        init => _concurrency = Positive(value, nameof(Concurrency));
    }

    /// <summary>How many rationales each question gets.</summary>
    /// <value>The default is 1.</value>
    public int SamplesPerQuestion
    {
        get => _samplesPerQuestion;
        init => _samplesPerQuestion = Positive(value, nameof(SamplesPerQuestion));
    }

    /// <summary>Whether the teacher may see the gold answer from the start. All questions must have one then.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool RevealAnswer { get; init; }

    /// <summary>
    /// How often a reply of no use (empty, refused, truncated, without a certain answer) is asked for again at most. Each
    /// reply is stored, as an attempt of its own.
    /// </summary>
    /// <value>The default is 0.</value>
    public int UnusableRetries
    {
        get => _unusableRetries;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(UnusableRetries));
            _unusableRetries = value;
        }
    }

    /// <summary>
    /// Whether a teacher whose whole reply does not agree with the gold answer is asked again with the answer in view
    /// (rationalisation as in STaR, arXiv 2203.14465). Both replies are stored, the second marked as revealed.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool RationalizeDisagreements { get; init; }

    /// <summary>After how many failures the annotator stops: a teacher that is down need not be asked a million times.</summary>
    /// <value>The default is 100.</value>
    public int MaxFailures
    {
        get => _maxFailures;
        init => _maxFailures = Positive(value, nameof(MaxFailures));
    }

    /// <summary>
    /// How long calls that are under way when the annotation is cancelled may go on: their replies will be paid for.
    /// </summary>
    /// <value>The default is zero: they are cancelled at once.</value>
    public TimeSpan CancellationGrace
    {
        get => _grace;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(CancellationGrace));
            _grace = value;
        }
    }

    /// <summary>Prices by model, for the cost in the progress. A name stands for its dated versions too, <see cref="ModelPrice.AnyModel"/> for all others.</summary>
    /// <value>The default is empty: the cost is not known.</value>
    public IReadOnlyDictionary<string, ModelPrice> Prices { get; init; } = new Dictionary<string, ModelPrice>();

    /// <summary>Settings with the name and the prompt hash that a teacher puts into its replies.</summary>
    /// <param name="teacher">The teacher, innermost of what is asked.</param>
    public static AnnotationSettings For(ChatClientTeacher teacher)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        return new() { Teacher = teacher.Name, PromptHash = teacher.PromptHash };
    }

    private static int Positive(int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, name);
        return value;
    }
}
