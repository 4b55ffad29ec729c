namespace SciCoT.Questions;

/// <summary>What the formats have in common: a list of choices and a gold label that names one of them.</summary>
internal static class QuestionFields
{
    /// <summary>Makes a question and checks it as a whole.</summary>
    public static ScienceQuestion Question(JsonField id, JsonField stem, IReadOnlyList<Choice> choices, JsonField? answer, string? context = null)
    {
        var label = AnswerFields.Label(answer, choices, () => null);
        return new ScienceQuestion(id.AsLabel(), stem.AsText(), choices) { AnswerLabel = label, Context = context };
    }

    /// <summary>Reads choices of a format that has no open questions.</summary>
    public static IReadOnlyList<Choice> SomeChoices(JsonField field)
    {
        var choices = ChoiceFields.Read(field);
        return choices.Count >= 2 ? choices : throw field.Bad($"holds {choices.Count} choices; expected two or more.");
    }
}
