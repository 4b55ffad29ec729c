namespace SciCoT.IO;

/// <summary>Finds what a misspelt name may mean.</summary>
internal static class NearestName
{
    /// <summary>The known name that takes the fewest changes of letters; <see langword="null"/> where none is near.</summary>
    /// <param name="name">The name that is not known.</param>
    /// <param name="known">The names that are.</param>
    public static string? Of(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        var nearest = known
            .Select(candidate => (Name: candidate, Changes: Changes(name, candidate)))
            .OrderBy(candidate => candidate.Changes)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        // A third of the letters may be wrong; beyond that a guess confuses.
        return nearest.Name is not null && nearest.Changes <= Math.Max(1, Math.Max(name.Length, nearest.Name.Length) / 3) ? nearest.Name : null;
    }

    /// <summary><c> Did you mean "x"?</c>, or nothing.</summary>
    public static string Question(string name, IEnumerable<string> known) => Of(name, known) is { } near ? $" Did you mean \"{near}\"?" : "";

    /// <summary>Letters to insert, remove, replace or swap with their neighbour (Damerau and Levenshtein); case counts nothing.</summary>
    private static int Changes(string from, string to)
    {
        (from, to) = (from.ToUpperInvariant(), to.ToUpperInvariant());
        var (before, last, row) = (new int[to.Length + 1], Enumerable.Range(0, to.Length + 1).ToArray(), new int[to.Length + 1]);
        for (int i = 1; i <= from.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, last, row) = (last, row, before);
        }

        return last[to.Length];
    }
}
