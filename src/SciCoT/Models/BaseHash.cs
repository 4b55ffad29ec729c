using System.Security.Cryptography;
using System.Text;

namespace SciCoT.Models;

/// <summary>Hashes of what a student starts from: its files decide, not where they lie.</summary>
internal static class BaseHash
{
    private static readonly string[] Weights = ["*.safetensors", "*.safetensors.index.json"];
    private static readonly string[] Pickles = ["pytorch_model*.bin", "pytorch_model.bin.index.json"];
    private static readonly string[] Others = ["config.json", "spiece.model", "tokenizer.json", "added_tokens.json"];

    /// <summary>A checkpoint folder's weights, configuration and tokenizer.</summary>
    /// <returns><see langword="null"/> where there are no weights; loading says what is wrong.</returns>
    public static string? Checkpoint(string directory)
    {
        if (!Directory.Exists(directory))
            return null;
        var weights = Files(directory, Weights);
        if (weights.Length == 0)
            weights = Files(directory, Pickles);
        return weights.Length == 0 ? null : Hash([.. weights, .. Files(directory, Others)]);
    }

    /// <summary>A tokenizer's file, or those of its folder.</summary>
    public static string? Tokenizer(string path) =>
        File.Exists(path) ? Hash([path]) : Directory.Exists(path) ? Hash(Files(path, Others[1..])) : null;

    private static string[] Files(string directory, string[] patterns) =>
        [.. patterns.SelectMany(pattern => Directory.GetFiles(directory, pattern)).Order(StringComparer.Ordinal)];

    private static string Hash(string[] files)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            using var stream = File.OpenRead(file);
            all.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(file)}\0"));
            all.AppendData(SHA256.HashData(stream));
        }

        return "sha256 " + Convert.ToHexStringLower(all.GetHashAndReset());
    }
}
