using System.Text.Json.Nodes;
using SciCoT.IO;
using SciCoT.Models.Checkpoints;

namespace SciCoT.Models;

/// <summary>The <c>generation_config.json</c> of a checkpoint folder. It is carried along; this library's own options decide.</summary>
internal static class GenerationConfig
{
    public const string FileName = "generation_config.json";
    private const int MaxBytes = 1 << 20;

    /// <summary>The file's text; <see langword="null"/> where there is none.</summary>
    public static string? Read(string directory)
    {
        var file = new FileInfo(Path.Combine(directory, FileName));
        if (!file.Exists)
            return null;
        return file.Length <= MaxBytes
            ? File.ReadAllText(file.FullName)
            : throw new InvalidFileException($"{file.FullName}: a generation_config.json is at most {MaxBytes} bytes; this one has {file.Length}.");
    }

    /// <summary>What Hugging Face derives from a model's configuration.</summary>
    public static string Of(T5Config config)
    {
        var json = new JsonObject
        {
            ["_from_model_config"] = true,
            ["decoder_start_token_id"] = config.DecoderStartTokenId,
            ["eos_token_id"] = config.EosTokenId,
            ["pad_token_id"] = config.PadTokenId,
        };
        return IndentedJson.Write(json) + "\n";
    }
}
