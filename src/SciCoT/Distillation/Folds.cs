using SciCoT.Compute;
using SciCoT.Training.Batches;

namespace SciCoT.Distillation;

/// <summary>Divides training questions, so that each is explained by a student that did not learn from it.</summary>
internal static class Folds
{
    /// <summary>Tells this draw apart from others under the same seed.</summary>
    private const long Stream = -1;

    /// <summary>The fold of each question, from 0. Groups stay together; the folds are of nearly one size.</summary>
    /// <param name="data">The questions and their groups.</param>
    /// <param name="folds">How many folds.</param>
    /// <param name="seed">Decides which groups come together.</param>
    /// <exception cref="ArgumentException">There are fewer groups than folds.</exception>
    public static IReadOnlyList<int> Assign(DistillationData data, int folds, long seed)
    {
        // Equal questions are one group in any case: what was learned from one is known of the other.
        var group = data.GroupOf ?? (question => question.ContentHash);
        int[][] groups = [.. Enumerable.Range(0, data.Training.Count).GroupBy(i => group(data.Training[i]), StringComparer.Ordinal).Select(members => members.ToArray())];
        if (groups.Length < folds)
            throw new ArgumentException($"{folds} folds need at least as many groups of training questions; there are {groups.Length}. Take fewer folds or finer groups.");

        var random = SplitMix64.ForStream(seed, Stream);
        random.Shuffle<int[]>(groups);
        var sizes = new int[folds];
        var assigned = new int[data.Training.Count];
        foreach (var members in groups)
        {
            int smallest = Array.IndexOf(sizes, sizes.Min());
            sizes[smallest] += members.Length;
            foreach (int i in members)
                assigned[i] = smallest;
        }

        return assigned;
    }
}
