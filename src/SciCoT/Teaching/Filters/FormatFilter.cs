using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using SciCoT.Prompting;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Replies;

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
        (Markup(), "holds markup, code or TeX"),
        (Turn(), "goes on as a dialogue or with another question"),
        (Json(), "is JSON"),
    ];

    private static readonly SearchValues<char> Damaged =
        SearchValues.Create([.. Enumerable.Range(0, 0xa0).Select(code => (char)code).Where(c => char.IsControl(c) && c is not ('\t' or '\n' or '\r')), '\ufffd']);

    /// <inheritdoc/>
    public string Name => "format";

    /// <inheritdoc/>
    public Verdict Judge(ScienceQuestion question, RationaleRecord record, IReadOnlyList<RationaleRecord> accepted)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (string.IsNullOrWhiteSpace(record.Rationale) && !string.IsNullOrWhiteSpace(record.Reply) && ReplyText.Clean(record.Reply).Length == 0)
            return Verdict.Refused($"The reply holds nothing but a model's thoughts or marks of its chat template: '{Short(record.Reply)}'.");
        if (ReplyText.FindMark(record.Rationale) is { } mark)
            return Verdict.Refused($"The rationale holds a mark of thoughts or of a chat template: '{Short(mark)}'.");
        if (record.Rationale.AsSpan().IndexOfAny(Damaged) is >= 0 and var damaged)
            return Verdict.Refused($"The rationale holds characters that are damaged or control a device: 'U+{(int)record.Rationale[damaged]:X4}'.");

        var rationale = PlainText.Collapse(record.Rationale);
        foreach (var (pattern, problem) in Patterns)
        {
            if (pattern.Match(rationale) is { Success: true } match)
                return Verdict.Refused($"The rationale {problem}: '{Short(match.Value)}'.");
        }

        if (HasFewLetters(rationale))
            return Verdict.Refused("Less than half of the rationale is letters.");
        return Repeated(rationale) is { } repeated
            ? Verdict.Refused($"The rationale says the same more than {MaxRepeats} times: '{Short(repeated)}'.")
            : Verdict.Accepted;
    }

    /// <summary>A sentence that stands there too often; very short ones may.</summary>
    private static string? Repeated(string rationale)
    {
        int candidates = 0; // counted first: where there are few, no sentence is normalised
        foreach (var place in rationale.AsSpan().SplitAny(".!?\n"))
            candidates += place.End.Value - place.Start.Value >= ShortestRepeat ? 1 : 0;
        if (candidates <= MaxRepeats)
            return null;
        var sentences = new Dictionary<string, (int Times, string First)>(StringComparer.Ordinal);
        foreach (var place in rationale.AsSpan().SplitAny(".!?\n"))
        {
            var sentence = rationale.AsSpan()[place];
            if (sentence.Length < ShortestRepeat || NormalizedText.Of(sentence) is not { Length: >= ShortestRepeat } said)
                continue;
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(sentences, said, out _);
            known = (known.Times + 1, known.First ?? sentence.ToString());
        }

        return sentences.Values.FirstOrDefault(sentence => sentence.Times > MaxRepeats).First;
    }

    private static bool HasFewLetters(string rationale)
    {
        int letters = 0, visible = 0;
        foreach (char c in rationale)
        {
            letters += char.IsLetter(c) ? 1 : 0;
            visible += char.IsWhiteSpace(c) ? 0 : 1;
        }

        return letters < MinLetters * visible;
    }

    private static string Short(string text) => text.Trim() is { Length: > 40 } trimmed ? trimmed[..40] + "…" : text.Trim();

    [GeneratedRegex(@"```|^#{1,6}\s[^\n]{0,80}|</?[A-Za-z][A-Za-z0-9]{0,40}(?:\s[^<>]{0,200})?/?>|\\[A-Za-z]{1,40}\{|\\[(\[]|\$\$", RegexOptions.Multiline)]
    private static partial Regex Markup();

    [GeneratedRegex(@"^(?:question|q|answer|options|choices|user|human|assistant|system|instructions?|input)\s?\d{0,9}\s?:[^\n]{0,80}", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Turn();

    [GeneratedRegex("""^[{\[]\s{0,2}["{\[]""")]
    private static partial Regex Json();
}
