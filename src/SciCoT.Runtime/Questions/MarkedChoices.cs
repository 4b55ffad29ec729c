using System.Text.Json;

namespace SciCoT.Questions;

/// <summary>The right choice of a list that marks it: <c>{"text": "ice", "isCorrect": true}</c>.</summary>
internal static class MarkedChoices
{
    private static readonly string[] Names = ["isCorrect", "is_correct", "correct", "isAnswer", "isRight", "right", "isTrue", "answer", "score"];

    /// <summary>The label of the marked choice; <see langword="null"/> where none is marked.</summary>
    /// <param name="listed">The field that the choices were read from.</param>
    /// <param name="choices">The choices.</param>
    /// <exception cref="BadRowException">More than one is marked.</exception>
    public static string? Label(JsonField? listed, IReadOnlyList<Choice> choices)
    {
        if (listed is not { } list)
            return null;
        var marks = list.Value.ValueKind switch
        {
            JsonValueKind.Array => [.. list.Items().Where(item => item.Value.ValueKind == JsonValueKind.Object).Select(item => item.First(Names))],
            JsonValueKind.Object when list.First(Names) is { Value.ValueKind: JsonValueKind.Array } column => column.Items().Select(item => (JsonField?)item).ToArray(),
            _ => [],
        };
        int[] right = [.. marks.Index().Where(mark => IsRight(mark.Item)).Select(mark => mark.Index)];
        if (marks.Length != choices.Count || right.Length == 0)
            return null;
        return right.Length == 1 ? choices[right[0]].Label : throw list.Bad($"marks {right.Length} of {choices.Count} choices as right; expected one.");
    }

    private static bool IsRight(JsonField? mark) => mark?.Value switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.Number } number => number.TryGetDouble(out double value) && value == 1,
        { ValueKind: JsonValueKind.String } text => text.ValueEquals("true") || text.ValueEquals("True"),
        _ => false,
    };
}
