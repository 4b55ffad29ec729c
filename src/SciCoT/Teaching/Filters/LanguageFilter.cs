using SciCoT.Questions;
using SciCoT.Rationales;

namespace SciCoT.Teaching.Filters;

/// <summary>
/// Refuses rationales in another language than their question: those with many letters of a script that the question does
/// not use, and those whose function words are of another language (of English, German, French, Spanish, Italian,
/// Portuguese and Dutch). It accepts where the language cannot be made out.
/// </summary>
public sealed class LanguageFilter : IRationaleFilter
{
    /// <summary>A Greek letter or a foreign name is no foreign language.</summary>
    private const double MaxForeignLetters = 0.2;

    /// <inheritdoc/>
    public string Name => "language";

    /// <inheritdoc/>
    public Verdict Judge(ScienceQuestion question, RationaleRecord record, IReadOnlyList<RationaleRecord> accepted)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(record);

        var asked = string.Join('\n', [question.Stem, question.Context ?? "", .. question.Choices.Select(choice => choice.Text)]);
        var known = Scripts.CountLetters(asked);
        var letters = Scripts.CountLetters(record.Rationale);
        int foreign = letters.Where(pair => !known.ContainsKey(pair.Key)).Sum(pair => pair.Value);
        if (known.Count > 0 && foreign > MaxForeignLetters * letters.Values.Sum())
            return Verdict.Refused($"{foreign} of the rationale's {letters.Values.Sum()} letters are of a script that the question does not use.");

        return FunctionWords.Language(record.Rationale, minWords: 3) is { } language && FunctionWords.Language(asked, minWords: 2) is { } expected && language != expected
            ? Verdict.Refused($"The rationale is in {language}, the question in {expected}.")
            : Verdict.Accepted;
    }
}
