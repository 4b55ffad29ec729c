using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SciCoT.IO;

namespace SciCoT.Questions;

/// <summary>Choices in the shapes in which data sets hold them.</summary>
internal static partial class ChoiceFields
{
    private static readonly string[] LabelNames = ["label", "key", "letter"];
    private static readonly string[] TextNames = ["text", "value", "content", "choice", "option", "answer"];

    /// <summary>
    /// Reads <c>[{"label", "text"}]</c>, <c>{"label": […], "text": […]}</c>, <c>["…", "…"]</c>, <c>{"A": "…", "B": "…"}</c>, or one of
    /// them within a string. Choices without labels are A, B, C….
    /// </summary>
    /// <exception cref="BadRowException">The field has another shape, a blank text, or a label twice.</exception>
    public static IReadOnlyList<Choice> Read(JsonField field) => field.Value.ValueKind switch
    {
        JsonValueKind.String => Within(field),
        JsonValueKind.Object when field.First(TextNames) is { } texts && texts.Value.ValueKind == JsonValueKind.Array => Columns(texts, field.First(LabelNames)),
        JsonValueKind.Object when field.Has("texts") => Columns(field.Member("texts"), field.Optional("labels")),
        JsonValueKind.Object when field.Members() is { Count: > 0 } members && members.All(member => member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number) =>
            Labelled([.. members.Select(member => (member, LastName(member), member.AsTextOrNumber()))]),
        _ => Items(field),
    };

    private static IReadOnlyList<Choice> Items(JsonField field)
    {
        var items = field.Items();
        if (items.Count > 0 && items.All(item => item.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number))
            return Unmarked([.. items.Select((item, i) => new Choice(ChoiceLabels.OfPlace(i), item.AsTextOrNumber()))]);
        if (items.Count > 0 && items.All(item => item.Value.ValueKind == JsonValueKind.Object && item.First(LabelNames) is null && item.First(TextNames) is not null && !item.Has("label")))
            return [.. items.Select((item, i) => new Choice(ChoiceLabels.OfPlace(i), item.First(TextNames)!.Value.AsTextOrNumber()))];
        return Labelled([.. items.Select(item => (item.First(LabelNames) ?? item.Member("label"), item)).Select(pair => (pair.Item1, pair.Item1.AsLabel(), (pair.item.First(TextNames) ?? pair.item.Member("text")).AsTextOrNumber()))]);
    }

    /// <summary>"A. iron", "B. wood" in a list: the marks are the labels, not part of the texts.</summary>
    private static IReadOnlyList<Choice> Unmarked(IReadOnlyList<Choice> choices)
    {
        foreach (char first in "Aa1")
        {
            var unmarked = choices.Select((choice, i) => ChoiceLabels.Unmarked(choice.Text, (char)(first + i))).ToArray();
            if (choices.Count is > 1 and < 10 && unmarked.All(text => text is not null))
                return [.. unmarked.Select((text, i) => new Choice(((char)(first + i)).ToString(), text!))];
        }

        return choices;
    }

    private static IReadOnlyList<Choice> Columns(JsonField texts, JsonField? labels)
    {
        var choices = texts.Items();
        if (labels is null)
            return [.. choices.Select((text, i) => new Choice(ChoiceLabels.OfPlace(i), text.AsTextOrNumber()))];
        var names = labels.Value.Items();
        return names.Count == choices.Count
            ? Labelled([.. choices.Zip(names, (text, label) => (label, label.AsLabel(), text.AsTextOrNumber()))])
            : throw labels.Value.Bad($"has {names.Count} labels for {choices.Count} texts; expected as many.");
    }

    private static IReadOnlyList<Choice> Labelled(IReadOnlyList<(JsonField Place, string Label, string Text)> items)
    {
        var labels = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (place, label, _) in items)
        {
            if (!labels.Add(label))
                throw place.Bad($"is '{label}' for a second time; labels must differ.");
        }

        return [.. items.Select(item => new Choice(item.Label, item.Text))];
    }

    /// <summary>A list that a spreadsheet or a database kept as text.</summary>
    private static IReadOnlyList<Choice> Within(JsonField field)
    {
        var text = field.AsText();
        foreach (var json in new[] { text, PythonLiteral.ToJson(text) }.OfType<string>())
        {
            try
            {
                using var document = OutsideJson.ParseRow(Encoding.UTF8.GetBytes(json));
                if (document.RootElement.ValueKind is JsonValueKind.Array or JsonValueKind.Object)
                    return Read(field with { Value = document.RootElement });
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                // No JSON: Python's print of a list, choices as a person writes them, or an error below.
            }
        }

        var choices = WithCommas(text) ?? QuestionParser.Choices(text);
        if (choices.Count == 0 && Divided(text) is { } divided)
            choices = divided;
        return choices.Count > 0
            ? choices
            : throw field.Bad($"is a string; expected a list of choices{(text.Contains("array(", StringComparison.Ordinal) || text.StartsWith('[') || text.StartsWith('{') ? " as JSON (this seems to be Python's print of one and cannot be read: write the file with json.dumps, or with to_json of datasets or pandas)" : ", such as [\"ice\", \"steam\"]")}.");
    }

    /// <summary>"a ) 38 , b ) 40", as MathQA has it: a letter and a bracket behind each comma, in order.</summary>
    private static IReadOnlyList<Choice>? WithCommas(string text)
    {
        var marks = new List<Match>();
        foreach (Match mark in LetterBehindComma().Matches(text))
        {
            char label = mark.Groups["label"].Value[0];
            if (marks.Count == 0 ? label is 'a' or 'A' && mark.Index == 0 : label == marks[0].Groups["label"].Value[0] + marks.Count)
                marks.Add(mark);
        }

        if (marks.Count < 2)
            return null;
        Choice[] choices = [.. marks.Select((mark, i) => new Choice(mark.Groups["label"].Value, text[(mark.Index + mark.Length)..(i + 1 < marks.Count ? marks[i + 1].Index : text.Length)].Trim()))];
        return choices.All(choice => choice.Text.Length > 0) ? choices : null;
    }

    [GeneratedRegex(@"(?:^|,)\s{0,4}(?<label>[A-Za-z])\s{0,2}\)")]
    private static partial Regex LetterBehindComma();

    /// <summary>Choices with a bar, a semicolon or a line break between them.</summary>
    private static IReadOnlyList<Choice>? Divided(string text)
    {
        foreach (char divider in "|;\n")
        {
            var parts = text.Split(divider, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length >= 2 && text[0] is not ('[' or '{' or '('))
                return Unmarked([.. parts.Select((part, i) => new Choice(ChoiceLabels.OfPlace(i), part))]);
        }

        return null;
    }

    private static string LastName(JsonField member) => member.Name[(member.Name.LastIndexOf('.') + 1)..].Trim();
}
