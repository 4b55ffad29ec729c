using SciCoT.Models;
using SciCoT.Tokenization;

namespace SciCoT.Benchmarks;

/// <summary>A Hugging Face folder of a given shape with random weights, where the published weights are not at hand.</summary>
internal static class RandomCheckpoint
{
    public static void Write(string[] args)
    {
        if (args is not [var config, var tokenizer, var folder])
            throw new ArgumentException("Expected three arguments: <config.json> <tokenizer file or folder> <folder to make>.");
        using var model = new T5Model(T5Config.Load(config), seed: 1);
        model.Save(folder);
        T5Tokenizer.Load(tokenizer).Save(folder);
        Console.WriteLine($"{folder}: {model.parameters().Sum(parameter => parameter.numel()):N0} parameters");
    }
}
