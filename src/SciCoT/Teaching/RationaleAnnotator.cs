using SciCoT.Rationales;

namespace SciCoT.Teaching;

/// <summary>Asks a teacher for the rationales of many questions and stores every reply before it counts.</summary>
/// <remarks>
/// What the store knows is not asked for again, so that an annotation that was stopped, by whatever cause, is continued by
/// starting it again. Safe for concurrent callers, who should not annotate the same questions.
/// </remarks>
/// <param name="teacher">The teacher.</param>
/// <param name="store">Where the replies go.</param>
/// <param name="settings">How the teacher is asked.</param>
/// <param name="time">The clock for the records' times and the progress; the system's by default.</param>
public sealed class RationaleAnnotator(ITeacherPrompter teacher, IRationaleStore store, AnnotationSettings settings, TimeProvider? time = null)
{
    private readonly ITeacherPrompter _teacher = teacher ?? throw new ArgumentNullException(nameof(teacher));
    private readonly IRationaleStore _store = store ?? throw new ArgumentNullException(nameof(store));
    private readonly AnnotationSettings _settings = settings ?? throw new ArgumentNullException(nameof(settings));
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Annotates questions. A question that fails is stated in the result and does not stop the others.</summary>
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
        var tally = new AnnotationTally(checked(questions.Count * _settings.SamplesPerQuestion), progress, _time);
        var units = await PlanAsync(questions, tally, cancellationToken).ConfigureAwait(false);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _settings.Concurrency, CancellationToken = stop.Token };
        try
        {
            await Parallel.ForEachAsync(units, parallel, async (request, token) =>
            {
                // Units that were handed out before the stop reached the loop are not asked for any more.
                stop.Token.ThrowIfCancellationRequested();
                if (await AnnotateAsync(request, tally, token).ConfigureAwait(false) is { } failure && tally.Fail(failure) >= _settings.MaxFailures)
                    stop.Cancel();
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return tally.Result(isStoppedEarly: true);
        }

        return tally.Result(isStoppedEarly: false);
    }

    /// <summary>What is still to be asked for, each unit once.</summary>
    private async Task<IReadOnlyList<TeacherRequest>> PlanAsync(IEnumerable<ScienceQuestion> questions, AnnotationTally tally, CancellationToken cancellationToken)
    {
        var planned = new HashSet<(string Hash, int Sample)>();
        var answers = _settings.RationalizeDisagreements ? await AnswersAsync(cancellationToken).ConfigureAwait(false) : [];
        var units = new List<TeacherRequest>();
        foreach (var question in questions)
        {
            var hash = question.ContentHash;
            for (int sample = 0; sample < _settings.SamplesPerQuestion; sample++)
            {
                var request = new TeacherRequest(question) { SampleIndex = sample, RevealAnswer = _settings.RevealAnswer };
                if (!planned.Add((hash, sample)))
                    tally.Skip();
                else if (!await _store.ContainsAsync(Key(request), cancellationToken).ConfigureAwait(false))
                    units.Add(request);
                else if (answers.TryGetValue((hash, sample), out var answer) && Disagrees(question, answer)
                    && !await _store.ContainsAsync(Key(Revealed(request)), cancellationToken).ConfigureAwait(false))
                    units.Add(Revealed(request));
                else
                    tally.Skip();
            }
        }

        return units;
    }

    /// <summary>The answers of this teacher's whole replies, to find those whose second ask is outstanding.</summary>
    private async Task<Dictionary<(string Hash, int Sample), string?>> AnswersAsync(CancellationToken cancellationToken)
    {
        var answers = new Dictionary<(string, int), string?>();
        await foreach (var record in _store.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (record.Teacher == _settings.Teacher && record.PromptHash == _settings.PromptHash
                && !record.AnswerRevealed && record.FinishReason == TeacherFinishReason.Complete)
                answers.TryAdd((record.QuestionHash, record.SampleIndex), record.AnswerText);
        }

        return answers;
    }

    private async Task<AnnotationFailure?> AnnotateAsync(TeacherRequest request, AnnotationTally tally, CancellationToken cancellationToken)
    {
        while (true)
        {
            TeacherReply reply;
            try
            {
                reply = await AskAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                return new(request, e);
            }

            tally.Count(reply);
            try
            {
                await StoreAsync(request, reply).ConfigureAwait(false);
            }
            catch (ArgumentException e)
            {
                // The reply is no record, being too long, say. The store is well.
                return new(request, e);
            }

            if (!NeedsSecondAsk(request, reply))
                break;
            request = Revealed(request);
        }

        tally.Complete();
        return null;
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
            Rationalized = request.RevealAnswer && !_settings.RevealAnswer,
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

    private bool NeedsSecondAsk(TeacherRequest request, TeacherReply reply) =>
        _settings.RationalizeDisagreements && !request.RevealAnswer && reply.FinishReason == TeacherFinishReason.Complete
        && Disagrees(request.Question, GoldAnswer.Text(request.Question, reply.AnswerLabel));

    private static bool Disagrees(ScienceQuestion question, string? answer) =>
        GoldAnswer.Text(question) is { } gold && (answer is null || !GoldAnswer.Same(question, gold, answer));

    private static TeacherRequest Revealed(TeacherRequest request) => request with { RevealAnswer = true };

    private RationaleKey Key(TeacherRequest request) => new()
    {
        QuestionHash = request.Question.ContentHash,
        Teacher = _settings.Teacher,
        PromptHash = _settings.PromptHash,
        SampleIndex = request.SampleIndex,
        Attempt = request.Attempt,
        AnswerRevealed = request.RevealAnswer,
    };
}
