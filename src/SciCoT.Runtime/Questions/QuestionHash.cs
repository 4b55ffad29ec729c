using System.Text;
using SciCoT.IO;

namespace SciCoT;

/// <summary>Hashes that identify a question by its content.</summary>
internal static class QuestionHash
{
    /// <summary>An identifier for a question that came without one.</summary>
    public static string ShortId(string stem, IReadOnlyList<Choice> choices) =>
        "q-" + Convert.ToHexStringLower(Sha256.HashData(Encoding.UTF8.GetBytes(Canonical(stem, null, choices))))[..12];

    /// <summary>
    /// SHA-256 of stem, context and choice texts. The order and labels of the choices do not matter, so that a shuffled
    /// question keeps the rationale that was paid for it.
    /// </summary>
    public static string Content(ScienceQuestion question) =>
        Convert.ToHexStringLower(Sha256.HashData(Encoding.UTF8.GetBytes(Canonical(question.Stem, question.Context, question.Choices))));

    /// <summary>Every part is preceded by its length, so that no two different questions run together to one text.</summary>
    private static string Canonical(string stem, string? context, IReadOnlyList<Choice> choices)
    {
        IEnumerable<string> parts = [stem.Trim(), context?.Trim() ?? "", .. choices.Select(c => c.Text.Trim()).Order(StringComparer.Ordinal)];
        return string.Concat(parts.Select(part => $"{part.Length}:{part}"));
    }
}
