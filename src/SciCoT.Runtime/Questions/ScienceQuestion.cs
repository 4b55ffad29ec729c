using System.Diagnostics.CodeAnalysis;

namespace SciCoT;

/// <summary>
/// A science question: a stem, optionally a context to read first, and choices. A question without choices is open.
/// </summary>
/// <remarks>
/// Each property refuses a value that is wrong by itself (an empty stem, two choices with one label). Whether the gold
/// label names a choice is a matter of two properties: <see cref="Validate"/> checks it, and everything that takes
/// questions from outside calls it.
/// </remarks>
/// <include file="Examples.xml" path="examples/ScienceQuestion/example"/>
public sealed record ScienceQuestion
{
    private readonly string _id = "";
    private readonly string _stem = "";
    private readonly IReadOnlyList<Choice> _choices = [];

    /// <summary>Makes a question.</summary>
    /// <param name="id">An identifier, unique in its data set.</param>
    /// <param name="stem">The question itself, without the choices.</param>
    /// <param name="choices">The options in their printed order; empty for an open question.</param>
    /// <exception cref="ArgumentException">The id or stem is blank, or the choices have a blank or repeated label or a blank text.</exception>
    [SetsRequiredMembers]
    public ScienceQuestion(string id, string stem, IReadOnlyList<Choice> choices)
    {
        Id = id;
        Stem = stem;
        Choices = choices;
    }

    /// <summary>An identifier, unique in its data set.</summary>
    public required string Id
    {
        get => _id;
        init
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value, nameof(Id));
            _id = value;
        }
    }

    /// <summary>The question itself, without the choices.</summary>
    public required string Stem
    {
        get => _stem;
        init
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value, nameof(Stem));
            _stem = value;
        }
    }

    /// <summary>A passage to read before the question, if there is one.</summary>
    public string? Context { get; init; }

    /// <summary>The concept that the question was written about, where its data set names one (CommonsenseQA's <c>question_concept</c>).</summary>
    /// <remarks>It is no part of what is asked: models do not read it, and questions that differ in it alone are equal.</remarks>
    public string? Concept { get; init; }

    /// <summary>The options in their printed order; empty for an open question.</summary>
    public required IReadOnlyList<Choice> Choices
    {
        get => _choices;
        init => _choices = Checked(value);
    }

    /// <summary>The label of the right choice, where it is known. For an open question it is the answer itself.</summary>
    public string? AnswerLabel { get; init; }

    /// <summary>The right choice, where it is known; <see langword="null"/> for open and unlabelled questions.</summary>
    public Choice? GoldChoice => AnswerLabel is null ? null : _choices.FirstOrDefault(choice => choice.Label == AnswerLabel);

    /// <summary>
    /// SHA-256 of stem, context and choice texts in lower-case hexadecimal digits. It identifies the question by what it
    /// asks: id, gold label and the order and labels of the choices do not matter, so that a shuffled question keeps the
    /// rationales that were made for it.
    /// </summary>
    public string ContentHash => QuestionHash.Content(this);

    /// <summary>Makes a question with the labels A, B, C… and an identifier derived from its text.</summary>
    /// <param name="stem">The question itself.</param>
    /// <param name="choices">The texts of at most 26 options; none for an open question.</param>
    /// <exception cref="ArgumentException">The stem or a choice is blank, or there are more than 26 choices.</exception>
    public static ScienceQuestion Create(string stem, params string[] choices)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(stem);
        ArgumentNullException.ThrowIfNull(choices);
        if (choices.Length > 26)
            throw new ArgumentException($"A question has at most 26 choices labelled A to Z; got {choices.Length}. Give labels of your own through the constructor.", nameof(choices));

        var labelled = choices.Select((text, i) => new Choice(((char)('A' + i)).ToString(), text)).ToArray();
        return new ScienceQuestion(QuestionHash.ShortId(stem, labelled), stem, labelled);
    }

    /// <summary>
    /// Reads a question as a person types it: <c>Which …? (A) … (B) …</c>, or a stem followed by lines like <c>A. …</c>
    /// or <c>A) …</c>. Text without recognisable choices is an open question.
    /// </summary>
    /// <remarks>
    /// Choices are at least two: a single label, as in <c>What is vitamin (A) good for?</c>, is part of the stem. A text with one choice is therefore an
    /// open question; see <see cref="Choices"/> for what was found, or pass the choices to <see cref="Create"/>.
    /// </remarks>
    /// <param name="text">The question with its choices.</param>
    /// <exception cref="InvalidQuestionException">The text is blank, has choices but no stem, or a choice is empty.</exception>
    public static ScienceQuestion Parse(string text) => QuestionParser.Parse(text);

    /// <summary>Checks what a single property cannot: that the gold label, if there is one, names a choice.</summary>
    /// <exception cref="ArgumentException">The gold label is blank or none of the choices' labels.</exception>
    internal void Validate()
    {
        if (AnswerLabel is not null && string.IsNullOrWhiteSpace(AnswerLabel))
            throw new ArgumentException($"Question '{Id}': the answer label is blank; leave it null where the answer is not known.");
        if (AnswerLabel is not null && Choices.Count > 0 && GoldChoice is null)
            throw new ArgumentException($"Question '{Id}': the answer label '{AnswerLabel}' is none of the choices' labels ({string.Join(", ", Choices.Select(c => c.Label))}).");
    }

    /// <summary>Two questions are equal when all their parts but the concept are, choices in the same order.</summary>
    public bool Equals(ScienceQuestion? other) =>
        other is not null && Id == other.Id && Stem == other.Stem && Context == other.Context
        && AnswerLabel == other.AnswerLabel && Choices.SequenceEqual(other.Choices);

    /// <summary>The question in a line for people: its stem, then its choices as <c>(A) …</c>. Context and gold label are not shown.</summary>
    public override string ToString() => string.Join(' ', Choices.Select(choice => $"({choice.Label}) {choice.Text}").Prepend(Stem));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Stem, Context, AnswerLabel, Choices.Count);

    private static IReadOnlyList<Choice> Checked(IReadOnlyList<Choice> choices)
    {
        ArgumentNullException.ThrowIfNull(choices, nameof(Choices));
        var labels = new HashSet<string>(StringComparer.Ordinal);
        foreach (var choice in choices)
        {
            if (choice is null)
                throw new ArgumentException("A choice is null.", nameof(Choices));
            if (string.IsNullOrWhiteSpace(choice.Label))
                throw new ArgumentException($"A choice has no label (text: '{choice.Text}').", nameof(Choices));
            if (string.IsNullOrWhiteSpace(choice.Text))
                throw new ArgumentException($"Choice '{choice.Label}' has no text.", nameof(Choices));
            if (!labels.Add(choice.Label))
                throw new ArgumentException($"Two choices have the label '{choice.Label}'; labels must be unique.", nameof(Choices));
        }

        return choices.ToArray();
    }
}
