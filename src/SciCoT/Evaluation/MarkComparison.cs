using System.Globalization;

namespace SciCoT.Evaluation;

/// <summary>A measured accuracy against a published one, by a one-sided test at 5 %.</summary>
/// <remarks>
/// Where the mark has a standard error, stated or from its number of questions, the test is the two-sample z-test; otherwise the mark is
/// taken for exact and the test is the exact binomial one. The z-test's p-value is never taken below that of the exact binomial test, so
/// that a handful of right answers proves nothing.
/// </remarks>
public sealed record MarkComparison
{
    /// <summary>The error that the test may make, 5 %.</summary>
    public const double Level = 0.05;

    private const double Rounding = 1e-9;

    /// <summary>The system.</summary>
    public required string System { get; init; }

    /// <summary>The published figure.</summary>
    public required PublishedMark Mark { get; init; }

    /// <summary>What the system reached, a share from 0 to 1.</summary>
    public required double Value { get; init; }

    /// <summary>How many questions it was asked.</summary>
    public required int Questions { get; init; }

    /// <summary>The 95 % interval of <see cref="Value"/> (Wilson's).</summary>
    public required Interval Interval { get; init; }

    /// <summary>The chance of a result as good or better, were the system no better than the mark.</summary>
    public required double PValue { get; init; }

    /// <summary>The chance of a result as bad or worse, were the system no worse than the mark.</summary>
    public required double BelowPValue { get; init; }

    /// <summary>What the test says.</summary>
    public MarkVerdict Verdict => PValue < Level ? MarkVerdict.Exceeds : BelowPValue < Level ? MarkVerdict.Below : MarkVerdict.NotShownToExceed;

    /// <summary>The test by its name.</summary>
    public string Test => Mark.Error is > 0 ? "one-sided two-sample z-test" : "one-sided exact binomial test";

    /// <summary>What is known of the system's base model and the data; <see langword="null"/> where nothing is.</summary>
    public string? Exposure { get; init; }

    /// <summary>The verdict in a sentence, with the interval and the number of questions.</summary>
    public string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"{System} {Word(Verdict)} {Mark.System} ({Mark.Metric} {Percent(Mark.Value)}) on {Mark.DataSet}: {Percent(Value)} of {Questions:N0} questions, 95 % interval {Percent(Interval.Low)} to {Percent(Interval.High)}; p {PText(Verdict == MarkVerdict.Below ? BelowPValue : PValue)}, {Test} at 5 %.");

    /// <summary>Compares a system with a mark.</summary>
    /// <param name="system">The system's name.</param>
    /// <param name="value">Its share of right answers, measured as the mark's metric says; the mean over its seeds where it has several.</param>
    /// <param name="questions">How many different questions it was asked.</param>
    /// <param name="mark">The mark.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not from 0 to 1, or there are no questions.</exception>
    public static MarkComparison Compare(string system, double value, int questions, PublishedMark mark)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(system);
        ArgumentNullException.ThrowIfNull(mark);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(questions);
        if (!(value >= 0 && value <= 1))
            throw new ArgumentOutOfRangeException(nameof(value), value, "A share is from 0 to 1.");
        // Several seeds may give a part of a question: it is rounded against the verdict.
        int atLeast = (int)Math.Floor((value * questions) + Rounding), atMost = (int)Math.Ceiling((value * questions) - Rounding);
        double above = Tails.Binomial(atLeast, questions, mark.Value), below = Tails.Binomial(questions - atMost, questions, 1 - mark.Value);
        if (mark.Error is > 0 and var error)
        {
            double own = questions > 1 ? value * (1 - value) / (questions - 1) : 0;
            double z = (value - mark.Value) / Math.Sqrt(own + (error * error));
            (above, below) = (Math.Max(above, Tails.Normal(z)), Math.Max(below, Tails.Normal(-z)));
        }

        return new()
        {
            System = system,
            Mark = mark,
            Value = value,
            Questions = questions,
            Interval = Proportion.Wilson((int)Math.Round(value * questions), questions),
            PValue = above,
            BelowPValue = below,
        };
    }

    /// <summary>A verdict as the sentence has it.</summary>
    internal static string Word(MarkVerdict verdict) => verdict switch
    {
        MarkVerdict.Exceeds => "exceeds",
        MarkVerdict.Below => "is below",
        _ => "is not shown to exceed",
    };

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    private static string PText(double p) => p < 0.0001 ? "< 0.0001" : string.Create(CultureInfo.InvariantCulture, $"= {p:0.####}");
}
