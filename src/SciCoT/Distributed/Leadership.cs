using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using SciCoT.IO;

namespace SciCoT.Distributed;

/// <summary>What rank 0 does for all.</summary>
internal static class Leadership
{
    /// <summary>Whether this process writes files and reports progress.</summary>
    public static bool IsLeader(this IProcessGroup group) => group.Rank == 0;

    /// <summary>Has rank 0 do something before the others go on. It may take any time.</summary>
    /// <exception cref="ProcessGroupException">On the other ranks: it failed.</exception>
    public static void LeaderFirst(this IProcessGroup group, Action work) => group.WorkApart(group.IsLeader() ? work : () => { });

    /// <inheritdoc cref="LeaderFirst"/>
    public static Task LeaderFirstAsync(this IProcessGroup group, Func<Task> work) => group.WorkApartAsync(group.IsLeader() ? work : () => Task.CompletedTask);

    /// <summary>Has rank 0 do some work on the calling thread, and gives all ranks its result.</summary>
    /// <exception cref="ProcessGroupException">On the other ranks: the work failed.</exception>
    public static byte[] FromLeader(this IProcessGroup group, Func<byte[]> work)
    {
        if (group.Size == 1)
            return work();
        byte[] result = [];
        group.LeaderFirst(() => result = work());
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, result.Length);
        group.Broadcast(length, 0);
        if (!group.IsLeader())
            result = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        group.Broadcast(result, 0);
        return result;
    }

    /// <summary>Has rank 0 read something, and gives it to all ranks.</summary>
    public static JsonObject? JsonFromLeader(this IProcessGroup group, Func<JsonObject?> read)
    {
        if (group.Size == 1)
            return read();
        var text = group.FromLeader(() => Encoding.UTF8.GetBytes(read()?.ToJsonString() ?? ""));
        if (text.Length == 0)
            return null;
        using var json = OutsideJson.Parse(text, "what rank 0 sent");
        return JsonObject.Create(json.RootElement.Clone());
    }
}
