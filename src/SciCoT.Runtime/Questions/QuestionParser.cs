namespace SciCoT;

/// <summary>Reads questions as people type them.</summary>
internal static class QuestionParser
{
    public static ScienceQuestion Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (string.IsNullOrWhiteSpace(text))
            throw new InvalidQuestionException("The question is empty; expected text such as 'Which …? (A) … (B) …'.");

        foreach (var form in ChoiceMarks.Find(text))
        {
            var stem = text[..form.Marks[0].Begin].Trim();
            var choices = Choices(text, form.Marks);
            var empty = choices.FirstOrDefault(choice => choice.Text.Length == 0);
            if (!form.IsPlain && (stem.Length == 0 || empty is not null))
                continue; // initials, say: "Who was A. B. Smith?"
            if (stem.Length == 0)
                throw new InvalidQuestionException("The question has choices but no stem before the first of them.");
            if (empty is not null)
                throw new InvalidQuestionException($"Choice ({empty.Label}) has no text.");
            return new ScienceQuestion(QuestionHash.ShortId(stem, choices), stem, choices);
        }

        if (BulletedChoices.Find(text) is { } list)
            return new ScienceQuestion(QuestionHash.ShortId(list.Stem, list.Choices), list.Stem, list.Choices);
        return ScienceQuestion.Create(text.Trim());
    }

    /// <summary>The question with its choices; <see langword="null"/> where the text is none or has none.</summary>
    public static ScienceQuestion? TryParse(string text)
    {
        try
        {
            return Parse(text) is { Choices.Count: > 0 } question ? question : null;
        }
        catch (InvalidQuestionException)
        {
            return null;
        }
    }

    /// <summary>The choices of a text that has no stem; none where none are marked.</summary>
    public static IReadOnlyList<Choice> Choices(string text)
    {
        foreach (var form in ChoiceMarks.Find(text))
        {
            var choices = Choices(text, form.Marks);
            if (choices.All(choice => choice.Text.Length > 0) && string.IsNullOrWhiteSpace(text[..form.Marks[0].Begin]))
                return choices;
        }

        return [];
    }

    private static Choice[] Choices(string text, IReadOnlyList<ChoiceMark> marks) =>
        [.. marks.Select((mark, i) => new Choice(mark.Label.ToString(), text[mark.End..(i + 1 < marks.Count ? marks[i + 1].Begin : text.Length)].Trim()))];
}
