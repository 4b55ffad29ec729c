using SciCoT.Questions;

namespace SciCoT.Evaluation;

/// <summary>The questions of a prediction file by their identifiers: those that were asked, or those that its lines hold.</summary>
/// <param name="asked">The questions that were asked; <see langword="null"/> to take the lines' own.</param>
internal sealed class PredictedQuestions(IReadOnlyList<ScienceQuestion>? asked)
{
    private readonly Dictionary<string, ScienceQuestion> _known = (asked ?? []).ToDictionary(question => question.Id, StringComparer.Ordinal);

    /// <summary>The question of a line. What the line says of it must agree with what is known: an identifier names one question.</summary>
    public ScienceQuestion Of(JsonField row)
    {
        var id = row.Member("id");
        if (!_known.TryGetValue(id.AsLabel(), out var known))
        {
            if (asked is not null)
                throw id.Bad($"is '{id.AsLabel()}', which is none of the {asked.Count} questions that were asked.");
            if (row.Optional("stem") is null)
                throw id.Bad("stands without its question; expected stem, choices and answer in the line, or the questions beside the file.");
            row.Member("answer");
            known = QuestionFile.Question(row);
            _known.Add(known.Id, known);
            return known;
        }

        Agree("stem", known.Stem);
        Agree("context", known.Context ?? "");
        if (row.Optional("choices") is { } choices && !ChoiceFields.Read(choices).Select(Said).SequenceEqual(known.Choices.Select(Said)))
            throw choices.Bad($"are not those of '{known.Id}'; expected {string.Join(", ", known.Choices.Select(choice => $"{choice.Label} {choice.Text}"))}.");
        if (row.Optional("answer") is { } answer && answer.AsLabel() != known.AnswerLabel)
            throw answer.Bad($"is '{answer.AsLabel()}'; the gold answer of '{known.Id}' is '{known.AnswerLabel}'.");
        return known;

        void Agree(string name, string expected)
        {
            if (row.Optional(name) is { } field && NormalizedText.Of(field.AsString()) != NormalizedText.Of(expected))
                throw field.Bad($"is that of another question than the one known as '{known.Id}'; expected '{expected}'.");
        }

        static (string, string) Said(Choice choice) => (choice.Label, NormalizedText.Of(choice.Text));
    }
}
