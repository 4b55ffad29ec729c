using System.Runtime.InteropServices;

namespace SciCoT.Questions;

/// <summary>Texts as sets of their runs of a few characters, to tell how alike they are.</summary>
internal static class CharacterRuns
{
    /// <summary>The runs, hashed: equal in every process. A text shorter than a run is one; an empty one has none.</summary>
    /// <param name="text">The text, normalised as the comparison wants it.</param>
    /// <param name="length">Characters in a run.</param>
    public static HashSet<ulong> Of(string text, int length)
    {
        var runs = new HashSet<ulong>();
        for (int i = 0; i < text.Length && (i == 0 || i + length <= text.Length); i++)
            runs.Add(Hash(MemoryMarshal.AsBytes(text.AsSpan(i, Math.Min(length, text.Length - i)))));
        return runs;
    }

    /// <summary>The share of their items that two sets have in common (Jaccard); 1 for two empty ones.</summary>
    public static double Similarity(HashSet<ulong> first, HashSet<ulong> second)
    {
        int common = first.Count(second.Contains);
        int all = first.Count + second.Count - common;
        return all == 0 ? 1 : (double)common / all;
    }

    /// <summary>A hash that is the same in every process (FNV-1a, with a final mix of its bits).</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in bytes)
            hash = unchecked((hash ^ b) * 1099511628211);
        hash = unchecked((hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15);
        return hash ^ (hash >> 29);
    }
}
