namespace SciCoT.Questions;

/// <summary>What the formats have in common: a list of choices and a gold label that names one of them.</summary>
internal static class QuestionFields
{
    /// <summary>Makes a question and checks it as a whole.</summary>
    public static ScienceQuestion Question(JsonField id, JsonField stem, IReadOnlyList<Choice> choices, JsonField? answer, string? context = null)
    {
        var label = answer?.AsText();
        if (label is not null && choices.Count > 0 && !choices.Any(choice => choice.Label == label))
            throw answer!.Value.Bad($"is '{label}'; expected one of the choices' labels ({string.Join(", ", choices.Select(choice => choice.Label))}).");

        return new ScienceQuestion(id.AsText(), stem.AsText(), choices) { AnswerLabel = label, Context = context };
    }

    /// <summary>Reads <c>{"id", "question": {"stem", "choices"}}</c>, which several data sets share.</summary>
    public static ScienceQuestion Arc(JsonField row, JsonField? answer)
    {
        var question = row.Member("question");
        return Question(row.Member("id"), question.Member("stem"), SomeChoices(question.Member("choices")), answer);
    }

    /// <summary>The labels A to Z for choices that are published without.</summary>
    public static string Letter(int index) => ((char)('A' + index)).ToString();

    /// <summary>Reads <c>[{"label": …, "text": …}]</c> with labels that differ.</summary>
    public static IReadOnlyList<Choice> Choices(JsonField field)
    {
        var labels = new HashSet<string>(StringComparer.Ordinal);
        var choices = new List<Choice>();
        foreach (var item in field.Items())
        {
            var label = item.Member("label");
            var choice = new Choice(label.AsText(), item.Member("text").AsText());
            if (!labels.Add(choice.Label))
                throw label.Bad($"is '{choice.Label}' for a second time; labels must differ.");
            choices.Add(choice);
        }

        return choices;
    }

    /// <summary>Reads choices of a format that has no open questions.</summary>
    public static IReadOnlyList<Choice> SomeChoices(JsonField field)
    {
        var choices = Choices(field);
        return choices.Count >= 2 ? choices : throw field.Bad($"holds {choices.Count} choices; expected two or more.");
    }
}
