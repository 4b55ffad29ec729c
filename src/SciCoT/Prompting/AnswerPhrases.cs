using System.Buffers;
using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>The places at which <see cref="AnswerPatterns"/> match. Each expression begins with optional words, so that <see cref="PatternSearch"/> pays.</summary>
internal static class AnswerPhrases
{
    private const string Nouns = "answer choice option ans antwort lösung réponse respuesta risposta resposta antwoord ответ 答案 选项 答え 正解 정답 답 one";

    private static readonly SearchValues<string> AnnouncementWords = PatternSearch.Words(Nouns);

    private static readonly SearchValues<string> ChoiceWords =
        PatternSearch.Words(Nouns + " choose chose pick select with opt say final correct right result conclusion verdict solution letter label 选 選");

    private static readonly SearchValues<string> ConclusionWords =
        PatternSearch.Words("it so therefore thus hence ergo consequently finally conclusion ∴ → ⇒ ➡ ➜ ➔ ✅ ☑ ✔ 👉 -> =>");

    public static IEnumerable<Match> Announcements(string text) =>
        PatternSearch.Near(AnswerPatterns.Announcement(), text, PatternSearch.Places(text, AnnouncementWords), before: 240, after: 160);

    public static IEnumerable<Match> ChoiceAnnouncements(string text) =>
        PatternSearch.Near(AnswerPatterns.ChoiceAnnouncement(), text, PatternSearch.Places(text, ChoiceWords), before: 240, after: 160);

    public static IEnumerable<Match> Conclusions(string text) =>
        PatternSearch.Near(AnswerPatterns.Conclusion(), text, PatternSearch.Places(text, ConclusionWords), before: 32, after: 80);

    public static IEnumerable<Match> Judgements(string text) =>
        PatternSearch.Near(AnswerPatterns.Judgement(), text, Predicates(text), before: 320, after: 80);

    private static List<int> Predicates(string text)
    {
        var places = new List<int>();
        foreach (var predicate in AnswerPatterns.JudgementPredicate().EnumerateMatches(text))
            places.Add(predicate.Index);
        return places;
    }
}
