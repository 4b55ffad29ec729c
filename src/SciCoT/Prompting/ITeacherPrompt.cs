using Microsoft.Extensions.AI;

namespace SciCoT.Prompting;

/// <summary>How a chat model is asked to explain a question, and how its replies are read.</summary>
/// <remarks>Implementations are immutable and safe for concurrent callers. <see cref="TeacherPrompt"/> is the one that is used unless another is given.</remarks>
public interface ITeacherPrompt
{
    /// <summary>
    /// A hash of everything that is sent besides the question. It is part of each record's key, so that another prompt's
    /// rationales are never taken for this one's.
    /// </summary>
    string Hash { get; }

    /// <summary>The form that the service is told to give to an explanation; <see langword="null"/> for plain text.</summary>
    ChatResponseFormat? ReplyFormat { get; }

    /// <summary>Asks for an explanation.</summary>
    /// <param name="question">The question.</param>
    /// <param name="revealAnswer">Whether the gold answer is shown.</param>
    /// <exception cref="ArgumentException">The answer is to be shown but is not known.</exception>
    IReadOnlyList<ChatMessage> Explain(ScienceQuestion question, bool revealAnswer);

    /// <summary>Asks which answer follows from an explanation: the second of two steps.</summary>
    /// <param name="question">The question.</param>
    /// <param name="rationale">The explanation.</param>
    IReadOnlyList<ChatMessage> Decide(ScienceQuestion question, string rationale);

    /// <summary>Reads the reply to <see cref="Explain"/>. What is not certain is not an answer.</summary>
    /// <param name="question">The question.</param>
    /// <param name="reply">The text that came.</param>
    ExtractedAnswer ReadExplanation(ScienceQuestion question, string reply);

    /// <summary>Reads the reply to <see cref="Decide"/>.</summary>
    /// <param name="question">The question.</param>
    /// <param name="reply">The text that came.</param>
    /// <returns>The label of the choice, or an open question's answer; <see langword="null"/> when it is not certain.</returns>
    string? ReadDecision(ScienceQuestion question, string reply);
}
