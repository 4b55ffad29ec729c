namespace SciCoT;

/// <summary>How much a pipeline has to do and how much it has done, for those who watch over it. Safe for concurrent callers.</summary>
internal sealed class PipelineLoad
{
    private int _underWay;
    private long _answered;

    /// <summary>Calls that are not over.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Calls that have ended with an answer.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Whether the call that ended last ended with an answer.</summary>
    public bool LastAnswered { get; private set; } = true;

    public void Begin() => Interlocked.Increment(ref _underWay);

    public void Answer() => Interlocked.Increment(ref _answered);

    public void End(bool answered)
    {
        LastAnswered = answered;
        Interlocked.Decrement(ref _underWay);
    }
}
