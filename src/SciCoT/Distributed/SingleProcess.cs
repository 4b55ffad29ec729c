using System.Diagnostics.CodeAnalysis;

namespace SciCoT.Distributed;

/// <summary>A group of one: sums are what they are summed of.</summary>
internal sealed class SingleProcess : IProcessGroup
{
    public int Rank => 0;

    public int Size => 1;

    public Task AllReduceAsync(IReadOnlyList<Memory<float>> blocks) => Task.CompletedTask;

    public void AllReduce(Span<float> values)
    {
    }

    public void AllReduce(Span<double> values)
    {
    }

    public void Broadcast(Span<byte> values, int root) => ArgumentOutOfRangeException.ThrowIfNotEqual(root, 0);

    public IReadOnlyList<byte[]> AllGather(ReadOnlySpan<byte> value) => [value.ToArray()];

    public void Barrier()
    {
    }

    [DoesNotReturn]
    public void Abort(int exitCode, string message)
    {
        Console.Error.WriteLine(TerminalWriter.Escape(message));
        Environment.Exit(exitCode);
        throw new InvalidOperationException("The process ends."); // not reached
    }

    public void Dispose()
    {
    }
}
