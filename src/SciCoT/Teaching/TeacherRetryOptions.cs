namespace SciCoT.Teaching;

/// <summary>Options of retries.</summary>
/// <include file="Examples.xml" path="examples/TeacherRetryOptions/example"/>
public sealed record TeacherRetryOptions
{
    private readonly int _maxRetries = 6;
    private readonly int _maxUnreachableRetries = 2;
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

    /// <summary>
    /// How often a call is repeated at most while the service has never answered: an address at which nothing listens, or nothing
    /// replies in the time of a call, is more often wrong than late.
    /// </summary>
    /// <value>The default is 2.</value>
    public int MaxUnreachableRetries
    {
        get => _maxUnreachableRetries;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(MaxUnreachableRetries));
            _maxUnreachableRetries = value;
        }
    }

    /// <summary>Is told of each repetition before its wait, from any thread.</summary>
    /// <value>The default is <see langword="null"/>: nobody.</value>
    public Action<TeacherRetry>? OnRetry { get; init; }

    private static TimeSpan Positive(TimeSpan value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1), name);
        return value;
    }
}

/// <summary>A call that will be repeated.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Exception">Why there was no reply.</param>
/// <param name="Attempt">Which repetition it is, from 1.</param>
/// <param name="Delay">How long is waited before.</param>
public sealed record TeacherRetry(TeacherRequest Request, Exception Exception, int Attempt, TimeSpan Delay)
{
    /// <summary>How often a call that fails like this is repeated at most.</summary>
    /// <value>The default is 0: not known.</value>
    public int MaxRetries { get; init; }
}
