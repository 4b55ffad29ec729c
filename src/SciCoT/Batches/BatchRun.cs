using SciCoT.IO;

namespace SciCoT.Batches;

/// <summary>One batch from its upload to its replies. Each step is in the folder before the next begins, so that another process can go on with it.</summary>
/// <param name="queue">Where replies without a caller go.</param>
/// <param name="job">The batch as the folder has it.</param>
internal sealed class BatchRun(BatchQueue queue, BatchJob job)
{
    private const long ReplyBytes = 1 << 20;
    private const long LeastFileBytes = 64 << 20;

    private readonly Dictionary<string, BatchCall> _calls = new(StringComparer.Ordinal);
    private BatchJob _job = job;
    private bool _isRunning;
    private BatchProgress? _told;

    /// <summary>Gives a line's reply to a caller. For use under the queue's lock.</summary>
    public void Claim(string line, BatchCall call) => _calls[line] = call;

    /// <summary>Begins or goes on, where that is not under way. For use under the queue's lock.</summary>
    public void Start(BatchService service, CancellationToken cancellationToken)
    {
        if (_isRunning)
            return;
        _isRunning = true;
        _ = Task.Run(() => RunAsync(service, cancellationToken), CancellationToken.None);
    }

    private async Task RunAsync(BatchService service, CancellationToken cancellationToken)
    {
        try
        {
            if (service.Address != _job.Endpoint)
                throw new InvalidFileException($"{queue.Folder.RequestsOf(_job)}: this batch was sent to {_job.Endpoint}, not to {service.Address}. Use another folder for another service.");
            bool mayBeThere = _job.InputFile is not null;
            if (_job.Batch is null)
            {
                if (!mayBeThere)
                    Save(_job with { InputFile = await RepeatAsync(token => service.UploadAsync(queue.Folder.RequestsOf(_job), token), cancellationToken).ConfigureAwait(false) });
                Save(_job with { Batch = (await CreateAsync(service, mayBeThere, cancellationToken).ConfigureAwait(false)).Id });
            }

            var state = await EndAsync(service, cancellationToken).ConfigureAwait(false);
            await FetchAsync(service, state, cancellationToken).ConfigureAwait(false);
            Save(_job with { Ended = state.State });
            Deliver(state);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            lock (queue.Gate)
                TakeCalls().ForEach(call => call.TryLeave());
        }
        catch (BatchRefusal refusal)
        {
            GiveUp(call => call.TryAnswer(refusal.Reply));
        }
        catch (Exception e)
        {
            GiveUp(call => call.Fail(e));
        }
    }

    /// <summary>Makes the batch once. Where an answer was lost, the batch may be there: it is looked for before another is made.</summary>
    private async Task<BatchState> CreateAsync(BatchService service, bool mayBeThere, CancellationToken cancellationToken) =>
        await RepeatAsync(
            async token =>
            {
                if (mayBeThere && await service.FindAsync(_job, token).ConfigureAwait(false) is { } found)
                    return found;
                mayBeThere = true;
                return await service.CreateAsync(_job, queue.Options, token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);

    /// <summary>Waits for the end of the batch. A fault that may pass ends no wait: the replies are paid for.</summary>
    private async Task<BatchState> EndAsync(BatchService service, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var state = await service.GetAsync(_job.Batch!, cancellationToken).ConfigureAwait(false);
                Tell(new(state.Id, state.State, _job.Requests, state.Completed, state.Failed));
                if (BatchStates.IsFinal(state.State))
                    return state;
            }
            catch (BatchRefusal refusal) when (refusal.Reply.Status == 404)
            {
                return new(_job.Batch!, BatchStates.Lost);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && MayPass(e))
            {
            }

            await Task.Delay(queue.Options.PollInterval, queue.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FetchAsync(BatchService service, BatchState state, CancellationToken cancellationToken)
    {
        long most = Math.Max(LeastFileBytes, _job.Requests * ReplyBytes);
        foreach (var (file, path) in new[] { (state.OutputFile, queue.Folder.OutputOf(_job)), (state.ErrorFile, queue.Folder.ErrorsOf(_job)) })
        {
            if (file is null || File.Exists(path))
                continue;
            await RepeatAsync(
                async token =>
                {
                    await service.DownloadAsync(file, path, most, token).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives each caller its reply; lines come in any order.</summary>
    private void Deliver(BatchState state)
    {
        var missing = state.Errors.Count == 0 ? BatchStates.Missing(state.Id, state.State) : Refused(state);
        lock (queue.Gate)
        {
            foreach (var (line, reply, place) in queue.Folder.Replies(_job))
            {
                if ((!_calls.Remove(line, out var call) || !call.TryAnswer(reply)) && reply.IsSuccess)
                    queue.Keep(line, place);
            }

            queue.Forget(this);
            TakeCalls().ForEach(call => call.TryAnswer(missing));
        }
    }

    /// <summary>A batch that the service did not begin.</summary>
    private BatchReply Refused(BatchState state)
    {
        var (code, message) = state.Errors[0];
        int status = BatchStates.StatusOf(code) is 429 ? 429 : 400;
        var remedy = status == 429 ? $" Send smaller batches ({nameof(BatchCompletionsOptions.MaxRequests)})." : "";
        var more = state.Errors.Count > 1 ? FormattableString.Invariant($" ({state.Errors.Count - 1} further errors)") : "";
        return BatchReply.Failure(status, code, $"the service refused the batch {state.Id}: {message}{more}. Its requests are in {queue.Folder.RequestsOf(_job)}.{remedy}");
    }

    /// <summary>Tells all callers. What the service may have is followed again by the next call; what it never had is forgotten.</summary>
    private void GiveUp(Action<BatchCall> tell)
    {
        lock (queue.Gate)
        {
            if (_job.InputFile is not null)
            {
                queue.GiveBack(this, _calls.Keys);
            }
            else
            {
                queue.Forget(this);
                queue.Folder.Remove(_job);
            }

            TakeCalls().ForEach(tell);
        }
    }

    private List<BatchCall> TakeCalls()
    {
        List<BatchCall> calls = [.. _calls.Values];
        _calls.Clear();
        _isRunning = false;
        return calls;
    }

    private async Task<T> RepeatAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken) =>
        await queue.Retry.ExecuteAsync(async token => await ask(token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Whether the same call may succeed later.</summary>
    public static bool MayPass(Exception exception) => exception switch
    {
        BatchRefusal refusal => refusal.IsTransient,
        HttpRequestException or TimeoutException or OperationCanceledException => true,
        InvalidFileException => false,
        IOException io => io.GetType() == typeof(IOException) || io is HttpIOException,
        _ => false,
    };

    private void Save(BatchJob job)
    {
        queue.Folder.Save(job);
        _job = job;
    }

    private void Tell(BatchProgress progress)
    {
        if (progress != _told)
            queue.Options.Progress?.Report(_told = progress);
    }
}
