using System.Security.Cryptography;
using System.Text;

namespace SciCoT.Questions;

/// <summary>A row that holds the right answer apart from the others, as SciQ's do: the choices are ordered by a hash of stem and text.</summary>
internal static class SciQRow
{
    private static readonly string[] Answers = ["correct_answer", "distractor1", "distractor2", "distractor3"];

    /// <summary>Reads a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="id">The question's name.</param>
    /// <param name="withSupport">Whether the passage is kept.</param>
    /// <param name="rightLast">Whether the choices keep the row's order, the right one last; by default a hash orders them.</param>
    public static ScienceQuestion Question(JsonField row, string id, bool withSupport, bool rightLast = false)
    {
        var stem = row.Member("question").AsText();
        var texts = Answers.Select(name => row.Member(name).AsText()).ToArray();
        var support = row.Optional("support")?.AsString();
        return (rightLast ? RightLast(id, stem, texts) : Shuffled(id, stem, texts)) with { Context = withSupport && !string.IsNullOrWhiteSpace(support) ? support : null };
    }

    /// <summary>A question whose right answer is the first of several texts.</summary>
    public static ScienceQuestion Shuffled(string id, string stem, IReadOnlyList<string> texts)
    {
        var order = Enumerable.Range(0, texts.Count).OrderBy(i => Key(stem, texts[i]), StringComparer.Ordinal).ToArray();
        return new ScienceQuestion(id, stem, [.. order.Select((answer, i) => new Choice(ChoiceLabels.OfPlace(i), texts[answer]))])
        {
            AnswerLabel = ChoiceLabels.OfPlace(Array.IndexOf(order, 0)),
        };
    }

    /// <summary>The same with the wrong answers in their order and the right one behind them, as lm-evaluation-harness asks.</summary>
    private static ScienceQuestion RightLast(string id, string stem, IReadOnlyList<string> texts) =>
        new(id, stem, [.. texts.Skip(1).Append(texts[0]).Select((text, place) => new Choice(ChoiceLabels.OfPlace(place), text))])
        {
            AnswerLabel = ChoiceLabels.OfPlace(texts.Count - 1),
        };

    private static string Key(string stem, string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{stem}\n{text}")));
}
