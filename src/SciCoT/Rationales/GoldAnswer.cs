namespace SciCoT.Rationales;

/// <summary>Compares answers by their text, since labels change when choices are shuffled.</summary>
internal static class GoldAnswer
{
    /// <summary>The right answer's text; <see langword="null"/> when it is not known.</summary>
    public static string? Text(ScienceQuestion question) =>
        question.Choices.Count > 0 ? question.GoldChoice?.Text : question.AnswerLabel;

    /// <summary>The text behind a label; for an open question the label is the answer itself.</summary>
    public static string? Text(ScienceQuestion question, string? label) =>
        question.Choices.Count > 0 ? question.Choices.FirstOrDefault(choice => choice.Label == label)?.Text : label;

    /// <summary>Whether two answers are the same but for white space around them and, in open questions, for case.</summary>
    public static bool Same(ScienceQuestion question, string gold, string answer) =>
        string.Equals(gold.Trim(), answer.Trim(), question.Choices.Count > 0 ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The label that an answer's text has in this printing of a question. A few published questions print one text twice;
    /// then the label that it had before decides.
    /// </summary>
    public static string? Label(ScienceQuestion question, string answer, string? before)
    {
        if (question.Choices.Count == 0)
            return answer;
        var same = question.Choices.Where(choice => choice.Text.Trim() == answer.Trim()).ToArray();
        return (same.FirstOrDefault(choice => choice.Label == before) ?? same.FirstOrDefault())?.Label;
    }
}
