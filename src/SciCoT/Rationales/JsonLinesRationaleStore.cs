using System.Buffers;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SciCoT.Questions;

namespace SciCoT.Rationales;

/// <summary>A rationale store in one file, one record of JSON a line, that only ever grows.</summary>
/// <remarks>
/// <para>Safe for concurrent callers. A record counts when it was flushed to the disk; records that come in while a flush
/// runs share the next one. Of each record only a 128-bit key is kept in memory.</para>
/// <para>One instance has the file to itself. A last line that a crash left unfinished is set aside when the file is
/// opened (<see cref="TornTail"/>); a damaged line before it is an error, since it was whole once.</para>
/// </remarks>
/// <include file="Examples.xml" path="examples/JsonLinesRationaleStore/example"/>
public sealed class JsonLinesRationaleStore : IRationaleStore, IAsyncDisposable, IDisposable
{
    private const int MaxBatchBytes = 1 << 22;

    private readonly AppendOnlyFile _file;
    private readonly HashSet<UInt128> _keys = [];
    private readonly Channel<Pending> _queue = Channel.CreateUnbounded<Pending>(new() { SingleReader = true });
    private readonly Task _writing;

    private JsonLinesRationaleStore(AppendOnlyFile file, CancellationToken cancellationToken)
    {
        _file = file;
        TornTail = Load(cancellationToken);
        _writing = Task.Run(WriteAsync, CancellationToken.None);
    }

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <summary>How many different keys are stored.</summary>
    public int Count
    {
        get
        {
            lock (_keys)
                return _keys.Count;
        }
    }

    /// <summary>What a crash left unfinished and the opening set aside; <see langword="null"/> when the file was whole.</summary>
    public TornTail? TornTail { get; }

    /// <summary>Opens a store, or makes an empty one; a million records take some seconds.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="cancellationToken">Stops before the next record.</param>
    /// <exception cref="IOException">The file cannot be opened or another instance or process has it open.</exception>
    /// <exception cref="BadRowException">A line that is not the unfinished last one is no record.</exception>
    public static JsonLinesRationaleStore Open(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Open(new AppendOnlyFile(path), cancellationToken);
    }

    internal static JsonLinesRationaleStore Open(AppendOnlyFile file, CancellationToken cancellationToken = default)
    {
        try
        {
            return new JsonLinesRationaleStore(file, cancellationToken);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The record could not be written (the disk is full, say); the store is as it was and can be used on.</exception>
    /// <exception cref="ArgumentException">The record lacks a question hash or teacher, or is longer than 1 MiB.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public async Task<bool> AppendAsync(RationaleRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentException.ThrowIfNullOrWhiteSpace(record.QuestionHash);
        ArgumentException.ThrowIfNullOrWhiteSpace(record.Teacher);
        cancellationToken.ThrowIfCancellationRequested();

        var pending = new Pending(record.Key.Fingerprint(), RationaleJson.Line(record));
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(pending), this);
        return await pending.Completion.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<bool> ContainsAsync(RationaleKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Contains(key.Fingerprint()));
    }

    /// <inheritdoc/>
    /// <exception cref="BadRowException">A line is no record.</exception>
    public async IAsyncEnumerable<RationaleRecord> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // The file is read synchronously, so at least not on the caller's thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        foreach (var line in _file.ReadLines())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!line.IsBlank)
                yield return StoredLine.Parse(Path, line, RationaleJson.Record);
        }
    }

    /// <summary>Waits until everything handed over is stored, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        _file.Dispose();
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private bool Contains(UInt128 key)
    {
        lock (_keys)
            return _keys.Contains(key);
    }

    private TornTail? Load(CancellationToken cancellationToken)
    {
        foreach (var line in _file.ReadLines())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!line.IsTerminated && !StoredLine.IsRecord(line))
                return SetAside(line);
            if (!line.IsBlank)
                _keys.Add(StoredLine.Parse(Path, line, RationaleJson.Key).Fingerprint());
            if (!line.IsTerminated)
                _file.Append("\n"u8.ToArray());
        }

        return null;
    }

    private TornTail SetAside(FileLine line)
    {
        var torn = new TornTail(line.Number, _file.Length - line.Offset, Path + ".torn");
        _file.SetAside(line.Offset, torn.AsidePath);
        return torn;
    }

    private async Task WriteAsync()
    {
        var batch = new List<Pending>();
        var bytes = new ArrayBufferWriter<byte>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var newKeys = new HashSet<UInt128>();
            while (bytes.WrittenCount < MaxBatchBytes && _queue.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
                pending.IsNew = !Contains(pending.Key) && newKeys.Add(pending.Key);
                if (pending.IsNew)
                    bytes.Write(pending.Line);
            }

            Commit(batch, newKeys, bytes.WrittenMemory);
            batch.Clear();
            bytes.ResetWrittenCount();
        }
    }

    private void Commit(List<Pending> batch, HashSet<UInt128> newKeys, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (!bytes.IsEmpty)
                _file.Append(bytes);
            lock (_keys)
                _keys.UnionWith(newKeys);
            foreach (var pending in batch)
                pending.Completion.SetResult(pending.IsNew);
        }
        catch (Exception e)
        {
            // Whoever waits is told; the loop lives on for those who come after.
            foreach (var pending in batch)
                pending.Completion.TrySetException(e);
        }
    }

    /// <summary>A record on its way to the disk.</summary>
    private sealed class Pending(UInt128 key, byte[] line)
    {
        public UInt128 Key => key;

        public byte[] Line => line;

        public bool IsNew { get; set; }

        public TaskCompletionSource<bool> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
