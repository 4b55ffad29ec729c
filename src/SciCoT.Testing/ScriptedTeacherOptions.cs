namespace SciCoT.Testing;

/// <summary>How good a <see cref="ScriptedTeacher"/> is.</summary>
public sealed record ScriptedTeacherOptions
{
    private readonly double _wrongRate;
    private readonly double _leakRate;

    /// <summary>The share of replies, from 0 to 1, that decide for a wrong choice and explain another question.</summary>
    /// <value>The default is 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 0 and 1.</exception>
    public double WrongRate
    {
        get => _wrongRate;
        init => _wrongRate = Share(value, nameof(WrongRate));
    }

    /// <summary>The share of replies, from 0 to 1, whose rationale gives the answer's label away.</summary>
    /// <value>The default is 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 0 and 1.</exception>
    public double LeakRate
    {
        get => _leakRate;
        init => _leakRate = Share(value, nameof(LeakRate));
    }

    /// <summary>Decides which replies are wrong or leak.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>The name that replies carry as their teacher.</summary>
    /// <value>The default is <c>scripted</c>.</value>
    public string Name { get; init; } = "scripted";

    private static double Share(double value, string name) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "A rate is a share of the replies, between 0 and 1.");
}
