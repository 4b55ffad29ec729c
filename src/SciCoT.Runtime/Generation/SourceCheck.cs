using SciCoT.Models;

namespace SciCoT.Generation;

/// <summary>Checks token lists against a model's vocabulary.</summary>
internal static class SourceCheck
{
    /// <exception cref="ArgumentException">There is no source, one is empty, or a token is outside the vocabulary.</exception>
    public static void Sources(ISequenceModel model, IReadOnlyList<IReadOnlyList<int>> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        if (sources.Count == 0)
            throw new ArgumentException("There must be at least one source; got none.", nameof(sources));
        for (int i = 0; i < sources.Count; i++)
        {
            if (sources[i] is not { Count: > 0 })
                throw new ArgumentException($"Source {i} has no tokens; each source needs at least one.", nameof(sources));
            Tokens(model, sources[i], $"Source {i}");
        }
    }

    /// <exception cref="ArgumentException">A token is outside the vocabulary.</exception>
    public static IReadOnlyList<int> Tokens(ISequenceModel model, IReadOnlyList<int> tokens, string what)
    {
        int vocabulary = model.VocabularySize;
        foreach (int token in tokens)
        {
            if (token < 0 || token >= vocabulary)
                throw new ArgumentException($"{what} must hold tokens from 0 to {vocabulary - 1}, the model's vocabulary; got {token}.");
        }

        return tokens;
    }
}
