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
    /// models (see <see cref="JsonRepair"/>). Of several objects those with an answer count; they must agree. Where none has a
    /// rationale, the text around them is it.
    /// </summary>
    /// <returns><see langword="null"/> when the reply has no such object.</returns>
    public static ExtractedAnswer? Read(ScienceQuestion question, string reply) => Read(question, reply, out _);

    /// <inheritdoc cref="Read(ScienceQuestion, string)"/>
    /// <param name="question">The question that was asked.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="hasAnswer">Whether an object has a field for the answer, be it read or not.</param>
    public static ExtractedAnswer? Read(ScienceQuestion question, string reply, out bool hasAnswer)
    {
        var text = Text(reply);
        hasAnswer = false;
        if (Beginning(text, 0) is not { } start)
            return null;
        text = text.TrimEnd(',');
        int end = text.LastIndexOf('}');
        if (start < end && Parse(question, text.AsSpan(start, end + 1 - start)) is { Rationale: not null } whole)
        {
            hasAnswer = whole.HasAnswer;
            return whole.Answered(question);
        }

        if (JsonObjects.End(text, start) is null && CutOff(question, text.AsSpan(start)) is { } cut)
        {
            hasAnswer = cut.HasAnswer;
            return cut.Answered(question);
        }

        var objects = JsonObjects.In(text, start).Select(part => (Part: part, Read: Parse(question, text.AsSpan()[part]))).Where(item => item.Read is not null).ToArray();
        hasAnswer = objects.Any(item => item.Read!.HasAnswer);
        return objects.Length > 0 ? Chosen(question, [.. objects.Select(item => item.Read!)], () => JsonObjects.Around(text, objects.Select(item => item.Part))) : null;
    }

    /// <summary>An object with a rationale that lacks its last brackets.</summary>
    private static JsonParts? CutOff(ScienceQuestion question, ReadOnlySpan<char> text)
    {
        if (text[^1] is not ('"' or '\'' or '”' or ']' or '}'))
            return null;
        foreach (var ending in new[] { "}", "}}", "]}", "]}}" })
        {
            if (Parse(question, text, ending) is { Rationale: not null } read)
                return read;
        }

        return null;
    }

    /// <summary>Reads the answer alone, of a reply that need not hold a rationale.</summary>
    public static string? ReadDecision(ScienceQuestion question, string reply)
    {
        var text = Text(reply);
        if (Beginning(text, 0) is not { } start)
            return null;
        string?[] answers = [.. JsonObjects.In(text, start).Select(part => Parse(question, text.AsSpan()[part])).Where(read => read is { HasAnswer: true }).Select(read => read!.Answer).Distinct(StringComparer.Ordinal).Take(2)];
        return answers.Length == 1 ? answers[0] : null;
    }

    private static string Text(string reply)
    {
        var text = WithoutCommentLines(ReplyText.Clean(reply));
        return text.StartsWith('"') && text.EndsWith('"') && Unquoted(text) is { } inner ? inner : text;
    }

    /// <summary>Without the lines that are nothing but a comment, as some models put over a field.</summary>
    private static string WithoutCommentLines(string text) =>
        text.Contains("\n", StringComparison.Ordinal) && text.Contains("//", StringComparison.Ordinal)
            ? string.Join('\n', text.Split('\n').Where(line => !line.AsSpan().TrimStart().StartsWith("//")))
            : text;

    /// <summary>What several objects say together.</summary>
    private static ExtractedAnswer? Chosen(ScienceQuestion question, IReadOnlyList<JsonParts> objects, Func<string> around)
    {
        var withAnswer = objects.Where(read => read.HasAnswer).ToArray();
        bool agree = withAnswer.Select(read => read.Answer).Distinct(StringComparer.Ordinal).Count() == 1;
        var explained = objects.Where(read => read.Rationale is not null).ToArray();
        if (explained.Length == 0 && withAnswer.Length == 0)
            return null;

        var best = explained.LastOrDefault(read => read.HasAnswer) ?? explained.LastOrDefault() ?? new JsonParts(around(), HasAnswer: false, null);
        return withAnswer.Length == 0 ? best.Answered(question) : (best with { HasAnswer = true, Answer = agree ? withAnswer[0].Answer : null }).Answered(question);
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
    internal static int? Beginning(string text, int from)
    {
        for (int start = text.IndexOf('{', from); start >= 0; start = text.IndexOf('{', start + 1))
        {
            var name = text.AsSpan(start + 1, Math.Min(64, text.Length - start - 1)).TrimStart();
            if (!name.IsEmpty && (name[0] is '"' or '\'' or '“' or '‘' || (char.IsAsciiLetter(name[0]) && IsBareName(name))))
                return start;
        }

        return null;
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

    private static readonly string[] RationaleNames =
    [
        "rationale", "explanation", "reasoning", "reasoning_steps", "steps", "justification", "reason", "analysis", "chain_of_thought", "cot", "thought_process", "thoughts", "thought",
    ];

    private static readonly string[] AnswerNames =
    [
        "answer", "final_answer", "correct_answer", "label", "choice", "answer_label", "answer_letter", "answer_choice", "answer_key", "correct_option", "correct_choice", "selected_option",
        "selected_answer", "selected_choice", "final_choice", "option", "letter", "prediction",
    ];

    /// <summary>An object's parts; <see langword="null"/> where the text is no object, or has neither part.</summary>
    private static JsonParts? Parse(ScienceQuestion question, ReadOnlySpan<char> json, string ending = "")
    {
        try
        {
            using var document = JsonDocument.Parse(JsonRepair.Repair(json) + ending, Tolerant);
            var root = document.RootElement;
            if (Member(root, RationaleNames) is null && Member(root, AnswerNames) is null or { ValueKind: JsonValueKind.Object } && root.EnumerateObject().ToArray() is [{ Value.ValueKind: JsonValueKind.Object } only])
                root = only.Value; // {"result": {…}}
            var rationale = Text(Member(root, RationaleNames));
            var answer = Member(root, AnswerNames);
            return string.IsNullOrWhiteSpace(rationale) && answer is null ? null
                : new JsonParts(string.IsNullOrWhiteSpace(rationale) ? null : rationale, answer is not null, answer is { } named ? ReadAnswer(question, named) : null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the second: half a surrogate pair
        {
            return null;
        }
    }

    /// <summary>What an object holds.</summary>
    /// <param name="Rationale">Its rationale.</param>
    /// <param name="HasAnswer">Whether it has a field for the answer.</param>
    /// <param name="Answer">The label that the field names.</param>
    private sealed record JsonParts(string? Rationale, bool HasAnswer, string? Answer)
    {
        /// <summary>A rationale that itself states another answer than the object's has none.</summary>
        public ExtractedAnswer Answered(ScienceQuestion question)
        {
            var read = AnswerExtraction.Read(question, Rationale ?? "");
            return HasAnswer ? read with { AnswerLabel = read.AnswerLabel is { } stated && stated != Answer ? null : Answer } : read;
        }
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
            var members = root.EnumerateObject().Where(member => Same(member.Name, name)).ToArray();
            if (members.Length > 0)
                return members.Length == 1 ? members[0].Value : null;
        }

        return null;
    }

    /// <summary>Whether two names are one, but for case, underscores, hyphens and spaces: <c>finalAnswer</c>, <c>Final Answer</c>.</summary>
    private static bool Same(string written, string name)
    {
        int at = 0;
        foreach (char c in written)
        {
            if (c is '_' or ' ' or '-')
                continue;
            while (at < name.Length && name[at] == '_')
                at++;
            if (at == name.Length || char.ToLowerInvariant(c) != name[at++])
                return false;
        }

        return at == name.Length;
    }
}
