using System.Text.RegularExpressions;
using SciCoT.Questions;
using SciCoT.Rationales;

namespace SciCoT.Teaching.Filters;

/// <summary>
/// Refuses rationales that are not plain prose: markup, code, formulas in TeX, turns of a dialogue or further questions,
/// damaged characters, sentences said over and over, text that is mostly digits and signs.
/// </summary>
public sealed partial class FormatFilter : IRationaleFilter
{
    private const double MinLetters = 0.5;
    private const int MaxRepeats = 2;
    private const int ShortestRepeat = 12;

    private static readonly (Regex Pattern, string Problem)[] Patterns =
    [
        (Damaged(), "holds characters that are damaged or control a device"),
        (Markup(), "holds markup, code or TeX"),
        (Turn(), "goes on as a dialogue or with another question"),
        (Json(), "is JSON"),
    ];

    /// <inheritdoc/>
    public string Name => "format";

    /// <inheritdoc/>
    public Verdict Judge(ScienceQuestion question, RationaleRecord record, IReadOnlyList<RationaleRecord> accepted)
    {
        ArgumentNullException.ThrowIfNull(record);
        var rationale = record.Rationale;
        foreach (var (pattern, problem) in Patterns)
        {
            if (pattern.Match(rationale) is { Success: true } match)
                return Verdict.Refused($"The rationale {problem}: '{Short(match.Value)}'.");
        }

        if (rationale.Count(char.IsLetter) < MinLetters * rationale.Count(c => !char.IsWhiteSpace(c)))
            return Verdict.Refused("Less than half of the rationale is letters.");
        return Repeated(rationale) is { } repeated
            ? Verdict.Refused($"The rationale says the same more than {MaxRepeats} times: '{Short(repeated)}'.")
            : Verdict.Accepted;
    }

    /// <summary>A sentence that stands there too often; very short ones may.</summary>
    private static string? Repeated(string rationale) =>
        SentenceEnd().Split(rationale)
            .Select(sentence => (Text: sentence, Said: NormalizedText.Of(sentence)))
            .Where(sentence => sentence.Said.Length >= ShortestRepeat)
            .GroupBy(sentence => sentence.Said, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > MaxRepeats)?.First().Text;

    private static string Short(string text) => text.Trim() is { Length: > 40 } trimmed ? trimmed[..40] + "…" : text.Trim();

    [GeneratedRegex(@"[\p{Cc}\uFFFD-[\t\n\r]]")]
    private static partial Regex Damaged();

    [GeneratedRegex(@"```|^\s{0,3}#{1,6}\s.*$|</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>|\\[A-Za-z]+\{|\\[(\[]|\$\$", RegexOptions.Multiline)]
    private static partial Regex Markup();

    [GeneratedRegex(@"^\s*(?:question|q|answer|options|choices|user|human|assistant|system|instructions?|input)\s*\d*\s*:.*$", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Turn();

    [GeneratedRegex("""^\s*[{\[]\s*["{\[]""")]
    private static partial Regex Json();

    [GeneratedRegex(@"[.!?\n]+")]
    private static partial Regex SentenceEnd();
}
