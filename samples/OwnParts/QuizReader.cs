using SciCoT;
using SciCoT.Questions;

namespace OwnParts;

/// <summary>Reads <c>question | right answer | wrong answer | …</c>, one question a line of a <c>.quiz</c> file.</summary>
internal sealed class QuizReader : IQuestionReader
{
    public string Name => "quiz";

    public bool CanRead(string path) => path.EndsWith(".quiz", StringComparison.OrdinalIgnoreCase);

    public IEnumerable<ScienceQuestion> Read(string path, Action<BadRowException>? onBadRow = null)
    {
        long line = 0;
        foreach (var text in File.ReadLines(path))
        {
            line++;
            var parts = text.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length >= 3)
            {
                yield return ScienceQuestion.Create(parts[0], parts[1..]) with { AnswerLabel = "A" };
                continue;
            }

            var bad = new BadRowException(path, line, null, $"has {parts.Length} parts; expected a question, its answer and a wrong one, divided by |.");
            if (onBadRow is null)
                throw bad;
            onBadRow(bad);
        }
    }
}
