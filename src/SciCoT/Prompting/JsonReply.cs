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

    private static readonly JsonDocumentOptions Tolerant = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = MaxDepth,
    };

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
    /// Reads an object that stands alone, in a code fence, in a list of one or among other words, also with the usual slips of
    /// models (see <see cref="JsonRepair"/>). An object without a rationale, with two of a kind, or more than one object is none.
    /// </summary>
    /// <returns><see langword="null"/> when the reply is no such object.</returns>
    public static ExtractedAnswer? Read(ScienceQuestion question, string reply)
    {
        var text = ReplyText.Clean(reply);
        if (text.StartsWith('"') && text.EndsWith('"') && Unquoted(text) is { } inner)
            text = inner;
        int end = text.LastIndexOf('}');
        int start = Beginning(text);
        if (start < 0)
            return null;
        text = text.TrimEnd(',');
        return (start < end ? Parse(question, JsonRepair.Repair(text.AsSpan(start, end + 1 - start))) : null)
            ?? (text[^1] is '"' or '\'' or '”' or ']' ? Parse(question, JsonRepair.Repair(text.AsSpan(start)) + "}") : null); // the last brace is missing
    }

    /// <summary>An object that was written as a text within JSON.</summary>
    private static string? Unquoted(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Tolerant);
            return document.RootElement.GetString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The first brace behind which a name begins: <c>{B}</c> is no object.</summary>
    private static int Beginning(string text)
    {
        for (int start = text.IndexOf('{', StringComparison.Ordinal); start >= 0; start = text.IndexOf('{', start + 1))
        {
            var name = text.AsSpan(start + 1, Math.Min(64, text.Length - start - 1)).TrimStart();
            if (!name.IsEmpty && (name[0] is '"' or '\'' or '“' or '‘' || IsBareName(name)))
                return start;
        }

        return -1;
    }

    /// <summary>A name without quotes, as JavaScript allows: <c>{rationale: "…"}</c>.</summary>
    private static bool IsBareName(ReadOnlySpan<char> text)
    {
        foreach (var name in RationaleNames.Concat(AnswerNames))
        {
            if (text.StartsWith(name, StringComparison.OrdinalIgnoreCase) && text[name.Length..].TrimStart() is [':', ..])
                return true;
        }

        return false;
    }

    private static readonly string[] RationaleNames = ["rationale", "explanation", "reasoning", "reasoning_steps", "steps", "justification"];

    private static readonly string[] AnswerNames = ["answer", "final_answer", "correct_answer", "label", "choice"];

    private static ExtractedAnswer? Parse(ScienceQuestion question, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Tolerant);
            var root = document.RootElement;
            if (Member(root, RationaleNames) is null && root.EnumerateObject().ToArray() is [{ Value.ValueKind: JsonValueKind.Object } only])
                root = only.Value; // {"result": {…}}
            return Text(Member(root, RationaleNames)) is { } rationale && !string.IsNullOrWhiteSpace(rationale)
                ? Answered(question, rationale, Member(root, AnswerNames))
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the second: half a surrogate pair
        {
            return null;
        }
    }

    /// <summary>A rationale that itself states another answer than the object's has none.</summary>
    private static ExtractedAnswer Answered(ScienceQuestion question, string rationale, JsonElement? member)
    {
        var read = AnswerExtraction.Read(question, rationale);
        if (member is not { } answer)
            return read;
        var label = ReadAnswer(question, answer);
        return read with { AnswerLabel = read.AnswerLabel is { } stated && stated != label ? null : label };
    }

    private static string? ReadAnswer(ScienceQuestion question, JsonElement answer) => answer.ValueKind switch
    {
        JsonValueKind.String => AnswerExtraction.ReadDecision(question, answer.GetString()!),
        JsonValueKind.Number => AnswerExtraction.ReadDecision(question, answer.GetRawText()),
        JsonValueKind.Array when answer.GetArrayLength() == 1 => ReadAnswer(question, answer[0]),
        JsonValueKind.Object when Member(answer, "label", "letter", "choice", "answer") is { } inner => ReadAnswer(question, inner),
        _ => null,
    };

    /// <summary>A text, or a list of texts as sentences that follow each other.</summary>
    private static string? Text(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Array } list => string.Join('\n', list.EnumerateArray().Select(item => Text(item)).Where(text => !string.IsNullOrWhiteSpace(text))),
        { ValueKind: JsonValueKind.Object } item => string.Join('\n', item.EnumerateObject().Select(member => Text(member.Value)).Where(text => !string.IsNullOrWhiteSpace(text))),
        _ => null,
    };

    /// <summary>The only member of the first name that the object has, whatever its case.</summary>
    private static JsonElement? Member(JsonElement root, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            var members = root.EnumerateObject().Where(member => member.Name.Replace(' ', '_').Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray();
            if (members.Length > 0)
                return members.Length == 1 ? members[0].Value : null;
        }

        return null;
    }
}
