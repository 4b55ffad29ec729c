using System.Text.Json;
using SciCoT.Questions;

namespace SciCoT.Cli;

/// <summary>Reads question files of every format that the library knows.</summary>
internal static class QuestionFormat
{
    /// <summary>What is looked at to tell a format; a row of more bytes is told by its beginning.</summary>
    private const int PeekedBytes = 1 << 16;

    public static IReadOnlyList<string> Names { get; } = ["jsonl", "csv", "arc", "obqa", "qasc", "commonsenseqa", "sciq", "scienceqa"];

    /// <summary>Reads a file; rows are read as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">One of <see cref="Names"/>; by default the file tells.</param>
    /// <param name="split">The part of a ScienceQA file; by default all of it.</param>
    /// <param name="onBadRow">Is told of rows that are no questions; without it the first one is thrown.</param>
    public static IEnumerable<ScienceQuestion> Read(string path, string? format = null, string? split = null, Action<BadRowException>? onBadRow = null) =>
        (format ?? Guess(path)) switch
        {
            "csv" => QuestionCsv.Read(path, onBadRow),
            "arc" or "obqa" => ArcReader.Read(path, onBadRow),
            "qasc" => QascReader.Read(path, onBadRow),
            "commonsenseqa" => CommonsenseQaReader.Read(path, onBadRow),
            "sciq" => SciQReader.Read(path, onBadRow),
            "scienceqa" => ScienceQaReader.Read(path, split, onBadRow),
            _ => QuestionFile.Read(path, onBadRow),
        };

    /// <summary>The format that a file seems to have. Where it has none, its reader says what is wrong.</summary>
    internal static string Guess(string path)
    {
        if (path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            return "csv";
        if (!File.Exists(path))
            return "jsonl";
        try
        {
            return GuessJson(new Utf8JsonReader(Beginning(path), isFinalBlock: false, state: default));
        }
        catch (JsonException)
        {
            return "jsonl";
        }
    }

    private static string GuessJson(Utf8JsonReader json)
    {
        if (json.Read() && json.TokenType == JsonTokenType.StartArray)
            return "sciq";
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            if (!json.Read())
                break;
            if (name == "stem")
                break;
            if (json.TokenType == JsonTokenType.StartObject)
            {
                if (name == "question")
                    return "qasc"; // ARC's format, in which the answer may be missing
                if (HasQuestion(json))
                    return "scienceqa";
            }

            if (!json.TrySkip())
                break;
        }

        return "jsonl";
    }

    /// <summary>Whether the object that begins here has a question of its own.</summary>
    private static bool HasQuestion(Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("question"))
                return true;
            if (!json.TrySkip())
                break;
        }

        return false;
    }

    private static ReadOnlySpan<byte> Beginning(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[PeekedBytes];
        var read = bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        return read.StartsWith("\uFEFF"u8) ? read[3..] : read;
    }
}
