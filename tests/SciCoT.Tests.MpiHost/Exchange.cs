using System.Text;
using SciCoT.Compute;
using SciCoT.Distributed;
using SciCoT.Mpi;

namespace SciCoT.Tests.MpiHost;

/// <summary>Each operation of a group, with results that the ranks can tell to be right.</summary>
internal static class Exchange
{
    /// <summary>More than one call's worth of bytes.</summary>
    private const int Many = 10_000_000;

    public static int Run()
    {
        using var group = MpiProcessGroup.Join();
        int size = group.Size, rank = group.Rank;

        float[] few = [rank + 1, 0.5f];
        group.AllReduce(few);
        Require(few is [var sum, var halves] && sum == size * (size + 1) / 2 && halves == size * 0.5f, "few float32 numbers");

        var many = new float[Many];
        for (int i = 0; i < many.Length; i++)
            many[i] = i % 1000 + rank;
        var begun = group.AllReduceAsync([many.AsMemory(0, Many / 3), Memory<float>.Empty, many.AsMemory(Many / 3)]);
        double[] doubles = [Math.Pow(2, 40) + rank, -rank]; // behind the one that is under way
        group.AllReduce(doubles);
        begun.GetAwaiter().GetResult();
        Require(Enumerable.Range(0, Many).All(i => many[i] == size * (i % 1000) + size * (size - 1) / 2), "many float32 numbers");
        Require(doubles[0] == size * Math.Pow(2, 40) + size * (size - 1) / 2 && doubles[1] == -size * (size - 1) / 2, "float64 numbers");
        group.AllReduce(Span<float>.Empty);

        var bytes = new byte[40_000_000];
        if (rank == size - 1)
            new Random(7).NextBytes(bytes);
        group.Broadcast(bytes, size - 1);
        var expected = new byte[bytes.Length];
        new Random(7).NextBytes(expected);
        Require(bytes.AsSpan().SequenceEqual(expected), "broadcast");

        var own = new byte[rank * 9_000_000 + rank]; // rank 0 has none
        Array.Fill(own, (byte)(rank + 1));
        var gathered = group.AllGather(own);
        Require(gathered.Count == size && gathered.Select((part, of) => part.Length == of * 9_000_001 && part.All(b => b == of + 1)).All(right => right), "bytes of all");
        Require(group.AllGather([]).All(part => part.Length == 0), "no bytes");
        group.Barrier();

        // The MPI library must leave .NET the signal by which it knows null references.
        string? nothing = group.Size > 0 ? null : "";
        try
        {
            Require(nothing!.Length > 0, "unreachable");
        }
        catch (NullReferenceException)
        {
        }

        var lines = group.AllGather(Encoding.UTF8.GetBytes($"rank {rank} of {size}, {ComputeThreads.Count} of {Environment.ProcessorCount} threads, {(group as MpiProcessGroup)?.Library ?? "no library"}, on {Environment.MachineName}"));
        if (rank == 0)
            Console.WriteLine(string.Join("\n", lines.Select(Encoding.UTF8.GetString)));
        return 0;
    }

    private static void Require(bool right, string what)
    {
        if (!right)
            throw new InvalidOperationException($"Wrong: {what}.");
    }
}
