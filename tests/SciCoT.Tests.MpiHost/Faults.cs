using SciCoT.Distributed;
using SciCoT.Mpi;

namespace SciCoT.Tests.MpiHost;

/// <summary>What may go wrong in a group.</summary>
internal static class Faults
{
    /// <summary>The ranks call different operations.</summary>
    public static int Mismatch()
    {
        using var group = MpiProcessGroup.Join();
        try
        {
            if (group.Rank == 0)
                group.AllReduce(new float[5]);
            else
                group.Barrier();
            return 1;
        }
        catch (ProcessGroupException e)
        {
            Console.WriteLine($"{group.Rank}: {e.Message}");
            // One rank ends all: where each ended by itself, MPICH's launcher would kill those that are slower, and tell of that.
            if (group.Rank == 0)
                group.Abort(3, e.Message);
            Thread.Sleep(Timeout.Infinite);
            return 3;
        }
    }

    /// <summary>Rank 1 is done before the others.</summary>
    public static int LeaveEarly()
    {
        using var group = MpiProcessGroup.Join();
        if (group.Rank != 1)
            group.Barrier();
        return 0;
    }

    /// <summary>Rank 1 fails in a program that leaves its group by the way.</summary>
    public static async Task<int> ThrowAndLeaveAsync()
    {
        using var group = MpiProcessGroup.Join();
        await Task.Yield();
        if (group.Rank == 1)
            throw new InvalidDataException("This rank has had enough.");
        group.Barrier();
        return 0;
    }

    /// <summary>The last rank throws while the others wait for it.</summary>
    public static Task<int> ThrowAsync() => MpiProcessGroup.RunAsync(async group =>
    {
        group.Barrier();
        await Task.Yield();
        if (group.Rank == group.Size - 1)
            throw new InvalidDataException("This rank has had enough.");
        group.Barrier();
        return 0;
    });

    /// <summary>Rank 1 hangs, and the others wait for it as long as they may.</summary>
    public static int Hang(TimeSpan timeout)
    {
        using var group = MpiProcessGroup.Join(new() { Timeout = timeout });
        group.Barrier();
        Announce(group);
        if (group.Rank == 1)
            Thread.Sleep(Timeout.Infinite);
        group.Barrier();
        return 0;
    }

    /// <summary>All ranks work on, until one of them is killed.</summary>
    public static int WaitToBeKilled()
    {
        using var group = MpiProcessGroup.Join();
        group.Barrier();
        Announce(group);
        while (true)
        {
            group.AllReduce(new float[1000]);
            Thread.Sleep(20);
        }
    }

    public static int JoinTwice()
    {
        using var group = MpiProcessGroup.Join();
        try
        {
            MpiProcessGroup.Join();
            return 1;
        }
        catch (InvalidOperationException e)
        {
            Console.WriteLine(e.Message);
            return 0;
        }
    }

    private static void Announce(IProcessGroup group)
    {
        Console.WriteLine($"{group.Rank} {Environment.ProcessId}");
        Console.Out.Flush();
    }
}
