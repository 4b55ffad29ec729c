using System.Buffers.Binary;
using System.Text;

namespace SciCoT.Distributed;

/// <summary>What one rank does for all.</summary>
internal static class Leadership
{
    /// <summary>How often the others hear that the leader still works: they would take it for hung otherwise.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(10);

    private enum Message : byte
    {
        Working,
        Result,
        Failure,
    }

    /// <summary>Whether this process writes files and reports progress.</summary>
    public static bool IsLeader(this IProcessGroup group) => group.Rank == 0;

    /// <summary>Has rank 0 do some work, and gives all ranks its result.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="work">Done by rank 0 on the calling thread, without use of the group. It may take any time.</param>
    /// <exception cref="ProcessGroupException">On the other ranks: the work failed.</exception>
    public static byte[] FromLeader(this IProcessGroup group, Func<byte[]> work)
    {
        if (group.Size == 1)
            return work();
        return group.IsLeader() ? Lead(group, work) : Follow(group);
    }

    /// <summary>Has rank 0 do something before the others go on.</summary>
    public static void LeaderFirst(this IProcessGroup group, Action work) => group.FromLeader(() =>
    {
        work();
        return [];
    });

    private static byte[] Lead(IProcessGroup group, Func<byte[]> work)
    {
        using var done = new ManualResetEventSlim();
        // Not a task of the pool's, which the work may have filled.
        var signs = new Thread(() => ShowLife(group, done)) { IsBackground = true, Name = "SciCoT leader" };
        signs.Start();
        byte[] result;
        try
        {
            result = work();
        }
        catch (Exception e)
        {
            End();
            Send(group, Message.Failure, Encoding.UTF8.GetBytes(e.Message));
            throw;
        }

        End();
        Send(group, Message.Result, result);
        return result;

        void End()
        {
            done.Set();
            signs.Join();
        }
    }

    private static byte[] Follow(IProcessGroup group)
    {
        var header = new byte[1 + sizeof(int)];
        while (true)
        {
            group.Broadcast(header, 0);
            if ((Message)header[0] == Message.Working)
                continue;
            var result = new byte[BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(1))];
            group.Broadcast(result, 0);
            return (Message)header[0] == Message.Result
                ? result
                : throw new ProcessGroupException($"Rank 0, on which the others wait, has failed: {Encoding.UTF8.GetString(result)}");
        }
    }

    private static void ShowLife(IProcessGroup group, ManualResetEventSlim done)
    {
        try
        {
            while (!done.Wait(SignOfLife))
                group.Broadcast(new byte[1 + sizeof(int)], 0);
        }
        catch (ProcessGroupException)
        {
            // The next operation of the group says the same.
        }
    }

    private static void Send(IProcessGroup group, Message message, byte[] value)
    {
        var header = new byte[1 + sizeof(int)];
        header[0] = (byte)message;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(1), value.Length);
        group.Broadcast(header, 0);
        group.Broadcast(value, 0);
    }
}
