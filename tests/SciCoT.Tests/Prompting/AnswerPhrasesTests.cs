using System.Text;
using System.Text.RegularExpressions;
using SciCoT.Prompting;

namespace SciCoT.Tests.Prompting;

public class AnswerPhrasesTests
{
    /// <summary>Parts of phrases, and what separates or breaks them.</summary>
    private static readonly string[] Pieces =
    [
        "so", "So", "therefore,", "it  follows", "we can conclude", "in conclusion", "that", "the", "my", "final", "correct", "most likely", "best", "answer", "ANSWER", "choice", "option", "ans.",
        "to this question", "for the problem", "is", "must be", "should be", "therefore", "clearly", ":", "=", "->", "=>", "==>", "→", "👉", "🔥", "答案", "正解", "是", "选", "選項", "因此", "所以",
        "I", "we", "would", "choose", "opt for", "go with", "picked", "result:", "verdict :", "label", "# Answer", "\n", "\n\n", "\n\n\n", " ", "  ", ". ", "!", "? ", ", ", ") ", "(A)", "(B)", "[ C ]", "A", "B", "ice", "right", "one", "réponse", "means", "(A) ice is", "is the best choice.", "is correct.",
        "<think>", "</think >", "<think a='b'>", "<x:chain-of-thought/>", "&lt;inner_monologue&gt;", "◁/think▷", "[THINK]", "<|start_of_thoughts|>", "<|inner_suffix|>", "<unused94>thought", "<unused95>", "<|channel>analysis", "<channel|>", "<", "[", "<|",
    ];

    private static readonly (string Name, Regex Pattern, Func<string, IEnumerable<Match>> Near)[] Phrases =
    [
        ("announcement", AnswerPatterns.Announcement(), AnswerPhrases.Announcements),
        ("choice announcement", AnswerPatterns.ChoiceAnnouncement(), AnswerPhrases.ChoiceAnnouncements),
        ("conclusion", AnswerPatterns.Conclusion(), AnswerPhrases.Conclusions),
        ("judgement", AnswerPatterns.Judgement(), AnswerPhrases.Judgements),
        ("mark of thoughts", Thoughts.Mark(), Thoughts.Marks),
    ];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 60)]
    [InlineData(3, 400)]
    public void SearchNearWords_FindsWhatASearchOfTheWholeTextFinds(int seed, int filler)
    {
        var random = new Random(seed);
        var found = Phrases.ToDictionary(phrase => phrase.Name, _ => 0);
        for (int i = 0; i < 600; i++)
        {
            var text = PlainText.Collapse(Compose(random, filler));
            foreach (var (name, pattern, near) in Phrases)
            {
                var expected = pattern.Matches(text).Select(Describe).ToArray();
                Assert.Equal(expected, near(text).Select(Describe));
                found[name] += expected.Length;
            }
        }

        Assert.All(found, count => Assert.True(count.Value > 20, $"{count.Key}: {count.Value} matches."));
    }

    private static string Compose(Random random, int filler)
    {
        var text = new StringBuilder();
        for (int i = random.Next(1, 120); i > 0; i--)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]).Append(random.Next(4) == 0 ? "" : " ");
            if (filler > 0 && random.Next(12) == 0)
                text.Append(new string('x', random.Next(filler))).Append(' ');
        }

        return text.ToString();
    }

    private static string Describe(Match match) => $"{match.Index} '{match.Value}' {match.Groups["lead"].Value}/{match.Groups["subject"].Value}";
}
