using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SciCoT.IO;
using SciCoT.Questions;

namespace SciCoT.Rationales;

/// <summary>Records as lines of JSON.</summary>
internal static class RationaleJson
{
    private static readonly RationaleJsonContext Context = new(new JsonSerializerOptions(RationaleJsonContext.Default.Options)
    {
        // Rationales in any script stay readable; line feeds are escaped all the same, so a record is one line.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>A record as a line with its line feed.</summary>
    public static byte[] Line(RationaleRecord record)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(record, Context.RationaleRecord);
        if (json.Length > FileLine.MaxBytes)
            throw new ArgumentException($"The rationale for question '{record.QuestionId}' takes {json.Length} bytes; a record holds at most {FileLine.MaxBytes}.", nameof(record));
        return [.. json, (byte)'\n'];
    }

    /// <summary>Reads a whole record.</summary>
    public static RationaleRecord Record(ReadOnlySpan<byte> line) =>
        OutsideJson.Deserialize(line, Context.RationaleRecord);

    /// <summary>Reads what identifies a record and passes over the rest, which must be sound JSON.</summary>
    public static RationaleKey Key(ReadOnlySpan<byte> line) =>
        OutsideJson.Deserialize(line, Context.RationaleKey);
}

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    Converters = [typeof(JsonNumber)])]
[JsonSerializable(typeof(RationaleRecord))]
[JsonSerializable(typeof(RationaleKey))]
internal sealed partial class RationaleJsonContext : JsonSerializerContext;
