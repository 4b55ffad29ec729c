using System.Runtime.ExceptionServices;
using SciCoT.Rationales;

namespace SciCoT.Teaching;

/// <summary>Asks a teacher to explain many questions, and stores every reply before it counts.</summary>
/// <remarks>
/// What the store knows is not asked for again, so that an annotation that was stopped, by whatever cause, is continued by
/// starting it again. Safe for concurrent callers, who should not annotate the same questions unless they share the work.
/// </remarks>
/// <param name="teacher">The teacher.</param>
/// <param name="store">Where the replies go.</param>
/// <param name="settings">How the teacher is asked.</param>
/// <param name="time">The clock for the records' times and the progress; the system's by default.</param>
/// <param name="sharing">How the work is shared with other annotators, in other processes for example, over the same store; by default it is not.</param>
/// <include file="Examples.xml" path="examples/RationaleAnnotator/example"/>
public sealed class RationaleAnnotator(ITeacherPrompter teacher, IRationaleStore store, AnnotationSettings settings, TimeProvider? time = null, IAnnotationSharing? sharing = null)
{
    /// <summary>Keys that are looked up at the same time: stores in a database answer many at once.</summary>
    private const int LookedUpAtOnce = 4096;

    /// <summary>One unit for so many calls is looked up or stored meanwhile, so that the store's time does not hold up a call.</summary>
    private const int CallsForEachBeside = 4;

    private readonly ITeacherPrompter _teacher = teacher ?? throw new ArgumentNullException(nameof(teacher));
    private readonly IRationaleStore _store = store ?? throw new ArgumentNullException(nameof(store));
    private readonly AnnotationSettings _settings = settings ?? throw new ArgumentNullException(nameof(settings));
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly IAnnotationSharing _sharing = sharing ?? SoleWorker.Instance;

    /// <summary>Annotates questions. A question that fails is stated in the result and does not stop the others, unless the service has never answered and cannot be reached.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="progress">Is told of every unit, from any thread but one at a time.</param>
    /// <param name="cancellationToken">Stops asking; what came in until then is stored.</param>
    /// <returns>The figures and the failures.</returns>
    /// <exception cref="OperationCanceledException">The annotation was cancelled.</exception>
    /// <exception cref="IOException">The store failed. That does stop the annotation: replies that cannot be kept are not worth asking for.</exception>
    /// <exception cref="InvalidOperationException">
    /// The teacher replied under another name or prompt hash than the settings say. The reply is stored under its own.
    /// </exception>
    public async Task<AnnotationResult> AnnotateAsync(
        IReadOnlyCollection<ScienceQuestion> questions,
        IProgress<AnnotationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        await using var share = await _sharing.JoinAsync(cancellationToken).ConfigureAwait(false);
        var tally = new AnnotationTally(checked(questions.Count * _settings.SamplesPerQuestion), _settings.Prices, progress, _time, () => share.EndedElsewhere);
        var units = await PlanAsync(questions, tally, cancellationToken).ConfigureAwait(false);

        // Asking stops at once. Calls under way will be paid for: they are left their grace when it was the caller who stopped,
        // and all their time otherwise.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        using var grace = cancellationToken.UnsafeRegister(_ => Abort(abort), null);
        ExceptionDispatchInfo? fatal = null;
        using var calls = new SemaphoreSlim(_settings.Concurrency);
        var run = new Run(share, tally, calls, stop, abort.Token);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _settings.Concurrency + (_settings.Concurrency / CallsForEachBeside), CancellationToken = stop.Token };
        try
        {
            await Parallel.ForEachAsync(share.TakeAsync(units.Keys, parallel.MaxDegreeOfParallelism, stop.Token), parallel, async (unit, _) =>
            {
                try
                {
                    await AnnotateAsync(unit, units[unit], run).ConfigureAwait(false);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // The loop would keep it to itself if it was stopped meanwhile.
                    Interlocked.CompareExchange(ref fatal, ExceptionDispatchInfo.Capture(e), null);
                    stop.Cancel();
                }
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (fatal is not null || (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested))
        {
        }

        fatal?.Throw();
        return tally.Result(isStoppedEarly: stop.IsCancellationRequested);
    }

    private void Abort(CancellationTokenSource abort)
    {
        if (_settings.CancellationGrace == TimeSpan.Zero)
            abort.Cancel();
        else
            abort.CancelAfter(_settings.CancellationGrace);
    }

    /// <summary>What is still to be asked for: the next request of each unit, in the order of the questions.</summary>
    private async Task<OrderedDictionary<RationaleKey, TeacherRequest>> PlanAsync(IEnumerable<ScienceQuestion> questions, AnnotationTally tally, CancellationToken cancellationToken)
    {
        var stored = FollowsUp ? await StoredAsync(cancellationToken).ConfigureAwait(false) : null;
        var planned = new HashSet<(string Hash, int Sample)>();
        var units = new OrderedDictionary<RationaleKey, TeacherRequest>();
        var first = questions.SelectMany(question => Enumerable.Range(0, _settings.SamplesPerQuestion).Select(sample => new TeacherRequest(question) { SampleIndex = sample, RevealAnswer = _settings.RevealAnswer }));
        foreach (var part in first.Chunk(LookedUpAtOnce))
        {
            var lookups = part.Select(request => stored is null ? _store.ContainsAsync(Key(request), cancellationToken).AsTask() : Task.FromResult(stored.ContainsKey(Key(request).Fingerprint()))).ToArray();
            var known = await Task.WhenAll(lookups).ConfigureAwait(false);
            foreach (var (unit, isKnown) in part.Zip(known))
            {
                var request = !planned.Add((unit.Question.ContentHash, unit.SampleIndex)) || (isKnown && stored is null) ? null : unit;
                while (request is not null && stored?.GetValueOrDefault(Key(request).Fingerprint()) is { } outcome)
                    request = Next(request, outcome);
                if (request is null)
                    tally.Skip();
                else
                    units.Add(Key(unit), request);
            }
        }

        return units;
    }

    /// <summary>What is left to ask of a unit that another worker may have begun, or ended without saying so, since the plan was made.</summary>
    private async Task<TeacherRequest?> ResumeAsync(TeacherRequest unit)
    {
        TeacherRequest? request = unit;
        while (request is not null && await _store.ContainsAsync(Key(request)).ConfigureAwait(false))
            request = FollowsUp && await _store.FindAsync(Key(request)).ConfigureAwait(false) is { } record ? Next(request, new(record.FinishReason, record.AnswerText)) : null;
        return request;
    }

    /// <summary>Whether a reply may be followed by another request.</summary>
    private bool FollowsUp => _settings.RationalizeDisagreements || _settings.UnusableRetries > 0;

    /// <summary>How this teacher's stored replies ended, to find those that are to be followed by another.</summary>
    private async Task<Dictionary<UInt128, Outcome>> StoredAsync(CancellationToken cancellationToken)
    {
        var stored = new Dictionary<UInt128, Outcome>();
        await foreach (var record in _store.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (record.Teacher == _settings.Teacher && record.PromptHash == _settings.PromptHash)
                stored.TryAdd(record.Key.Fingerprint(), new(record.FinishReason, record.AnswerText));
        }

        return stored;
    }

    /// <summary>Asks for a unit until nothing is left to ask.</summary>
    private async Task AnnotateAsync(RationaleKey unit, TeacherRequest planned, Run run)
    {
        // Units that were handed out before the stop reached the loop are not asked for any more.
        run.Stop.Token.ThrowIfCancellationRequested();
        var request = await ResumeAsync(planned).ConfigureAwait(false);
        if (request is null)
        {
            run.Share.End(unit);
            run.Tally.Skip();
            return;
        }

        while (request is not null)
        {
            if (await CallAsync(unit, request, run).ConfigureAwait(false) is not { } reply)
                return;
            try
            {
                await StoreAsync(request, reply).ConfigureAwait(false);
            }
            catch (ArgumentException e)
            {
                // The reply is no record, being too long, say. The store is well.
                Fail(unit, request, e, run);
                return;
            }
            finally
            {
                run.Tally.Count(request, reply, IsRationalized(request));
            }

            request = Next(request, new(reply.FinishReason, GoldAnswer.Text(request.Question, reply.AnswerLabel)));
        }

        run.Share.End(unit);
        run.Tally.Complete();
    }

    /// <summary>One call, once there is room for it.</summary>
    /// <returns>The reply; <see langword="null"/> where there is none and the unit has ended or everything stops.</returns>
    private async Task<TeacherReply?> CallAsync(RationaleKey unit, TeacherRequest request, Run run)
    {
        await run.Calls.WaitAsync(run.Stop.Token).ConfigureAwait(false);
        try
        {
            return await AskAsync(request, run.Abort).ConfigureAwait(false);
        }
        catch (TeacherStoppedException e)
        {
            run.Tally.Stop(e);
            run.Stop.Cancel();
        }
        catch (TeacherServiceException e) when (e.IsRefusal)
        {
            // The service will refuse the same prompt again, so the refusal is stored: nobody asks for it a second time.
            await StoreAsync(request, Refused(e)).ConfigureAwait(false);
            run.Share.End(unit);
            run.Tally.Fail(new(request, e), maxFailures: null);
        }
        catch (Exception e) when (!run.Abort.IsCancellationRequested)
        {
            Fail(unit, request, e, run);
        }
        finally
        {
            run.Calls.Release(); // after a stop: who waits for the room must not take it
        }

        return null;
    }

    private void Fail(RationaleKey unit, TeacherRequest request, Exception failure, Run run)
    {
        run.Share.End(unit);
        if (run.Tally.Fail(new(request, failure), _settings.MaxFailures))
            run.Stop.Cancel();
    }

    /// <summary>What follows on a reply: another try, the question with its answer, or nothing.</summary>
    private TeacherRequest? Next(TeacherRequest request, Outcome outcome)
    {
        if (outcome.Reason != TeacherFinishReason.Complete && request.Attempt < _settings.UnusableRetries)
            return request with { Attempt = request.Attempt + 1 };

        bool isWhole = outcome.Reason is TeacherFinishReason.Complete or TeacherFinishReason.NoAnswer;
        return _settings.RationalizeDisagreements && !request.RevealAnswer && isWhole && Disagrees(request.Question, outcome.AnswerText)
            ? request with { Attempt = 0, RevealAnswer = true }
            : null;
    }

    private async Task<TeacherReply> AskAsync(TeacherRequest request, CancellationToken cancellationToken)
    {
        request.Question.Validate();
        if (request.RevealAnswer && GoldAnswer.Text(request.Question) is null)
            throw new InvalidOperationException($"Question '{request.Question.Id}' has no gold answer to show to the teacher.");
        return await _teacher.ExplainAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stores a reply. It is paid for, so a cancellation does not come between.</summary>
    private async Task StoreAsync(TeacherRequest request, TeacherReply reply)
    {
        var record = new RationaleRecord
        {
            QuestionHash = request.Question.ContentHash,
            QuestionId = request.Question.Id,
            Rationale = reply.Rationale,
            AnswerLabel = reply.AnswerLabel,
            AnswerText = GoldAnswer.Text(request.Question, reply.AnswerLabel),
            Teacher = reply.Teacher,
            Model = reply.Model,
            PromptHash = reply.PromptHash,
            SampleIndex = request.SampleIndex,
            Attempt = request.Attempt,
            AnswerRevealed = request.RevealAnswer,
            Rationalized = IsRationalized(request),
            FinishReason = reply.FinishReason,
            Sampling = reply.Sampling,
            Reply = reply.Reply,
            ReplyId = reply.ReplyId,
            InputTokens = reply.InputTokens,
            OutputTokens = reply.OutputTokens,
            Time = _time.GetUtcNow(),
        };
        await _store.AppendAsync(record, CancellationToken.None).ConfigureAwait(false);

        if (record.Key != Key(request))
            throw new InvalidOperationException(
                $"The teacher replied as '{reply.Teacher}' with prompt hash '{reply.PromptHash}', but the settings say '{_settings.Teacher}' and '{_settings.PromptHash}'; "
                + "a later run could not tell what is stored already. Give the annotator the name and prompt hash that the teacher uses.");
    }

    private TeacherReply Refused(TeacherServiceException refusal) => new("", null)
    {
        Teacher = _settings.Teacher,
        PromptHash = _settings.PromptHash,
        FinishReason = TeacherFinishReason.Refused,
        Reply = refusal.Body,
    };

    private static bool Disagrees(ScienceQuestion question, string? answer) =>
        GoldAnswer.Text(question) is { } gold && (answer is null || !GoldAnswer.Same(question, gold, answer));

    private bool IsRationalized(TeacherRequest request) => request.RevealAnswer && !_settings.RevealAnswer;

    private RationaleKey Key(TeacherRequest request) => new()
    {
        QuestionHash = request.Question.ContentHash,
        Teacher = _settings.Teacher,
        PromptHash = _settings.PromptHash,
        SampleIndex = request.SampleIndex,
        Attempt = request.Attempt,
        AnswerRevealed = request.RevealAnswer,
    };

    /// <summary>One annotation under way.</summary>
    /// <param name="Share">This worker's part of it.</param>
    /// <param name="Tally">Its figures.</param>
    /// <param name="Calls">Room for calls.</param>
    /// <param name="Stop">Ends the asking.</param>
    /// <param name="Abort">Ends the calls under way.</param>
    private sealed record Run(IAnnotationShare Share, AnnotationTally Tally, SemaphoreSlim Calls, CancellationTokenSource Stop, CancellationToken Abort);

    /// <summary>What decides whether a reply is followed by another.</summary>
    private sealed record Outcome(TeacherFinishReason Reason, string? AnswerText);
}
