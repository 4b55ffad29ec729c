using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>The places at which <see cref="AnswerPatterns"/> match. Each expression begins with optional words, so that <see cref="PatternSearch"/> pays.</summary>
internal static class AnswerPhrases
{
    private const string Nouns = "answer choice option ans antwort lösung réponse respuesta risposta resposta antwoord ответ 答案 选项 答え 正解 정답 답 one";

    private const string Choosing =
        Nouns + " choose chose pick select with opt say final correct right result conclusion verdict solution letter label 选 選";

    private const string Concluding =
        "it so therefore thus hence ergo consequently finally conclusion ∴ → ⇒ ➡ ➜ ➔ ✅ ☑ ✔ 👉 -> =>";

    /// <summary>Each predicate of a judgement holds one of these.</summary>
    private const string Judging =
        "is must fits works matches applies qualifies remains satisfies makes 正确 正確 对 對 正解 正しい 正答 答え 適切 정답 답 맞 옳";

    private static readonly SearchValues<string>[] JudgingWords = WordsOf(Judging);

    private static readonly SearchValues<string>[] AnnouncementWords = WordsOf(Nouns), ChoiceWords = WordsOf(Choosing), ConclusionWords = WordsOf(Concluding);

    public static IEnumerable<Match> Announcements(string text) =>
        PatternSearch.Near(AnswerPatterns.Announcement(), text, Places(text, AnnouncementWords), before: 240, after: 160);

    public static IEnumerable<Match> ChoiceAnnouncements(string text) =>
        PatternSearch.Near(AnswerPatterns.ChoiceAnnouncement(), text, Places(text, ChoiceWords), before: 240, after: 160);

    public static IEnumerable<Match> Conclusions(string text) =>
        PatternSearch.Near(AnswerPatterns.Conclusion(), text, Places(text, ConclusionWords), before: 32, after: 80);

    public static IEnumerable<Match> Judgements(string text) =>
        PatternSearch.Near(AnswerPatterns.Judgement(), text, Predicates(text), before: 320, after: 80);

    private static SearchValues<string>[] WordsOf(string words) => [PatternSearch.Words(words), PatternSearch.AsciiWords(words)];

    private static IEnumerable<int> Places(string text, SearchValues<string>[] words) => PatternSearch.Places(text, words[Ascii.IsValid(text) ? 1 : 0]);

    private static List<int> Predicates(string text)
    {
        var places = new List<int>();
        foreach (var predicate in PatternSearch.Near(AnswerPatterns.JudgementPredicate(), text, Places(text, JudgingWords), before: 16, after: 160))
            places.Add(predicate.Index);
        return places;
    }
}
