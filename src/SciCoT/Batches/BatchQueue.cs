using System.Buffers;
using System.Text;
using System.Text.Json;
using Polly;
using SciCoT.IO;

namespace SciCoT.Batches;

/// <summary>Collects calls into batches, and gives them the replies of batches, those of earlier processes included.</summary>
/// <remarks>A paid reply is given to one caller. A reply whose caller is gone waits for the next call of the same identity, in this process or a later one.</remarks>
internal sealed class BatchQueue : IDisposable
{
    /// <summary>OpenAI takes files of 200 MB.</summary>
    private const long MaxFileBytes = 150_000_000;

    /// <summary>What a line has beside the request's body, at most.</summary>
    private const int LineBytes = 300;

    /// <summary>How often a call is repeated after a fault that may pass, and how long the first wait is.</summary>
    private const int MaxRetries = 5;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);

    private readonly BatchCompletionsOptions _options;
    private readonly TimeProvider _time;
    private readonly BatchFolder _folder;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<BatchCall> _gathering = [];
    private readonly Dictionary<string, Queue<BatchPlace>> _kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<(BatchRun Run, string Line)>> _unclaimed = new(StringComparer.Ordinal);
    private long _gatheredBytes;
    private BatchService? _service;

    /// <summary>Takes the folder and looks through the batches of earlier processes.</summary>
    /// <exception cref="FolderInUseException">Another process has the folder.</exception>
    public BatchQueue(BatchCompletionsOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        Retry = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(TransientRetry.Create(MaxRetries, FirstDelay, options.PollInterval, (exception, _) => BatchRun.MayPass(exception), _ => null)).Build();
        _folder = new(options.Directory);
        _timer = time.CreateTimer(_ => Send(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        foreach (var job in _folder.Jobs)
        {
            if (job.Ended is null)
            {
                var run = new BatchRun(this, job);
                foreach (var line in _folder.Ids(job))
                    Add(_unclaimed, IdentityOf(line), (run, line));
                continue;
            }

            foreach (var (line, reply, place) in _folder.Replies(job))
            {
                if (reply.IsSuccess)
                    Add(_kept, IdentityOf(line), place);
            }
        }
    }

    /// <summary>The lock of all that the queue and its batches know of callers.</summary>
    public Lock Gate { get; } = new();

    public BatchCompletionsOptions Options => _options;

    public TimeProvider Time => _time;

    /// <summary>Repeats calls of the service after faults that may pass.</summary>
    public ResiliencePipeline Retry { get; }

    public BatchFolder Folder => _folder;

    /// <summary>Asks for a reply; the wait is as long as the service's.</summary>
    /// <param name="service">The service.</param>
    /// <param name="identity">The request's identity, without a dot.</param>
    /// <param name="body">The request as JSON.</param>
    /// <param name="cancellationToken">Ends the wait. A request that was sent stays with the service, and its reply is kept.</param>
    public async Task<BatchReply> AskAsync(BatchService service, string identity, string body, CancellationToken cancellationToken)
    {
        var call = new BatchCall(identity, body);
        BatchPlace? paid = null;
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            _service = service;
            if (_kept.TryGetValue(identity, out var places) && places.TryDequeue(out paid))
            {
            }
            else if (_unclaimed.TryGetValue(identity, out var lines) && lines.TryDequeue(out var line))
            {
                line.Run.Claim(line.Line, call);
                line.Run.Start(service, _stop.Token);
            }
            else
            {
                Gather(call);
            }
        }

        if (paid is not null)
            return paid.Read();
        try
        {
            return await call.Reply.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            call.TryLeave();
            lock (Gate)
            {
                if (_gathering.Remove(call))
                    _gatheredBytes -= BytesOf(call);
            }

            throw;
        }
    }

    /// <summary>Keeps a paid reply whose caller is gone. For use under the lock.</summary>
    public void Keep(string line, BatchPlace place) => Add(_kept, IdentityOf(line), place);

    /// <summary>Leaves lines of a batch that goes on at the service to later calls. For use under the lock.</summary>
    public void GiveBack(BatchRun run, IEnumerable<string> lines)
    {
        foreach (var line in lines)
            Add(_unclaimed, IdentityOf(line), (run, line));
    }

    /// <summary>Forgets the lines of a batch that nobody asked for yet. For use under the lock.</summary>
    public void Forget(BatchRun run)
    {
        foreach (var (identity, lines) in _unclaimed.Where(lines => lines.Value.Any(line => line.Run == run)).ToArray())
            _unclaimed[identity] = new(lines.Where(line => line.Run != run));
    }

    public void Dispose()
    {
        BatchCall[] left;
        lock (Gate)
        {
            if (_stop.IsCancellationRequested)
                return;
            _stop.Cancel();
            left = [.. _gathering];
            _gathering.Clear();
        }

        _timer.Dispose();
        foreach (var call in left)
            call.TryLeave();
        _folder.Dispose();
    }

    private void Gather(BatchCall call)
    {
        _gathering.Add(call);
        _gatheredBytes += BytesOf(call);
        bool isFull = _gathering.Count >= _options.MaxRequests || _gatheredBytes >= MaxFileBytes;
        _timer.Change(isFull ? TimeSpan.Zero : _options.GatherFor, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Makes a batch of what was collected.</summary>
    private void Send()
    {
        BatchCall[] calls;
        BatchService service;
        lock (Gate)
        {
            if (_stop.IsCancellationRequested || _gathering.Count == 0)
                return;
            int count = 0;
            for (long bytes = 0; count < Math.Min(_gathering.Count, _options.MaxRequests) && (count == 0 || bytes + BytesOf(_gathering[count]) <= MaxFileBytes); count++)
                bytes += BytesOf(_gathering[count]);
            calls = [.. _gathering.Take(count)];
            _gathering.RemoveRange(0, count);
            _gatheredBytes -= calls.Sum(BytesOf);
            service = _service!;
            if (_gathering.Count > 0)
                _timer.Change(_options.GatherFor, Timeout.InfiniteTimeSpan);
        }

        try
        {
            var ids = new string[calls.Length];
            var job = _folder.Create(service.Address, name =>
            {
                for (int i = 0; i < calls.Length; i++)
                    ids[i] = FormattableString.Invariant($"{calls[i].Id}.{name}-{i}");
                return [.. calls.Select((call, i) => Line(ids[i], call.Body))];
            });
            var run = new BatchRun(this, job);
            lock (Gate)
            {
                for (int i = 0; i < calls.Length; i++)
                    run.Claim(ids[i], calls[i]);
                run.Start(service, _stop.Token);
            }
        }
        catch (Exception e)
        {
            // On a timer's thread nobody else would see it.
            foreach (var call in calls)
                call.Fail(e);
        }
    }

    private byte[] Line(string id, string body)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("custom_id", id);
            json.WriteString("method", "POST");
            json.WriteString("url", _options.RequestPath);
            json.WritePropertyName("body");
            json.WriteRawValue(body);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }

    private static long BytesOf(BatchCall call) => Encoding.UTF8.GetByteCount(call.Body) + LineBytes;

    /// <summary>The call's identity in a line's identifier.</summary>
    private static string IdentityOf(string line) => line.Split('.')[0];

    private static void Add<T>(Dictionary<string, Queue<T>> places, string identity, T value)
    {
        if (!places.TryGetValue(identity, out var queue))
            places.Add(identity, queue = new());
        queue.Enqueue(value);
    }
}
