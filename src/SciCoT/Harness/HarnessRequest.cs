using SciCoT.Evaluation;
using SciCoT.Prompting;

namespace SciCoT.Harness;

/// <summary>What lm-evaluation-harness sends to a model for one question: a context, and a continuation for each choice.</summary>
/// <param name="Question">The question.</param>
/// <param name="Context">The description, the examples and the question, as the harness logs it.</param>
/// <param name="Continuations">What is scored behind the context, one text a choice.</param>
/// <param name="Examples">The places of the examples among those that were drawn from.</param>
public sealed record HarnessRequest(ScienceQuestion Question, string Context, IReadOnlyList<string> Continuations, IReadOnlyList<int> Examples)
{
    /// <summary>Lays out the requests of a task's questions, in their order.</summary>
    /// <param name="task">The task.</param>
    /// <param name="questions">The questions; the examples of each depend on how many stand before it.</param>
    /// <param name="fewShot">The examples in front; none by default.</param>
    /// <exception cref="ArgumentException">A question or example does not fit the task, has no known answer, or there are too few examples.</exception>
    public static IReadOnlyList<HarnessRequest> Create(HarnessTask task, IReadOnlyList<ScienceQuestion> questions, HarnessFewShot? fewShot = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(questions);
        fewShot ??= new(0, []);
        return [.. questions.Zip(fewShot.Draw(task, questions), (question, drawn) => new HarnessRequest(
            question,
            string.Concat(drawn.Select(place => task.Example(fewShot.Examples[place]))) + task.Text(question),
            [.. task.Choices(question).Select(choice => HarnessTask.TargetDelimiter + choice)],
            drawn))];
    }

    /// <summary>What is encoded: spaces at the context's end belong to the continuations.</summary>
    internal (string Context, IReadOnlyList<string> Continuations) Encoded => HarnessTask.MoveSpaces(Context, Continuations);
}
