using System.Text.RegularExpressions;

namespace SciCoT;

/// <summary>Reads questions as people type them.</summary>
internal static partial class QuestionParser
{
    public static ScienceQuestion Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (string.IsNullOrWhiteSpace(text))
            throw new InvalidQuestionException("The question is empty; expected text such as 'Which …? (A) … (B) …'.");

        var marks = Marks(text);
        if (marks.Count < 2)
            return ScienceQuestion.Create(text.Trim());

        var stem = text[..marks[0].Index].Trim();
        if (stem.Length == 0)
            throw new InvalidQuestionException("The question has choices but no stem before the first of them.");

        var choices = new List<Choice>(marks.Count);
        for (int i = 0; i < marks.Count; i++)
        {
            int start = marks[i].Index + marks[i].Length;
            int end = i + 1 < marks.Count ? marks[i + 1].Index : text.Length;
            var choice = text[start..end].Trim();
            var label = marks[i].Groups["label"].Value;
            if (choice.Length == 0)
                throw new InvalidQuestionException($"Choice ({label}) has no text.");
            choices.Add(new Choice(label, choice));
        }

        return new ScienceQuestion(QuestionHash.ShortId(stem, choices), stem, choices);
    }

    /// <summary>
    /// The longest run A, B, C… or 1, 2, 3… among the marks of one form; other parentheses are text. Of two equal runs the
    /// later wins, since the choices stand at the end.
    /// </summary>
    private static IReadOnlyList<Match> Marks(string text)
    {
        foreach (var form in new[] { ParenthesisedLabel(), LineLabel() })
        {
            var runs = new Dictionary<char, Run>();
            Run? longest = null;
            foreach (Match match in form.Matches(text))
            {
                var label = match.Groups["label"].Value[0];
                bool starts = label is 'A' or 'a' or '1';
                var previous = starts ? null : runs.GetValueOrDefault((char)(label - 1));
                // The second (B) of one run is text: "(B) iron, as in (B)".
                if (!starts && (previous is null || ReferenceEquals(runs.GetValueOrDefault(label)?.Previous, previous)))
                    continue;

                var run = runs[label] = new Run(match, previous, (previous?.Length ?? 0) + 1);
                if (longest is null || run.Length >= longest.Length)
                    longest = run;
            }

            if (longest is { Length: >= 2 })
                return longest.InOrder();
        }

        return [];
    }

    /// <summary>Marks with labels that follow each other, from the last one backwards.</summary>
    private sealed record Run(Match Mark, Run? Previous, int Length)
    {
        public IReadOnlyList<Match> InOrder()
        {
            var marks = new Match[Length];
            int i = Length;
            for (Run? run = this; run is not null; run = run.Previous)
                marks[--i] = run.Mark;
            return marks;
        }
    }

    [GeneratedRegex(@"\((?<label>[A-Za-z1-9])\)")]
    private static partial Regex ParenthesisedLabel();

    [GeneratedRegex(@"(?<=^|\n)[ \t]{0,40}(?<label>[A-Za-z1-9])[.):](?=\s)")]
    private static partial Regex LineLabel();
}
