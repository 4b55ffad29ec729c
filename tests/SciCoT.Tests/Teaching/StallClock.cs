namespace SciCoT.Tests.Teaching;

/// <summary>
/// A clock for tests over a real connection: waits of a minute and more end when the test says so for the question that is
/// being asked, shorter ones soon. No test depends on how fast the machine is.
/// </summary>
internal sealed class StallClock : TimeProvider
{
    private static readonly AsyncLocal<string?> Asked = new();

    private readonly Dictionary<string, Action> _timeouts = [];

    /// <summary>Wraps a teacher so that the clock knows whose timeout it starts.</summary>
    public ITeacherPrompter Around(ITeacherPrompter inner) => new Naming(inner);

    /// <summary>Lets the time of a question's call run out.</summary>
    public void RunOut(string stem)
    {
        Action fire;
        lock (_timeouts)
            fire = _timeouts[stem];
        fire();
    }

    /// <summary>Nothing lasts any time, so that what is reckoned from durations is the same on every machine.</summary>
    public override long GetTimestamp() => 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.FromMinutes(1))
            return base.CreateTimer(callback, state, dueTime < TimeSpan.Zero ? dueTime : dueTime / 100, period);

        lock (_timeouts)
            _timeouts[Asked.Value ?? throw new InvalidOperationException("A timeout was started outside of a question.")] = () => callback(state);
        return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private sealed class Naming(ITeacherPrompter inner) : ITeacherPrompter
    {
        public Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
        {
            Asked.Value = request.Question.Stem;
            return inner.ExplainAsync(request, cancellationToken);
        }
    }
}
