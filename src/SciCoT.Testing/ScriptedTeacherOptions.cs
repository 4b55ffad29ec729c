namespace SciCoT.Testing;

/// <summary>Options of a <see cref="ScriptedTeacher"/>: how often it errs, and how it talks.</summary>
/// <remarks>
/// The default is a perfect and terse teacher. Each option has random draws of its own: a reply that has one habit at a rate has it at
/// every higher rate, in the same words, whatever the other options are.
/// </remarks>
/// <include file="Examples.xml" path="examples/ScriptedTeacherOptions/example"/>
public sealed record ScriptedTeacherOptions
{
    private const int MaxSentences = 16;

    private readonly double _wrongRate;
    private readonly double _wrongRationaleRate;
    private readonly double _leakRate;
    private readonly double _irrelevantFactRate;
    private readonly int _irrelevantFacts = 2;
    private readonly double _fillerRate;
    private readonly int _fillerSentences = 1;
    private readonly double _restatedChoicesRate;

    /// <summary>
    /// A perfect teacher that talks as language models do: each rationale stands between two irrelevant true facts, and half of the
    /// replies begin with a filler sentence.
    /// </summary>
    public static ScriptedTeacherOptions Talkative { get; } = new() { Name = "scripted-talkative", IrrelevantFactRate = 1, FillerRate = 0.5 };

    /// <summary>The share of replies, from 0 to 1, that decide for a wrong choice and explain another question.</summary>
    /// <value>The default is 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 0 and 1.</exception>
    public double WrongRate
    {
        get => _wrongRate;
        init => _wrongRate = Share(value, nameof(WrongRate));
    }

    /// <summary>
    /// The share of replies, from 0 to 1, that explain another question although they decide for the right choice, among those that
    /// are not wrong already. A filter that compares answers cannot see them.
    /// </summary>
    /// <value>The default is 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 0 and 1.</exception>
    public double WrongRationaleRate
    {
        get => _wrongRationaleRate;
        init => _wrongRationaleRate = Share(value, nameof(WrongRationaleRate));
    }

    /// <summary>The share of replies, from 0 to 1, whose rationale gives the answer's label away.</summary>
    /// <value>The default is 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 0 and 1.</exception>
    public double LeakRate
    {
        get => _leakRate;
        init => _leakRate = Share(value, nameof(LeakRate));
    }

    /// <summary>The share of replies, from 0 to 1, with <see cref="IrrelevantFacts"/> true sentences that have nothing to do with the question.</summary>
    /// <value>The default is 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 0 and 1.</exception>
    public double IrrelevantFactRate
    {
        get => _irrelevantFactRate;
        init => _irrelevantFactRate = Share(value, nameof(IrrelevantFactRate));
    }

    /// <summary>How many irrelevant facts such a reply has. The first stands before the reasoning, the second behind it, and so on.</summary>
    /// <value>From 1 to 16; the default is 2.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 1 and 16.</exception>
    public int IrrelevantFacts
    {
        get => _irrelevantFacts;
        init => _irrelevantFacts = Count(value, nameof(IrrelevantFacts));
    }

    /// <summary>The share of replies, from 0 to 1, with <see cref="FillerSentences"/> sentences that say nothing, such as "So we must find out what is true."</summary>
    /// <value>The default is 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 0 and 1.</exception>
    public double FillerRate
    {
        get => _fillerRate;
        init => _fillerRate = Share(value, nameof(FillerRate));
    }

    /// <summary>How many filler sentences such a reply has. The first begins the reply, the second ends it, and so on; there are twelve different ones.</summary>
    /// <value>From 1 to 12; the default is 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 1 and 12.</exception>
    public int FillerSentences
    {
        get => _fillerSentences;
        init => _fillerSentences = Count(value, nameof(FillerSentences), most: 12);
    }

    /// <summary>The share of replies, from 0 to 1, that repeat the texts of all choices before the reasoning, without labels.</summary>
    /// <value>The default is 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 0 and 1.</exception>
    public double RestatedChoicesRate
    {
        get => _restatedChoicesRate;
        init => _restatedChoicesRate = Share(value, nameof(RestatedChoicesRate));
    }

    /// <summary>Decides which replies have which habit, and their words.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>The name that replies carry as their teacher.</summary>
    /// <value>The default is <c>scripted</c>.</value>
    public string Name { get; init; } = "scripted";

    private static double Share(double value, string name) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "A rate is a share of the replies, between 0 and 1.");

    private static int Count(int value, string name, int most = MaxSentences) => value >= 1 && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"Expected from 1 to {most} sentences; a rate of 0 leaves them out.");
}
