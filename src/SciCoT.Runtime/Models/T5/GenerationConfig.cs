using System.Text;
using System.Text.Json.Nodes;
using SciCoT.IO;

namespace SciCoT.Models.T5;

/// <summary>The <c>generation_config.json</c> of a checkpoint folder. It is carried along; this library's own options decide.</summary>
internal static class GenerationConfig
{
    public const string FileName = "generation_config.json";
    private const int MaxBytes = 1 << 20;

    /// <summary>The file's text; <see langword="null"/> where there is none.</summary>
    /// <exception cref="InvalidFileException">The file is not sound JSON.</exception>
    public static string? Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
            return null;
        var bytes = OutsideJson.ReadBytes(path, MaxBytes);
        using var document = OutsideJson.Parse(bytes, path); // a damaged file is refused here, not carried along into what is saved
        return Encoding.UTF8.GetString(bytes);
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
