using System.Text;
using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Questions;

/// <summary>Reads questions from a file of any format that the library knows; the file itself tells which.</summary>
/// <remarks>
/// <para>Read are SciCoT's own rows, CSV, and ARC, OpenBookQA, QASC, CommonsenseQA, SciQ and ScienceQA, each as published and as Hugging Face's
/// <c>datasets</c> writes it; one JSON object a line or one array of them; UTF-8 or UTF-16; plain or in gzip.</para>
/// <para>Rows are read as they are asked for, so that the file's size does not matter.</para>
/// </remarks>
/// <include file="Examples.xml" path="examples/QuestionReader/example"/>
public static class QuestionReader
{
    private static readonly string[] Known = ["jsonl", "csv", "arc", "obqa", "qasc", "commonsenseqa", "sciq", "scienceqa"];

    /// <summary>The formats by their names.</summary>
    public static IReadOnlyList<string> Formats => Known;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it; by default the file tells all.</param>
    /// <returns>The questions in the file's order, with their lines.</returns>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="InvalidFileException">It is a folder, a Git LFS pointer, a web page or a binary file.</exception>
    /// <exception cref="BadRowException">A row is no question, and <see cref="QuestionReaderOptions.OnBadRow"/> is not set.</exception>
    /// <exception cref="ArgumentException">The format is none of <see cref="Formats"/>.</exception>
    public static IEnumerable<QuestionRow> Read(string path, QuestionReaderOptions? options = null)
    {
        options ??= new();
        if (options.Format is { } named && !Known.Contains(named))
            throw new ArgumentException($"The format is '{named}'; expected one of {string.Join(", ", Known)}.", nameof(options));
        var onBadRow = options.OnBadRow;
        var format = options.Format ?? (options.Delimiter is null ? Recognise(path) : "csv");
        return format switch
        {
            "csv" => QuestionCsv.ReadRows(path, onBadRow, options.Delimiter),
            "sciq" when options.Format is not null => SciQReader.Rows(path, onBadRow, withSupport: true, options.RightLast),
            "scienceqa" => ScienceQaReader.Rows(path, options.Split, onBadRow, options.OnImage, anyLayout: options.Format is null && options.Split is null),
            _ => QuestionRows.Read(path, countsFrom => new(countsFrom)
            {
                NeedsChoices = options.Format is "arc" or "obqa" or "qasc" or "commonsenseqa",
                NeedsAnswer = options.Format is "arc" or "obqa",
                OnImage = options.OnImage,
                RightLast = options.RightLast,
                IdOfPlace = place => SciQReader.IdOf(path, place),
            }, onBadRow),
        };
    }

    /// <summary>The format that a file seems to have. Where it has none it is <c>jsonl</c>, whose reader says what is wrong.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="InvalidFileException">It is a folder, a Git LFS pointer, a web page or a binary file.</exception>
    internal static string Recognise(string path)
    {
        using var text = OutsideText.Open(path);
        var beginning = text.Beginning.TrimStart(" \t\r\n"u8);
        if (beginning is [(byte)'{', ..] or [(byte)'[', ..] && !HasName(path, ".csv") && !HasName(path, ".tsv"))
        {
            var arrangement = JsonRowFile.ArrangementOf(text.Beginning);
            if (arrangement.IsTable)
                return "jsonl";
            return arrangement.Kind == JsonArrangementKind.Map ? "scienceqa" : OfFirstRow(text.Beginning[arrangement.Offset..]);
        }

        return HasName(path, ".csv") || HasName(path, ".tsv") || CsvColumns.IsHeader(FirstLine(beginning)) ? "csv" : "jsonl";
    }

    private static string OfFirstRow(ReadOnlySpan<byte> row)
    {
        var names = new Dictionary<string, JsonTokenType>(StringComparer.Ordinal);
        var json = new Utf8JsonReader(row, isFinalBlock: false, state: default);
        try
        {
            while (json.Read() && json.TokenType != JsonTokenType.EndObject)
            {
                if (json.TokenType != JsonTokenType.PropertyName)
                    continue;
                var name = json.GetString()!;
                if (!json.Read())
                    break;
                names.TryAdd(name, json.TokenType);
                if (name != "row" && !json.TrySkip())
                    break;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What was seen until then decides.
        }

        if (names.ContainsKey("stem") || !(names.ContainsKey("question") || names.ContainsKey("question_stem")))
            return "jsonl";
        if (names.ContainsKey("distractor1"))
            return "sciq";
        if (names.GetValueOrDefault("question") == JsonTokenType.StartObject)
            return "qasc"; // ARC's format, in which the answer may be missing
        if (names.ContainsKey("question_stem"))
            return "obqa";
        if (names.ContainsKey("question_concept"))
            return "commonsenseqa";
        if (names.ContainsKey("formatted_question") || names.ContainsKey("combinedfact"))
            return "qasc";
        if (names.ContainsKey("lecture") || names.ContainsKey("solution") || (names.ContainsKey("image") && names.ContainsKey("hint")))
            return "scienceqa";
        return names.ContainsKey("answerKey") && names.ContainsKey("choices") ? "arc" : "jsonl";
    }

    private static bool HasName(string path, string ending) =>
        path.EndsWith(ending, StringComparison.OrdinalIgnoreCase) || path.EndsWith(ending + ".gz", StringComparison.OrdinalIgnoreCase);

    private static string FirstLine(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAny("\r\n"u8);
        return Encoding.UTF8.GetString(end < 0 ? text[..Math.Min(text.Length, 4096)] : text[..end]);
    }
}
