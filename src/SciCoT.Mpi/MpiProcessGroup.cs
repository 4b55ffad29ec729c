using System.Diagnostics.CodeAnalysis;
using SciCoT.Distributed;

namespace SciCoT.Mpi;

/// <summary>The processes that <c>mpirun</c>, <c>mpiexec</c> or <c>srun</c> started together.</summary>
/// <remarks>
/// <para>
/// Open MPI 4 and 5, MPICH and the libraries that share its binary interface, and the interface that MPI 5.0 fixes are found when the
/// program runs; nothing has to be compiled. Sums are computed by the MPI library on a thread of their own.
/// </para>
/// <para>
/// A rank that ends with an error has to end the others: <see cref="RunAsync"/> does that. With <see cref="Join"/> alone,
/// <see cref="Dispose"/> waits for the other ranks to leave too.
/// </para>
/// </remarks>
public sealed unsafe partial class MpiProcessGroup : IProcessGroup
{
    /// <summary>The exit code of a group that was ended because a rank waited for another longer than <see cref="MpiOptions.Timeout"/>.</summary>
    public const int TimeoutExitCode = 124;

    /// <summary>The most bytes of one call: counts are 32-bit numbers.</summary>
    private const int PieceBytes = 16 << 20;

    /// <summary>
    /// Bytes that a sum's call has for each rank, up to <see cref="PieceBytes"/>. Two ranks on one machine sum pieces that fit into the caches
    /// fastest. Each call costs more turns the more ranks there are, so that their pieces are longer.
    /// </summary>
    private const int SummedBytesPerRank = 2 << 20;

    /// <summary>What the launcher needs to pass on the last message: some throw away what is under way when the group ends.</summary>
    private static readonly TimeSpan RelayTime = TimeSpan.FromMilliseconds(200);

    private readonly MpiCalls _calls;
    private readonly CommunicationThread _thread;
    private readonly Watchdog _watchdog;
    private readonly LastFailure _failures = new();
    private bool _disposed;

    private MpiProcessGroup(MpiLaunch launch, MpiLibrary library, TimeSpan timeout)
    {
        _calls = new MpiCalls(library);
        _thread = new CommunicationThread(_calls);
        (Rank, Size) = _thread.Joined;
        Library = library.Path;
        if (launch.Size > 0 && launch.Size != Size)
            throw new ProcessGroupException(FormattableString.Invariant($"{launch.Launcher} started {launch.Size} processes, but for {library.Path} the group has {Size}: the library belongs to another launcher. Start the program with that library's own mpirun, give srun the option --mpi that the library supports (pmix or pmi2), or name the right library in {MpiOptions.LibraryVariable}."));
        _watchdog = new Watchdog(this, _thread, timeout);
        ProcessorShare.Take(this);
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>The MPI library that was loaded.</summary>
    public string Library { get; }

    /// <inheritdoc/>
    public Task AllReduceAsync(IReadOnlyList<Memory<float>> blocks)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        var pinned = blocks.Select(block => (Pin: block.Pin(), block.Length)).ToArray();
        var sum = _thread.Begin(new(CollectiveKind.SumFloats, pinned.Sum(block => (long)block.Length), 0, () =>
        {
            foreach (var (pin, length) in pinned)
                Sum((byte*)pin.Pointer, length, sizeof(float), _calls.Handles.Float);
        }));
        return Unpinned(sum.Done, [.. pinned.Select(block => block.Pin)]);
    }

    /// <inheritdoc/>
    public void AllReduce(Span<float> values)
    {
        long count = values.Length;
        fixed (float* numbers = values)
        {
            var place = (byte*)numbers;
            _thread.Begin(new(CollectiveKind.SumFloats, count, 0, () => Sum(place, count, sizeof(float), _calls.Handles.Float))).Wait();
        }
    }

    /// <inheritdoc/>
    public void AllReduce(Span<double> values)
    {
        long count = values.Length;
        fixed (double* numbers = values)
        {
            var place = (byte*)numbers;
            _thread.Begin(new(CollectiveKind.SumDoubles, count, 0, () => Sum(place, count, sizeof(double), _calls.Handles.Double))).Wait();
        }
    }

    /// <inheritdoc/>
    public void Broadcast(Span<byte> values, int root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, Size);
        int count = values.Length;
        fixed (byte* bytes = values)
        {
            var place = bytes;
            _thread.Begin(new(CollectiveKind.Broadcast, count, root, () =>
            {
                for (int at = 0; at < count; at += PieceBytes)
                    _calls.Broadcast(place + at, Math.Min(PieceBytes, count - at), root);
            })).Wait();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> AllGather(ReadOnlySpan<byte> value)
    {
        byte[][] gathered = [];
        int count = value.Length;
        fixed (byte* bytes = value)
        {
            var place = bytes;
            _thread.Begin(new(CollectiveKind.Gather, 0, 0, () => gathered = Gather(place, count))).Wait();
        }

        return gathered;
    }

    /// <inheritdoc/>
    public void Barrier() => _thread.Begin(new(CollectiveKind.Barrier, 0, 0, () => { })).Wait();

    /// <inheritdoc/>
    [DoesNotReturn]
    public void Abort(int exitCode, string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Console.Out.Flush();
        Console.Error.WriteLine(TerminalWriter.Escape(FormattableString.Invariant($"Rank {Rank} of {Size} on {Environment.MachineName}: {message}")));
        Console.Error.Flush();
        Thread.Sleep(RelayTime);
        new Thread(() => ExitLater(exitCode)) { IsBackground = true }.Start();
        _calls.Abort(exitCode);
        Thread.Sleep(Timeout.Infinite);
        throw new InvalidOperationException("The process ends."); // not reached
    }

    /// <summary>
    /// Leaves the group; waits until the other ranks leave too. Where they go on instead, this rank has failed, and the whole group ends.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!_thread.IsBroken)
        {
            try
            {
                _thread.Begin(new(CollectiveKind.Leave, 0, 0, _calls.Finish)).Wait();
            }
            catch (ProcessGroupException e)
            {
                Abort(1, $"{e.Message}{_failures.Last}");
            }
        }

        _failures.Dispose();
        _watchdog.Dispose();
        _thread.Dispose();
    }

    /// <summary>Where the library waits for something that does not come.</summary>
    private static void ExitLater(int exitCode)
    {
        Thread.Sleep(TimeSpan.FromSeconds(2));
        _exit(exitCode);
    }

    /// <summary>Calls the library as a program of its own would, for comparisons; all ranks have to.</summary>
    internal void Call(Action<MpiCalls> calls) => _thread.Begin(new(CollectiveKind.Barrier, 0, 0, () => calls(_calls))).Wait();

    private void Sum(byte* values, long count, int size, nint type)
    {
        int piece = (int)Math.Min(PieceBytes, (long)SummedBytesPerRank * Size) / size;
        for (long at = 0; at < count; at += piece)
            _calls.AllReduce(values + at * size, (int)Math.Min(piece, count - at), type, _calls.Handles.Sum);
    }

    private byte[][] Gather(byte* value, int length)
    {
        var lengths = new double[Size]; // exact for all lengths of arrays
        lengths[Rank] = length;
        fixed (double* numbers = lengths)
            _calls.AllReduce(numbers, Size, _calls.Handles.Double, _calls.Handles.Sum);

        byte[][] gathered = [.. lengths.Select(each => GC.AllocateUninitializedArray<byte>((int)each))];
        int most = (int)lengths.Max(), piece = Math.Max(1, PieceBytes / Size);
        var received = new byte[Math.Min(lengths.Sum(), (double)piece * Size) is var whole && whole > 0 ? (int)whole : 1];
        fixed (byte* buffer = received)
        {
            for (int at = 0; at < most; at += piece)
            {
                int[] counts = [.. gathered.Select(bytes => Math.Clamp(bytes.Length - at, 0, piece))];
                var places = new int[Size];
                for (int rank = 1; rank < Size; rank++)
                    places[rank] = places[rank - 1] + counts[rank - 1];
                _calls.AllGather(value + Math.Min(at, length), buffer, counts, places, Rank);
                for (int rank = 0; rank < Size; rank++)
                    received.AsSpan(places[rank], counts[rank]).CopyTo(gathered[rank].AsSpan(Math.Min(at, gathered[rank].Length)));
            }
        }

        return gathered;
    }
}
