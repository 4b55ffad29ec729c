using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;

namespace SciCoT.Prompting;

/// <summary>
/// The chain-of-thought prompts: few-shot or zero-shot, in one step or two, as text or JSON, with the answer shown or not.
/// Every text can be replaced: <c>TeacherPrompt.FewShot with { SystemMessage = "…" }</c>.
/// </summary>
/// <include file="Examples.xml" path="examples/TeacherPrompt/example"/>
public sealed record TeacherPrompt : ITeacherPrompt
{
    private readonly IReadOnlyList<TeacherExample> _examples = [];

    /// <summary>Four worked examples before the question, rationale and answer as text in one reply.</summary>
    public static TeacherPrompt FewShot { get; } = new() { Examples = TeacherExamples.Science };

    /// <summary>The instruction alone, rationale and answer as text in one reply.</summary>
    public static TeacherPrompt ZeroShot { get; } = new();

    /// <summary>Who the teacher is.</summary>
    public string SystemMessage { get; init; } =
        "You are a science teacher. You explain in plain sentences which facts decide a question and how the answer follows from them.";

    /// <summary>What the teacher is to do, after each question.</summary>
    public string Instruction { get; init; } =
        "Explain step by step, in two to five sentences, what leads to the answer. Do not name a choice by its label while you explain.";

    /// <summary>What the teacher is to do where the right answer is shown.</summary>
    public string RevealedInstruction { get; init; } =
        "Explain step by step, in two to five sentences, why this is so, as if nobody had told you the answer. Do not name a choice by its label while you explain.";

    /// <summary>How a reply with choices ends.</summary>
    public string ChoiceEnding { get; init; } = "End with a line of its own: So the answer is (X). Put the label of one choice for X.";

    /// <summary>How a reply to an open question ends.</summary>
    public string OpenEnding { get; init; } = "End with a line of its own: So the answer is: X. Put the answer alone for X.";

    /// <summary>What a reply as JSON looks like.</summary>
    public string JsonEnding { get; init; } =
        """Reply with one JSON object and nothing else: {"rationale": "the explanation", "answer": "the label of one choice, or the answer alone where there are no choices"}""";

    /// <summary>The second step's question where there are choices.</summary>
    public string ChoiceDecision { get; init; } = "Which choice follows from this? Reply with its label alone, in the form (X).";

    /// <summary>The second step's question where there are none.</summary>
    public string OpenDecision { get; init; } = "Which answer follows from this? Reply with the answer alone.";

    /// <summary>The form of the reply.</summary>
    /// <value>The default is <see cref="TeacherReplyForm.Text"/>.</value>
    public TeacherReplyForm Form { get; init; }

    /// <summary>Worked examples; none is zero-shot.</summary>
    /// <value>The default is none.</value>
    /// <exception cref="ArgumentException">An example's answer is not known.</exception>
    public IReadOnlyList<TeacherExample> Examples
    {
        get => _examples;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Examples));
            if (value.FirstOrDefault(example => example.Question.GoldChoice is null) is { } unknown)
                throw new ArgumentException($"The example \"{unknown.Question.Stem}\" has no choice that is marked as the answer.", nameof(Examples));
            _examples = [.. value];
        }
    }

    /// <inheritdoc/>
    /// <remarks>It is taken over what is sent for fixed questions, so that a change of any text or of the layout changes it.</remarks>
    public string Hash => ComputeHash();

    /// <inheritdoc/>
    public ChatResponseFormat? ReplyFormat => Form == TeacherReplyForm.Json ? JsonReply.Format : null;

    /// <inheritdoc/>
    public IReadOnlyList<ChatMessage> Explain(ScienceQuestion question, bool revealAnswer)
    {
        ArgumentNullException.ThrowIfNull(question);
        bool isOpen = question.Choices.Count == 0;
        var messages = new List<ChatMessage>(2 + (2 * Examples.Count)) { new(ChatRole.System, SystemMessage) };
        foreach (var (shown, rationale) in Examples)
        {
            messages.Add(new(ChatRole.User, Ask(isOpen ? Opened(shown) : shown, revealAnswer)));
            messages.Add(new(ChatRole.Assistant, Reply(isOpen ? Opened(shown) : shown, rationale)));
        }

        messages.Add(new(ChatRole.User, Ask(question, revealAnswer)));
        return messages;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ChatMessage> Decide(ScienceQuestion question, string rationale)
    {
        ArgumentNullException.ThrowIfNull(rationale);
        return
        [
            .. Explain(question, revealAnswer: false),
            new(ChatRole.Assistant, rationale),
            new(ChatRole.User, question.Choices.Count == 0 ? OpenDecision : ChoiceDecision),
        ];
    }

    /// <inheritdoc/>
    public ExtractedAnswer ReadExplanation(ScienceQuestion question, string reply) => Form switch
    {
        TeacherReplyForm.Json => JsonReply.Read(question, reply) ?? AnswerExtraction.Read(question, reply),
        // An answer that slips out in the first step is still cut from the rationale; the second step decides.
        TeacherReplyForm.TwoSteps => AnswerExtraction.Read(question, reply) with { AnswerLabel = null },
        _ => ReadText(question, reply),
    };

    /// <summary>Some models answer as JSON without being asked to, or say the answer once more as JSON.</summary>
    private static ExtractedAnswer ReadText(ScienceQuestion question, string reply)
    {
        var read = AnswerExtraction.Read(question, reply);
        if (!reply.Contains('{', StringComparison.Ordinal) || JsonReply.Read(question, reply, out bool hasAnswer) is not { } json || !hasAnswer)
            return read;
        return read.AnswerLabel is null || read.AnswerLabel == json.AnswerLabel ? json : json with { AnswerLabel = null };
    }

    /// <inheritdoc/>
    public string? ReadDecision(ScienceQuestion question, string reply) =>
        AnswerExtraction.ReadDecision(question, reply)
        ?? (question.Choices.Count > 0 && reply.Contains('{', StringComparison.Ordinal) ? JsonReply.ReadDecision(question, reply) : null);

    private string Ask(ScienceQuestion question, bool revealAnswer)
    {
        bool isOpen = question.Choices.Count == 0;
        var text = new StringBuilder("Question: ").Append(question.Stem.Trim()).Append('\n');
        if (!string.IsNullOrWhiteSpace(question.Context))
            text.Append("Context: ").Append(question.Context.Trim()).Append('\n');
        if (!isOpen)
            text.Append("Choices:\n");
        foreach (var choice in question.Choices)
            text.Append('(').Append(choice.Label).Append(") ").Append(choice.Text.Trim()).Append('\n');
        if (revealAnswer)
            text.Append("The right answer: ").Append(Gold(question)).Append('\n');
        text.Append('\n').Append(revealAnswer ? RevealedInstruction : Instruction);
        if (Form != TeacherReplyForm.TwoSteps)
            text.Append(' ').Append(Form == TeacherReplyForm.Json ? JsonEnding : isOpen ? OpenEnding : ChoiceEnding);
        return text.ToString();
    }

    private string Reply(ScienceQuestion example, string rationale) => Form switch
    {
        TeacherReplyForm.TwoSteps => rationale,
        TeacherReplyForm.Json => JsonReply.Write(rationale, example.AnswerLabel!),
        _ when example.Choices.Count == 0 => $"{rationale}\nSo the answer is: {example.AnswerLabel}.",
        _ => $"{rationale}\nSo the answer is ({example.AnswerLabel}).",
    };

    /// <summary>An example for open questions: its answer is the choice's text.</summary>
    private static ScienceQuestion Opened(ScienceQuestion example) =>
        example with { Choices = [], AnswerLabel = example.GoldChoice!.Text.Trim().TrimEnd('.') };

    private static string Gold(ScienceQuestion question) =>
        question.GoldChoice is { } choice ? $"({choice.Label}) {choice.Text.Trim()}"
        : question.Choices.Count == 0 && question.AnswerLabel is { } answer ? answer.Trim()
        : throw new ArgumentException($"Question '{question.Id}' has no gold answer to show to the teacher.", nameof(question));

    private string ComputeHash()
    {
        ScienceQuestion closed = new("probe", "Stem?", [new("A", "one"), new("B", "two")]) { Context = "Context.", AnswerLabel = "B" };
        ScienceQuestion open = new("probe", "Stem?", []) { AnswerLabel = "two" };
        var sent = new[] { closed, open }.SelectMany(question =>
            Explain(question, revealAnswer: false).Concat(Explain(question, revealAnswer: true)).Concat(Form == TeacherReplyForm.TwoSteps ? Decide(question, "Rationale.") : []));
        var schema = (ReplyFormat as ChatResponseFormatJson)?.Schema is { } json ? json.GetRawText() : "";
        // Lengths keep parts from running together.
        var text = string.Concat(sent.Select(message => $"{message.Role.Value}:{message.Text.Length}:{message.Text}").Append(schema));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
