namespace SciCoT.Models;

/// <summary>Checks and bookkeeping that decoders share.</summary>
internal static class DecoderTokens
{
    /// <summary>Tokens that each row gets.</summary>
    /// <exception cref="ArgumentException">They cannot be shared evenly, or are more than the decoder was begun for.</exception>
    public static int PerRow(int tokens, int rows, int length, int maxLength)
    {
        if (tokens == 0 || tokens % rows != 0)
            throw new ArgumentException($"{rows} rows must get equally many tokens, at least one; got {tokens} in all.", nameof(tokens));
        int added = tokens / rows;
        if ((long)length + added > maxLength)
            throw new ArgumentException($"Each row was to get at most {maxLength} tokens; it has {length} and got {added} more.", nameof(tokens));
        return added;
    }

    /// <summary>Whether a choice of rows is all of them in their order.</summary>
    public static bool AreInPlace(ReadOnlySpan<int> rows, int count)
    {
        if (rows.Length != count)
            return false;
        for (int i = 0; i < count; i++)
        {
            if (rows[i] != i)
                return false;
        }

        return true;
    }

    /// <summary>The sources of chosen rows, one for each group of rows.</summary>
    public static int[] SourcesOf(ReadOnlySpan<int> rows, int rowsPerSource)
    {
        var sources = new int[rows.Length / rowsPerSource];
        for (int i = 0; i < sources.Length; i++)
            sources[i] = rows[i * rowsPerSource] / rowsPerSource;
        return sources;
    }

    /// <summary>Whether chosen rows only change places among those of their source.</summary>
    public static bool StayWithTheirSources(ReadOnlySpan<int> rows, int count, int rowsPerSource)
    {
        if (rows.Length != count)
            return false;
        for (int i = 0; i < count; i++)
        {
            if (rows[i] / rowsPerSource != i / rowsPerSource)
                return false;
        }

        return true;
    }
}
