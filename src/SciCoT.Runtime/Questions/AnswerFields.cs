using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SciCoT.Questions;

/// <summary>Which choice an answer key means, be it written as a label, as a place or as the choice's text.</summary>
internal static partial class AnswerFields
{
    /// <summary>The names under which data sets keep the answer, the usual ones first.</summary>
    public static readonly string[] Names =
        ["answerKey", "answer", "answer_key", "answerLabel", "answer_label", "correct_answer", "correctAnswer", "correct", "gold", "answer_idx", "answer_index", "answerIndex", "correct_index", "correct_answer_id", "correct_option", "correct_choice", "cop", "label"];

    /// <summary>What Hugging Face's <c>datasets</c> has where the answer is kept back, as in test sets.</summary>
    public const string Unlabelled = "-1";

    /// <summary>The label that a field means; <see langword="null"/> where the field is absent or empty.</summary>
    /// <param name="field">The field.</param>
    /// <param name="choices">The question's choices; none for an open question, whose answer is a text.</param>
    /// <param name="countsFrom">From what the file's answers count, 0 or 1, where they are places; <see langword="null"/> where that is not known.</param>
    /// <exception cref="BadRowException">It means none of the choices, or perhaps one and perhaps another.</exception>
    public static string? Label(JsonField? field, IReadOnlyList<Choice> choices, Func<int?> countsFrom)
    {
        if (field is not { } given)
            return null;
        var answer = Unwrapped(given);
        if (answer.Value.ValueKind is JsonValueKind.True or JsonValueKind.False && choices.Count == 0)
            return answer.AsBoolean() ? "yes" : "no";
        if (answer.Value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(answer.AsString()))
            return null;
        var text = choices.Count == 0 ? answer.AsTextOrNumber() : answer.AsLabel();
        if (text == Unlabelled && choices.Count > 0)
            return null;
        return choices.Count == 0 ? text : Label(text, choices, countsFrom, problem => answer.Bad(problem));
    }

    /// <summary>The answer itself of a list of one, and of an object such as <c>{"label": "B", "text": "ice"}</c>.</summary>
    public static JsonField Unwrapped(JsonField answer)
    {
        answer = Only(answer);
        if (answer.Value.ValueKind == JsonValueKind.Object)
            answer = answer.First(["label", "key", "letter", "choice", "option", "index"]) ?? answer.First(["text", "value", "content", "answer"]) ?? answer.Member("label");
        return Only(answer);

        static JsonField Only(JsonField field) => field.Value.ValueKind == JsonValueKind.Array && field.Items() is [var only] ? only : field;
    }

    /// <inheritdoc cref="Label(JsonField?, IReadOnlyList{Choice}, Func{int?})"/>
    /// <param name="answer">What the key says, without white space around it.</param>
    /// <param name="choices">The question's choices.</param>
    /// <param name="countsFrom">From what the file's answers count.</param>
    /// <param name="bad">Makes the exception.</param>
    public static string Label(string answer, IReadOnlyList<Choice> choices, Func<int?> countsFrom, Func<string, BadRowException> bad)
    {
        if (choices.FirstOrDefault(choice => choice.Label == answer) is { } exact)
            return exact.Label;
        var expected = $"expected one of the choices' labels ({string.Join(", ", choices.Select(choice => choice.Label))})";

        var byText = choices.Where(choice => choice.Text.Trim() == answer).ToArray();
        if (byText.Length == 0)
            byText = [.. choices.Where(choice => choice.Text.Trim().Equals(answer, StringComparison.OrdinalIgnoreCase))];
        if (TryPlace(answer, out int place))
        {
            if (byText.Length == 0 && countsFrom() is { } first)
            {
                return place >= first && place - first < choices.Count
                    ? choices[place - first].Label
                    : throw bad($"is {answer}; {expected}, or a whole number from {first} to {choices.Count - 1 + first}.");
            }

            string[] meant = [.. byText.Select(choice => choice.Label).Concat(new[] { place, place - 1 }.Where(i => i >= 0 && i < choices.Count).Select(i => choices[i].Label)).Distinct(StringComparer.Ordinal)];
            return meant.Length switch
            {
                0 => throw bad($"is {answer}; {expected}."),
                1 => meant[0],
                _ => throw bad($"is {answer}, which may mean {string.Join(" or ", meant)}: places may be counted from 0 or from 1, and nothing in the file tells. Write the label."),
            };
        }

        if (byText.Length == 1)
            return byText[0].Label;
        if (byText.Length > 1)
            throw bad($"is '{answer}', the text of several choices; {expected}.");
        string[] labels = [.. choices.Select(choice => ChoiceLabels.Bare(choice.Label))];
        var (bare, lettersMeanNumbers) = (ChoiceLabels.Bare(answer), ChoiceLabels.AreNumbers(labels));
        int? named = ChoiceLabels.Find(labels, bare, lettersMeanNumbers, StringComparison.Ordinal) ?? ChoiceLabels.Find(labels, bare, lettersMeanNumbers, StringComparison.OrdinalIgnoreCase);
        return named is { } index
            ? choices[index].Label
            : Written(answer, choices, labels, lettersMeanNumbers) ?? throw bad($"is '{answer}'; {expected}.");
    }

    /// <summary>The choice of "Option B", "Answer: B", or "B) wood" where B is wood.</summary>
    private static string? Written(string answer, IReadOnlyList<Choice> choices, IReadOnlyList<string> labels, bool lettersMeanNumbers)
    {
        var match = WrittenAnswer().Match(answer);
        if (!match.Success || ChoiceLabels.Find(labels, match.Groups["label"].Value, lettersMeanNumbers, StringComparison.OrdinalIgnoreCase) is not { } index)
            return null;
        var said = match.Groups["text"].Value.Trim();
        return said.Length == 0 || choices[index].Text.Trim().Equals(said, StringComparison.OrdinalIgnoreCase) ? choices[index].Label : null;
    }

    [GeneratedRegex(@"^(?:(?:the\s)?(?:correct\s)?(?:option|choice|answer)\s?(?:is\s)?[:.]?\s?)?[(\[]?(?<label>\w{1,3})(?:$|[)\].:]{1,2}\s?(?<text>[^\n]{0,4000})$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WrittenAnswer();

    /// <summary>Whether a key is a whole number.</summary>
    public static bool TryPlace(string answer, out int place) => int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out place);
}
