using SciCoT.Tokenization;

namespace SciCoT.Students;

/// <summary>Loads a checkpoint folder as a model with its tokenizer.</summary>
internal static class TextModelLoading
{
    /// <param name="directory">The folder.</param>
    /// <param name="maxSourceTokens">Longer sources are cut, the eos kept.</param>
    /// <param name="options">Device, weights, batches and queue.</param>
    public static T5TextModel Load(string directory, int maxSourceTokens, ModelLoadOptions options)
    {
        var tokenizer = VocabularyFit.Checked(T5Tokenizer.Load(directory), directory); // before the weights, which take longer
        var model = StudentModels.Load(directory, options);
        try
        {
            var name = options.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(directory));
            return new T5TextModel(model, tokenizer, maxSourceTokens, options.Limits, name, TimeProvider.System);
        }
        catch (Exception e)
        {
            model.Dispose();
            if (e is ArgumentException { ParamName: nameof(tokenizer) })
                throw new InvalidFileException($"{directory}: {e.Message}", e);
            throw;
        }
    }
}
