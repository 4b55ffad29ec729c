using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace SciCoT.IO;

/// <summary>
/// The one reader of JSON that somebody else may have written: every way in which such a text can be wrong becomes an
/// <see cref="InvalidFileException"/> with file and place when it is read, and none later.
/// </summary>
/// <remarks>
/// Malformed text, invalid UTF-8, escapes that are half a surrogate pair, and names that stand twice are refused as a whole, so
/// that strings and names of what is returned can be read without a further check. A test keeps other parsers out.
/// </remarks>
internal static class OutsideJson
{
    private const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Row = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    /// <summary>Reads a file's bytes: it exists, is bounded, and is neither a Git LFS pointer nor a web page.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The most bytes that such a file may have.</param>
    /// <param name="whenMissing">What the message says where there is no such file.</param>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="InvalidFileException">The file is too long, a pointer or a page.</exception>
    public static byte[] ReadBytes(string path, long maxBytes, string whenMissing = "there is no such file; check the path.")
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw Directory.Exists(path) ? new InvalidFileException($"{path}: is a folder; expected a JSON file.") : new MissingFileException($"{path}: {whenMissing}", path);
        if (file.Length > maxBytes)
            throw new InvalidFileException($"{path}: has {file.Length} bytes; a file of this kind has at most {maxBytes}.");
        var bytes = File.ReadAllBytes(path);
        ForeignFile.Refuse(path, bytes.AsSpan(0, Math.Min(bytes.Length, ForeignFile.PeekedBytes)));
        return bytes;
    }

    /// <summary>Parses a text.</summary>
    /// <param name="json">The text in UTF-8, with or without byte order mark.</param>
    /// <param name="place">The file, for the message; <see langword="null"/> where the caller adds it.</param>
    /// <param name="maxDepth">How deep arrays and objects may be nested.</param>
    /// <exception cref="InvalidFileException">It is not sound JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json, string? place = null, int maxDepth = MaxDepth)
    {
        if (json.Span.StartsWith("\uFEFF"u8))
            json = json[3..];
        if (Problem(json.Span, maxDepth, seesNames: true) is { } problem)
            throw Refusal(place, problem.Text, problem.Cause);
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = maxDepth });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Refusal(place, Text(json.Span, e), e);
        }
    }

    /// <summary>Reads a text token by token, for texts whose document would be large.</summary>
    /// <param name="json">The text in UTF-8, with or without byte order mark.</param>
    /// <param name="place">The file, for the message.</param>
    /// <param name="maxDepth">How deep arrays and objects may be nested.</param>
    /// <param name="read">Reads the tokens up to the end; it sees to names that stand twice itself.</param>
    /// <exception cref="InvalidFileException">It is not sound JSON.</exception>
    public static void ReadTokens(ReadOnlySpan<byte> json, string place, int maxDepth, TokenReader read)
    {
        if (json.StartsWith("\uFEFF"u8))
            json = json[3..];
        if (Problem(json, maxDepth, seesNames: false) is { } problem)
            throw Refusal(place, problem.Text, problem.Cause);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
            read(ref reader);
            while (reader.Read())
            {
            }
        }
        catch (JsonException e)
        {
            throw Refusal(place, Text(json, e), e);
        }
    }

    /// <summary>What <see cref="ReadTokens"/> calls.</summary>
    public delegate void TokenReader(ref Utf8JsonReader reader);

    /// <summary>
    /// Parses one row of a data file. Texts are checked as each is read, so that a row is refused for a field that matters alone.
    /// Python's <c>NaN</c> and <c>Infinity</c> are <c>null</c>.
    /// </summary>
    /// <param name="json">The row in UTF-8.</param>
    /// <exception cref="JsonException">It is not sound JSON.</exception>
    /// <exception cref="InvalidOperationException">A name is not valid Unicode.</exception>
    public static JsonDocument ParseRow(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json, Row);
        }
        catch (JsonException) when (PythonNumbers.Replace(json.Span) is { } mended)
        {
            return JsonDocument.Parse(mended, Row);
        }
    }

    /// <summary>Refuses a text with so many values for its length that its document would take more than four times the text and 64 MB.</summary>
    /// <param name="json">The text.</param>
    /// <param name="place">The file, for the message; <see langword="null"/> where the caller adds it.</param>
    /// <exception cref="InvalidFileException">The values are too many.</exception>
    public static void RefuseDense(ReadOnlySpan<byte> json, string? place = null)
    {
        const int BytesPerValue = 24; // of the document, while it grows
        const int BytesPerName = 64; // of the set that finds names that stand twice, while it grows
        long names = json.Count((byte)':');
        long values = json.Count((byte)',') + names + (2L * (json.Count((byte)'[') + json.Count((byte)'{')));
        if ((BytesPerValue * values) + (BytesPerName * names) > (3L * json.Length) + (48 << 20))
            throw Refusal(place, $"has about {values} values in {json.Length} bytes; no file of this kind has so many. It is damaged.");
    }

    /// <summary>Parses a file that holds one object.</summary>
    /// <inheritdoc cref="ReadBytes"/>
    public static JsonObject ReadObject(string path, long maxBytes, string whenMissing = "there is no such file; check the path.")
    {
        using var document = Parse(ReadBytes(path, maxBytes, whenMissing), path);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? JsonObject.Create(document.RootElement.Clone())!
            : throw new InvalidFileException($"{path}: expected a JSON object, found {Kind(document.RootElement)}.");
    }

    /// <summary>Reads a text as a type.</summary>
    /// <param name="json">The text in UTF-8.</param>
    /// <param name="type">The type.</param>
    /// <param name="place">The file, and the line where it has several texts.</param>
    /// <param name="remedy">What to do about a bad one.</param>
    /// <exception cref="InvalidFileException">The text is not valid JSON or does not fit the type.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, string? place = null, string remedy = "")
    {
        if (json.StartsWith("\uFEFF"u8))
            json = json[3..];
        if (Problem(json, MaxDepth, seesNames: type.Options.AllowDuplicateProperties) is { } problem)
            throw Refusal(place, $"{problem.Text} {remedy}", problem.Cause);
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw Refusal(place, $"expected a JSON object, found null. {remedy}");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException or ArgumentException or FormatException)
        {
            throw Refusal(place, $"{Text(json, e)} {remedy}", e);
        }
    }

    /// <summary>What is wrong with a text, with its place in it; <see langword="null"/> where the parser finds all that is left to find.</summary>
    /// <param name="json">The text.</param>
    /// <param name="maxDepth">How deep arrays and objects may be nested.</param>
    /// <param name="seesNames">Whether names that stand twice in one object are looked for.</param>
    private static (string Text, Exception? Cause)? Problem(ReadOnlySpan<byte> json, int maxDepth, bool seesNames)
    {
        if (json is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return ("is UTF-16; save the file as UTF-8.", null);
        if (!Utf8.IsValid(json))
            return ($"{Place(json, FirstInvalid(json))}is not valid UTF-8; save the file as UTF-8.", null);
        bool seesTexts = json.IndexOf("\\ud"u8) >= 0 || json.IndexOf("\\uD"u8) >= 0; // only such escapes can be half a character
        if (!seesTexts && !seesNames)
            return null;

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        var names = new RepeatedNames();
        string? name = null;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                    name = names.Read(ref reader);
                else if (seesTexts && reader.TokenType == JsonTokenType.String)
                    reader.GetString();
                if (seesNames && (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.StartObject) && !names.IsNew(ref reader, name))
                    return ($"{Place(json, (int)reader.TokenStartIndex)}not valid JSON: the name '{ForeignText.Shown(name!)}' stands twice in one object; expected each once.", null);
            }

            return null;
        }
        catch (JsonException)
        {
            return null; // the parser says it with the path
        }
        catch (InvalidOperationException e)
        {
            var field = name is null ? "" : $"{(reader.TokenType == JsonTokenType.PropertyName ? "after " : "")}field '{name}'";
            return ($"{Place(json, (int)reader.TokenStartIndex, field)}not valid JSON: a text is not valid Unicode: an escape \\ud800 to \\udfff stands alone. Write both escapes of the character, or none.", e);
        }
    }

    private static int FirstInvalid(ReadOnlySpan<byte> json)
    {
        int place = 0;
        while (Rune.DecodeFromUtf8(json[place..], out _, out int length) == System.Buffers.OperationStatus.Done)
            place += length;
        return place;
    }

    /// <summary>A place in a text, with its line where the text has several.</summary>
    private static string Place(ReadOnlySpan<byte> json, int place, string field = "")
    {
        var line = json.Contains((byte)'\n') ? FormattableString.Invariant($"line {json[..place].Count((byte)'\n') + 1}") : "";
        return line + (line.Length > 0 && field.Length > 0 ? ", " : "") + field + (line.Length + field.Length > 0 ? ": " : "");
    }

    private static string Text(ReadOnlySpan<byte> json, Exception e)
    {
        if (e is not JsonException { Message: var message } bad)
            return $"not valid JSON: {e.Message}";
        // The parser puts the place behind its sentence, as "Path: $.a | LineNumber: 0 | BytePositionInLine: 5.", counted from 0.
        message = ForeignText.OneLine(message.Split(" Path: ")[0].Split(" LineNumber:")[0]);
        const string Including = " was missing required properties including: ";
        if (message.IndexOf(Including, StringComparison.Ordinal) is >= 0 and var names)
            return $"the object lacks {message[(names + Including.Length)..]}";
        var path = bad.Path is { Length: > 1 } at ? $", at {at}" : "";
        return (bad.LineNumber, bad.BytePositionInLine) switch
        {
            ({ } line, { } position) when json.Contains((byte)'\n') => FormattableString.Invariant($"line {line + 1}, byte {position + 1}{path}: not valid JSON: {message}"),
            (_, { } position) => FormattableString.Invariant($"byte {position + 1}{path}: not valid JSON: {message}"),
            _ => $"not valid JSON: {message}",
        };
    }

    private static string Kind(JsonElement element) => element.ValueKind.ToString().ToLowerInvariant();

    private static InvalidFileException Refusal(string? place, string problem, Exception? cause = null) =>
        new($"{(place is null ? "" : $"{place}: ")}{problem.TrimEnd()}", cause);
}
