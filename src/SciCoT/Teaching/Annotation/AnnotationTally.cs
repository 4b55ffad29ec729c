namespace SciCoT.Teaching;

/// <summary>Counts what happens to the units of an annotation and reports it, one report at a time and never backwards.</summary>
internal sealed class AnnotationTally(int total, IReadOnlyDictionary<string, ModelPrice> prices, IProgress<AnnotationProgress>? progress, TimeProvider time, Func<int> endedElsewhere)
{
    /// <summary>Calls without any reply after which nothing is expected of a service that has never answered.</summary>
    private const int Silences = 3;

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly List<AnnotationFailure> _failures = [];
    private int _done, _skipped, _unusable, _rationalized, _counted, _silences;
    private bool _hasAnswered;
    private long _inputTokens, _outputTokens;
    private decimal _cost;
    private TeacherStoppedException? _stoppedBy;
    private AnnotationProblem? _problem;

    public void Skip()
    {
        lock (_lock)
        {
            _skipped++;
            progress?.Report(Snapshot());
        }
    }

    /// <summary>A unit is done.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _done++;
            progress?.Report(Snapshot());
        }
    }

    /// <summary>A reply came in; a unit may take several.</summary>
    public void Count(TeacherRequest request, TeacherReply reply, bool isRationalized)
    {
        var price = ModelPrice.Find(prices, reply.Model);
        lock (_lock)
        {
            _hasAnswered = true;
            _inputTokens += reply.InputTokens ?? 0;
            _outputTokens += reply.OutputTokens ?? 0;
            _unusable += reply.FinishReason == TeacherFinishReason.Complete ? 0 : 1;
            _rationalized += isRationalized ? 1 : 0;
            _problem = reply.Note is { } note ? new(request, note) : _problem;
            _cost += price?.Of(reply.InputTokens ?? 0, reply.OutputTokens ?? 0) ?? 0;
        }
    }

    /// <summary>A unit failed.</summary>
    /// <param name="failure">Which and why.</param>
    /// <param name="maxFailures">After how many failures the annotation stops; none where this one does not count.</param>
    /// <returns>Whether it stops: there were too many, or the service is not there, which has not answered once.</returns>
    public bool Fail(AnnotationFailure failure, int? maxFailures)
    {
        lock (_lock)
        {
            _failures.Add(failure);
            _counted += maxFailures is null ? 0 : 1;
            bool isSilence = TeacherFault.IsSilence(failure.Exception);
            _hasAnswered |= !isSilence;
            _silences += isSilence ? 1 : 0;
            _problem = new(failure.Request, failure.Exception.Message);
            progress?.Report(Snapshot());
            return _counted >= maxFailures
                || (!_hasAnswered && (failure.Exception is TeacherServiceException { IsUnreachable: true } || _silences >= Silences));
        }
    }

    /// <summary>The teacher is not to be asked any more.</summary>
    public void Stop(TeacherStoppedException reason)
    {
        lock (_lock)
            _stoppedBy ??= reason;
    }

    public AnnotationResult Result(bool isStoppedEarly)
    {
        lock (_lock)
            return new(Snapshot(), [.. _failures], isStoppedEarly) { StoppedBy = _stoppedBy };
    }

    private AnnotationProgress Snapshot()
    {
        var elapsed = time.GetElapsedTime(_start);
        int asked = _done + _failures.Count, elsewhere = endedElsewhere();
        TimeSpan? remaining = asked == 0 ? null : elapsed / (asked + elsewhere) * Math.Max(0, total - _skipped - asked - elsewhere);
        return new(total, _done, _skipped, _failures.Count, _unusable, _inputTokens, _outputTokens, elapsed, remaining)
        {
            Rationalized = _rationalized,
            EndedElsewhere = elsewhere,
            LatestProblem = _problem,
            Cost = prices.Count == 0 ? null : _cost,
        };
    }
}
