namespace SciCoT.Teaching;

/// <summary>How a teacher is asked again after a fault.</summary>
public sealed record TeacherRetryOptions
{
    private readonly int _maxRetries = 6;
    private readonly TimeSpan _delay = TimeSpan.FromSeconds(1);
    private readonly TimeSpan _maxDelay = TimeSpan.FromMinutes(1);
    private readonly TimeSpan _maxRetryAfter = TimeSpan.FromMinutes(10);

    /// <summary>How often a call is repeated at most.</summary>
    /// <value>The default is 6.</value>
    public int MaxRetries
    {
        get => _maxRetries;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(MaxRetries));
            _maxRetries = value;
        }
    }

    /// <summary>The middle wait before the first repetition where the service names none; it doubles from one to the next and is jittered.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan Delay
    {
        get => _delay;
        init => _delay = Positive(value, nameof(Delay));
    }

    /// <summary>The longest wait where the service names none, up to a day.</summary>
    /// <value>The default is 1 minute.</value>
    public TimeSpan MaxDelay
    {
        get => _maxDelay;
        init => _maxDelay = Positive(value, nameof(MaxDelay));
    }

    /// <summary>The longest wait that is granted where the service names one; a call that would have to wait longer fails.</summary>
    /// <value>The default is 10 minutes.</value>
    public TimeSpan MaxRetryAfter
    {
        get => _maxRetryAfter;
        init => _maxRetryAfter = Positive(value, nameof(MaxRetryAfter));
    }

    /// <summary>Says what an exception means, for clients whose exceptions <see cref="TeacherFault.Of"/> does not understand.</summary>
    /// <value>The default is <see cref="TeacherFault.Of"/>.</value>
    public Func<Exception, DateTimeOffset, TeacherFault> Describe { get; init; } = TeacherFault.Of;

    private static TimeSpan Positive(TimeSpan value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1), name);
        return value;
    }
}
