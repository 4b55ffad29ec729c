using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SciCoT.IO;

namespace SciCoT.Distributed;

/// <summary>Work that is divided among the ranks, with results that all of them get in the order of one process.</summary>
internal static class SharedWork
{
    /// <summary>The items of this rank: every <see cref="IProcessGroup.Size"/>-th, so that ranks have items of similar sizes where neighbours are similar.</summary>
    public static T[] Own<T>(this IProcessGroup group, IReadOnlyList<T> items) => group.Size == 1
        ? [.. items]
        : [.. items.Where((_, i) => i % group.Size == group.Rank)];

    /// <summary>Puts the results for <see cref="Own"/> of all ranks into the order of the items.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="own">This rank's results, one for each of its items.</param>
    /// <param name="count">The number of all items.</param>
    /// <param name="type">How the results travel; numbers arrive in the same bits.</param>
    public static IReadOnlyList<T> Collect<T>(this IProcessGroup group, IReadOnlyList<T> own, int count, JsonTypeInfo<IReadOnlyList<T>> type)
    {
        if (group.Size == 1)
            return own;
        IReadOnlyList<T>[] all = [.. group.AllGather(JsonSerializer.SerializeToUtf8Bytes(own, type)).Select(bytes => OutsideJson.Deserialize(bytes, type, "what another rank sent"))];
        return [.. Enumerable.Range(0, count).Select(i => all[i % group.Size][i / group.Size])];
    }

    /// <summary>Numbers of which each rank has computed its own and left the others 0: afterwards all have all, in the same bits.</summary>
    public static double[] Together(this IProcessGroup group, double[] values)
    {
        group.AllReduce(values); // a number and zeros sum to the number
        return values;
    }
}
