using SciCoT;

namespace WebDemo;

/// <summary>Some test questions of the world that the QuickStart's students learned.</summary>
internal sealed class ExampleQuestions(IReadOnlyList<ScienceQuestion> questions)
{
    private const int Count = 12;

    /// <summary>Questions as text, choices and all, spread over the set.</summary>
    public IReadOnlyList<string> Texts { get; } =
    [
        .. Enumerable.Range(0, Count)
            .Select(i => questions[i * questions.Count / Count])
            .Select(question => $"{question.Stem} {string.Join(' ', question.Choices.Select(choice => $"({choice.Label}) {choice.Text}"))}"),
    ];
}
