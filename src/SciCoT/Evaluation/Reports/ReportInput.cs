namespace SciCoT.Evaluation.Reports;

/// <summary>The input of a report: the answers of one or several systems, with data set, overlap and published figures.</summary>
/// <include file="Examples.xml" path="examples/ReportInput/example"/>
public sealed record ReportInput
{
    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>What the questions are, for example <c>ARC-Easy, test</c>.</summary>
    public required string DataSet { get; init; }

    /// <summary>The answers; results of one system with several seeds share its name. All have answered the same questions.</summary>
    public required IReadOnlyList<SystemResult> Systems { get; init; }

    /// <summary>The system that every other is tested against.</summary>
    /// <value>The default is <see langword="null"/>: <c>direct</c> where there is one, otherwise the first.</value>
    public string? Baseline { get; init; }

    /// <summary>The fields by which accuracy is broken down.</summary>
    /// <value>The default is the number of choices.</value>
    public IReadOnlyList<SubsetField> Subsets { get; init; } = [SubsetField.ChoiceCount];

    /// <summary>The group of questions whose answers go together, such as those on one passage; resampled as a whole.</summary>
    /// <value>The default is <see langword="null"/>: each question by itself.</value>
    public Func<ScienceQuestion, string>? Cluster { get; init; }

    /// <summary>What the training questions share with the test questions; <see langword="null"/> where it was not checked.</summary>
    /// <value>The default is <see langword="null"/>: the report says that nothing was checked.</value>
    public OverlapReport? Overlap { get; init; }

    /// <summary>Figures that others have published, shown beside the measured ones and never among them.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<PublishedMark> Published { get; init; } = [];

    /// <summary>Remarks that a reader needs, each a sentence.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The command that made the measured figures, so that they can be made again.</summary>
    /// <value>The default is <see langword="null"/>: the report names no command.</value>
    public string? Command { get; init; }

    /// <summary>The seed of the bootstrap's draws.</summary>
    /// <value>The default is 1.</value>
    public int BootstrapSeed { get; init; } = 1;

    /// <summary>How often the bootstrap draws.</summary>
    /// <value>The default is 10,000.</value>
    public int Resamples { get; init; } = 10_000;

    /// <summary>How many bins of equal width the calibration has.</summary>
    /// <value>The default is 10.</value>
    public int CalibrationBins { get; init; } = 10;

    /// <summary>Whether ROUGE reduces words to their stems.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool StemRouge { get; init; }

    /// <summary>How many questions the page shows, with what every system answered.</summary>
    /// <value>The default is 60; as many that the last system answered rightly as wrongly, where there are so many.</value>
    public int Examples { get; init; } = 60;

    /// <summary>Further parts, which stand behind the others.</summary>
    internal IReadOnlyList<ReportSection> More { get; init; } = [];

    /// <summary>What is wrong with the input, before anything is computed.</summary>
    /// <exception cref="ArgumentException">There are no answers, or a system has one seed twice or answers a question twice.</exception>
    internal void Validate()
    {
        if (Systems.Count == 0)
            throw new ArgumentException("There are no systems to report on.", nameof(Systems));
        foreach (var result in Systems)
        {
            if (result.Outcomes.Count == 0)
                throw new ArgumentException($"'{result.System}' has no outcomes.", nameof(Systems));
            if (result.Outcomes.GroupBy(outcome => outcome.QuestionId).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new ArgumentException($"'{result.System}' answers question '{twice.Key}' twice.", nameof(Systems));
        }

        if (Systems.GroupBy(result => (result.System, result.Seed)).FirstOrDefault(group => group.Count() > 1) is { } same)
            throw new ArgumentException($"'{same.Key.System}' has two results for {(same.Key.Seed is { } seed ? $"seed {seed}" : "no seed")}; give each its seed.", nameof(Systems));
    }
}
