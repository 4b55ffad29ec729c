using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace SciCoT.Prompting;

/// <summary>Rationale and answer as one JSON object.</summary>
internal static class JsonReply
{
    private const int MaxDepth = 8;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What a service that can be held to a schema is told.</summary>
    public static ChatResponseFormatJson Format { get; } = ChatResponseFormat.ForJsonSchema(
        JsonElement.Parse("""{"type":"object","properties":{"rationale":{"type":"string"},"answer":{"type":"string"}},"required":["rationale","answer"],"additionalProperties":false}"""),
        "rationale_and_answer");

    public static string Write(string rationale, string answer)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("rationale", rationale);
            json.WriteString("answer", answer);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>
    /// Reads an object that stands alone, in a code fence or among other words. An object without a rationale, with two of a
    /// kind, or more than one object is none.
    /// </summary>
    /// <returns><see langword="null"/> when the reply is no such object.</returns>
    public static ExtractedAnswer? Read(ScienceQuestion question, string reply)
    {
        var text = AnswerExtraction.WithoutThinking(reply);
        int start = text.IndexOf('{', StringComparison.Ordinal), end = text.LastIndexOf('}');
        if (start < 0 || end < start)
            return null;

        try
        {
            using var document = JsonDocument.Parse(text.AsMemory(start, end + 1 - start), new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth });
            return Member(document.RootElement, "rationale") is { ValueKind: JsonValueKind.String } rationale && !string.IsNullOrWhiteSpace(rationale.GetString())
                ? new(rationale.GetString()!.Trim(), ReadAnswer(question, Member(document.RootElement, "answer")))
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the second: half a surrogate pair
        {
            return null;
        }
    }

    private static string? ReadAnswer(ScienceQuestion question, JsonElement? answer) => answer switch
    {
        { ValueKind: JsonValueKind.String } text => AnswerExtraction.ReadDecision(question, text.GetString()!),
        { ValueKind: JsonValueKind.Number } number => AnswerExtraction.ReadDecision(question, number.GetRawText()),
        _ => null,
    };

    /// <summary>The only member of that name, whatever its case.</summary>
    private static JsonElement? Member(JsonElement root, string name)
    {
        var members = root.EnumerateObject().Where(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray();
        return members.Length == 1 ? members[0].Value : null;
    }
}
