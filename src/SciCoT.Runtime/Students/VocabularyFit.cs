using SciCoT.Models;
using SciCoT.Models.T5;
using SciCoT.Tokenization;

namespace SciCoT.Students;

/// <summary>Whether a tokenizer and the embedding of a model can belong together, told by their sizes.</summary>
/// <remarks>
/// An embedding is often larger than the vocabulary: T5's 32,100 tokens have 32,128 rows, and tools pad to multiples of up to 1,024. A larger
/// tokenizer is certainly wrong. So is one that leaves most rows without a token: a trained model writes tokens that it cannot read.
/// </remarks>
internal static class VocabularyFit
{
    /// <summary>Rows without a token that no padding explains, where they are also more than those with one.</summary>
    private const int MaxPadding = 1024;

    /// <summary>Returns the tokenizer of a checkpoint folder when its size fits the folder's <c>config.json</c>.</summary>
    /// <exception cref="InvalidFileException">It is larger than the embedding, or far too small for it.</exception>
    public static T5Tokenizer Checked(T5Tokenizer tokenizer, string directory)
    {
        var config = Path.Combine(directory, T5Layout.ConfigFileName);
        return Why(tokenizer, directory, T5Config.Load(config).VocabularySize, config) is { } why ? throw new InvalidFileException(why) : tokenizer;
    }

    /// <summary>What is wrong; <see langword="null"/> where the two can belong together.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="path">The file or folder that it was loaded from.</param>
    /// <param name="rows">The rows of the embedding.</param>
    /// <param name="source">Where that number stands.</param>
    public static string? Why(T5Tokenizer tokenizer, string path, int rows, string source)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, tokenizer.FileName) : path;
        int needed = ((ITextTokenizer)tokenizer).RequiredRows, known = tokenizer.VocabularySize;
        if (needed > rows)
            return $"{file}: needs {needed} embedding rows, but {source} has a vocab_size of {rows}; they do not belong together. Take the tokenizer that the model was trained with. After tokens were added, the model needs new rows (resize_token_embeddings in Python).";
        if (rows - known > Math.Max(known, MaxPadding))
            return $"{file}: has {known} tokens, but {source} has a vocab_size of {rows}, so that most of what the model can write would have no text; they do not belong together. Take the tokenizer that the model was trained with. If that is this one, take the unused rows away (resize_token_embeddings in Python).";
        return null;
    }
}
