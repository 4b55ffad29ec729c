using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>
/// The phrases in which texts state an answer. They read <see cref="PlainText"/>, in which white space never runs on, and every
/// repetition is bounded, so that the time grows with the text's length and no faster.
/// </summary>
internal static partial class AnswerPatterns
{
    /// <summary>Words with which a writer comes to a conclusion of his own.</summary>
    private const string Lead =
        @"(?<lead>(?:\b(?:so|therefore|thus|hence|ergo|consequently|finally|overall|accordingly|and|but|then|(?<!not\s)only|means|shows?|(?:it\s{1,2})?follows|(?:we|I)\s{1,2}(?:can\s{1,2})?(?:conclude|know|see)|I\s{1,2}(?:think|believe)|I(?:'m|\s{1,2}am)\s{1,2}(?:(?:quite|very|fairly|pretty)\s{1,2})?(?:confident|sure|certain)|in\s{1,2}(?:conclusion|short|summary))\b[,:]?\s{1,2}(?:that\s{1,2})?){1,4}|(?:因此|所以|故|综上|綜上|よって|したがって|따라서)[,:]?\s{0,2})?";

    private const string Adjectives = @"(?:(?:final|correct|right|best|only|chosen|selected|most\s{1,2}likely|richtige|korrekte|正确的?|正確な?|最终的?|最終的?)\s{0,2}){0,3}";

    private const string Noun =
        @"(?:answer|choice|option|ans(?=[.:\s)])\.?|(?<=(?:correct|right|best)\s{1,2})one|antwort|lösung|réponse|respuesta|risposta|resposta|antwoord|ответ|答案|选项|答え|正解|정답|답)";

    private const string PredicateEnd = @"(?:(?=\s{0,2}(?:[.!]\s|\n)|\s{1,2}(?:because|since)\b)|\s{0,2}[.!]?\s{0,2}$)";

    private const string Predicate =
        @"\s{1,2}(?:is|must\s{1,2}be)\s{1,2}(?:therefore\s{1,2}|thus\s{1,2}|clearly\s{1,2})?(?:the\s{1,2})?(?:(?:correct|right|best)(?:\s{1,2}(?:answer|choice|option|one))?|answer)" + PredicateEnd;

    /// <summary>What a choice does that is the only one to do it: "only option A fits the description".</summary>
    private const string Fits =
        @"\s{1,2}(?:fits|works|matches|applies|qualifies|remains|satisfies|makes\s{1,2}sense|is\s{1,2}left)(?:\s{1,2}(?:the|this|that|these|all|both|here)\b[^.!?\n]{0,60}?)?" + PredicateEnd;

    /// <summary>"选项A是正确的", "選択肢Aが正解です", "A가 정답입니다", without the subject.</summary>
    private const string EasternPredicate =
        @"\s?(?:(?:项|項)?\s?(?:是|为|為)?\s?(?:最)?(?:正确|正確|对|對)的?(?:答案|选项|選項|选择|選擇)?|(?:が|は)\s?(?:最も)?(?:正解|正しい|正答|答え|適切|正しい答え)(?:な選択肢|選択肢|答え)?(?:です|である|だ|となります|になります|となる|になる)?|(?:가|이|은|는)\s?(?:정답|답|맞습니다|옳습니다|맞다|옳다)(?:입니다|이다|이에요|예요|이 된다|이 됩니다)?)(?:[.!](?=\s|$|[\u3040-\ud7a3])|\s{0,2}$|(?=\n))";

    private const string EasternNoun = "选项|選項|选择|選擇|答案|選択肢|选択肢|선택지|보기";

    /// <summary>Words for the numbers of choices; those of at most three letters match as labels anyway.</summary>
    private const string NumberWords = "three|four|five|seven|eight|nine";

    private const RegexOptions AnyCase = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    /// <summary>"So the correct answer is", "Answer:", "答案：".</summary>
    [GeneratedRegex(
        Lead + @"(?<![A-Za-z0-9_])(?:(?:the|my|our|die|la|le|el|de|a)\s{1,2})?" + Adjectives + Noun
        + @"(?:\s{1,2}(?:correcta?|corretta|correcte))?(?:\s{1,2}(?:(?:to|for|of)\s{1,2}(?:(?:the|this|your)\s{1,2}(?:question|problem)|this|it)|here))?(?:,\s{0,2}(?:then|therefore|thus|hence),)?\s{0,2}"
        + @"(?:(?:is|(?:must|should|would|will|has\s{1,2}to|(?:can|could)\s{1,2}only)(?:\s{1,2}(?:therefore|thus|then|clearly|hence))?\s{1,2}be|was|ist|lautet|est|es|è|é)\b(?:\s{1,2}(?:therefore|thus|then|clearly|definitely|hence|simply|indeed|obviously|certainly|in\s{1,2}fact))?\s{0,2}:?|是\s{0,2}:?|は\s{0,2}:?|为\s{0,2}:?|[은는]\s{0,2}:?|[:=]{1,2}|(?<=\bans\.)|(?<=\bans)\)|\s?(?:-{1,2}>?|[–—→⇒])\s)", AnyCase)]
    public static partial Regex Announcement();

    /// <summary>Where there are choices, also "I choose", "Final:", "故选", a heading "Final Answer" above a line of its own.</summary>
    [GeneratedRegex(
        Lead + @"(?:(?<![A-Za-z0-9_])(?:(?:I|we)(?:'d|'ll|\s{1,2}would|\s{1,2}will)?\s{1,2}|(?<=^|\n|[.!?]\s))(?:choose|pick|select|go\s{1,2}with|opt\s{1,2}for|chose|selected|picked|(?<=(?:I|we)(?:'d|\s{1,2}would)\s{1,2})say)\b\s{0,2}:?"
        + @"|(?<=^|\n|[.!?]\s)(?:[#>*•-]{1,6}\s?)?(?:final|correct|right|result|conclusion|selection|verdict|solution|letter|label|final\s{1,2}(?:choice|decision|selection|result))\s?:"
        + @"|(?<=^|\n)(?:[#>*•-]{1,6}\s?)?(?:the\s)?" + Adjectives + Noun + @"\s?\n{1,2}"
        + @"|(?:选择|選擇|选|選)(?:项|項)?\s{0,2}:?)", AnyCase)]
    public static partial Regex ChoiceAnnouncement();

    /// <summary>"So, (A)." and "→ A": words of conclusion, after which a label is the whole sentence.</summary>
    [GeneratedRegex(
        @"(?:(?<=^|\n|[.!?:;,)\]""]\s)(?:so|therefore|thus|hence|ergo|consequently|finally|in\s{1,2}conclusion)\b[,:]?\s{0,2}(?:it(?:'s|\s{1,2}is|\s{1,2}must\s{1,2}be)\s{1,2})?|(?<=^|\n|[.!?]\s)it(?:'s|\s{1,2}is|\s{1,2}must\s{1,2}be)\s{1,2}|(?:[∴→⇒➡➜➔✅☑✔]|👉)\ufe0f?\s{0,2}|(?<![<=-])[=-]>\s{0,2}|==>\s{0,2})(?=\S)", AnyCase)]
    public static partial Regex Conclusion();

    /// <summary>"(B) copper is the correct choice."</summary>
    [GeneratedRegex(
        @"(?:" + Lead + @"(?<!\w)(?<subject>(?:(?:option|choice|answer)\s{1,2})?(?:[(\[]\s{0,2}[A-Za-z0-9]{1,3}\s{0,2}[)\]]|(?-i:[A-Z0-9]{1,3})(?!\w)|(?<=(?:option|choice|answer)\s{1,2})(?:one|two|six|ten|" + NumberWords + @")(?!\w))[^.!?\n]{0,120}?)" + Predicate
        + "|" + Lead + @"(?<!\bnot\s{1,2})\bonly\s{1,2}(?<subject>(?:(?:option|choice|answer)\s{1,2})?(?:[(\[]\s{0,2}[A-Za-z0-9]{1,3}\s{0,2}[)\]]|(?-i:[A-Z0-9]{1,3})(?!\w)))" + Fits
        + "|" + Lead + @"(?<![A-Za-z0-9_]|[和与與及或、とや와과]\s?|不是|并非|並非|不认为|不能说)(?<subject>(?:(?:" + EasternNoun + @")\s?)?(?:[(\[]\s?[A-Za-z0-9]{1,3}\s?[)\]]|(?-i:[A-Z0-9]{1,3})))" + EasternPredicate + ")", AnyCase)]
    public static partial Regex Judgement();

    /// <summary>The end of every <see cref="Judgement"/>.</summary>
    [GeneratedRegex("(?:" + Predicate + "|" + Fits + "|" + EasternPredicate + ")", AnyCase)]
    public static partial Regex JudgementPredicate();

    /// <summary>The beginning of a sentence whose statements are not the writer's.</summary>
    [GeneratedRegex(@"^\W{0,8}(?:if|suppose|supposing|unless|assuming|had|were|whether|some\s{1,2}(?:people|students?|might|may|would)|someone|(?:one|you|it|many|people|students?)\s{1,2}(?:might|may|could|would|often)|at\s{1,2}first)\b", AnyCase)]
    public static partial Regex Supposition();

    /// <summary>"The answer is either …"</summary>
    [GeneratedRegex(@"\G[\s:""'(]{0,4}(?:either|neither|both|(?:one|two|any)\s{1,2}of)\b", AnyCase)]
    public static partial Regex Hedge();

    /// <summary>What an open question's answer cannot begin with.</summary>
    [GeneratedRegex(@"^(?:not|unclear|unknown|uncertain|impossible|unsure)\b", AnyCase)]
    public static partial Regex NoAnswer();

    [GeneratedRegex(
        @"\G[\s""'*$:(\[\ue000✅☑✔👉\ufe0f]{0,8}?(?<noun>(?:the\s{1,2})?(?:option|choice|answer|letter|number|" + EasternNoun + @")\s{0,2}[:#]?\s{0,2}[""'*\ue000]{0,3}|#(?=\d))?"
        + @"(?:[(\[{<]\s{0,2}[""']?(?<enclosed>[\p{L}\p{N}]{1,3}|" + NumberWords + @")[""']?\.?\s{0,2}[)\]}>]|(?<bare>[\p{Lu}\p{N}a-z]{1,3}?|" + NumberWords + @")(?![A-Za-z0-9_]|['’]\w))[""'*$\ue001]{0,4}", AnyCase)]
    public static partial Regex Label();

    [GeneratedRegex(@"\G(?:\s{0,2}$|[ \t]?\n|\s{0,2}[,;:!?)/\]](?:\s|$|(?=[\u3040-\u9fff.]))|\.(?!\d)|\s{0,2}[-–—]\s|/|\s{1,2}(?:because|since|as|which|due|or|and|if|unless|is)\b|" + Fits + @"|[\u3040-\u9fff\uac00-\ud7a3])", AnyCase)]
    public static partial Regex AfterBareLabel();

    [GeneratedRegex(@"\G[""'*$\ue001]{0,4}(?:\s{0,2}$|[ \t]?\n|\s{0,2}[.,;:!?)\]](?=[\s""'*).,\ue001\u3040-\u9fff]|$)|\s{0,2}[-–—]\s|\s{1,2}(?:because|since|as|which|due|or|if|unless|is)\b)", AnyCase)]
    public static partial Regex AfterWords();

    /// <summary>What may stand between a label and the choice's text.</summary>
    [GeneratedRegex(@"\G[ \t\ue001]?[:.),\-–—]{0,4}[ \t]?")]
    public static partial Regex Separator();

    [GeneratedRegex(@"\G[\s""'*(\[\ue000]{0,6}(?:(?:the|an?)\s{1,2})?", AnyCase)]
    public static partial Regex Article();

    /// <summary>What leads from one named choice to another, or takes it back.</summary>
    [GeneratedRegex(@"\G[""'*\ue001)]{0,4}\s{0,2}(?:(?<doubt>(?:or|if|unless|oder|ou)\b|或|または|又は|또는)|(?:,|/|&|(?:and|und|et)\b|和|と)\s{0,2}(?<doubt>or\b)?(?:(?:also|possibly|maybe|perhaps)\s{1,2})?)", AnyCase)]
    public static partial Regex Continuation();

    /// <summary>"the first option".</summary>
    [GeneratedRegex(@"\G[\s""'*(\ue000]{0,6}(?:the\s{1,2})?(?:(?<n1>first|1st)|(?<n2>second|2nd)|(?<n3>third|3rd)|(?<n4>fourth|4th)|(?<n5>fifth|5th))\s{1,2}(?:option|choice|answer|statement|alternative)\b", AnyCase)]
    public static partial Regex Ordinal();

    /// <summary>A full stop of an abbreviation or of a number that begins a line: "as in Fig. ", "3. ". Short words end sentences too: "it is hot."</summary>
    [GeneratedRegex(@"(?<![\w°])(?:(?<!\d\s?)[a-z]|(?<=^|\n)\d{1,3}|figs?|eqs?|nos?|vit|vol|sect?|chap?|pts?|pp|ex|st|dr|mrs?|ms|jr|sr|prof|degs?|vs|cf|ca|al|refs?|tab|approx|resp|est|e\.g|i\.e)\.\s?$", AnyCase)]
    public static partial Regex Abbreviation();

    /// <summary>What models add to an answer that says nothing about the question.</summary>
    [GeneratedRegex(@"(?<=^|\n\s?|[.!?]\s)(?:(?:I\s)?hope\s(?:this|that|it|the\sanswer)\s(?:helps|is\scorrect|is\shelpful|clarifies\s[\w ]{1,30})|let\sme\sknow\sif\s[^.!?\n]{1,120}|(?:my\s)?(?:level\sof\s)?confidence(?:\s(?:score|level))?\s?[:=]\s?[^.!?\n]{1,40}(?:\.\d{1,4})?%?)\s?[.!]{0,3}$", AnyCase)]
    public static partial Regex Courtesy();

    /// <summary>A first line that only announces what follows: "Sure! Here is the reasoning:".</summary>
    [GeneratedRegex(@"\A(?:(?:sure|certainly|of\scourse|absolutely|okay|ok|alright|happy\sto\shelp)\b(?:[!.,][^\n]{0,160}:|[!.]|[^\n.!?]{0,160}:)|here(?:['’]s|\sis|\sare)\s[^\n.!?]{0,100}:)\s{0,2}(?=\n)", AnyCase)]
    public static partial Regex Opening();

    /// <summary>A heading over an answer that was cut, within a line.</summary>
    [GeneratedRegex(@"(?<=^|\n|[.!?]\s)(?:the\s)?(?:(?:final|correct|best)\s)?(?:answer|choice|conclusion|result)\s?:$|(?<=^|\n)[-*•>#|]{1,6}$", AnyCase)]
    public static partial Regex HeadingBefore();

    /// <summary>Nothing but a full stop.</summary>
    [GeneratedRegex(@"\G[""'*)\]$>\ue001]{0,6}[ \t]?(?:[.!]{1,3}[""'*)\]$>\ue001]{0,4}(?=\s|$|[\u3040-\u9fff])|(?=\n)|$)")]
    public static partial Regex StatementEnd();

    [GeneratedRegex(@"[.!?](?=\s|$)|\n")]
    public static partial Regex SentenceEnd();

    /// <summary>A heading that a text keeps when what stood below it was cut, or that says what the text is.</summary>
    [GeneratedRegex(
        @"\G(?:[#>*•-]{1,6}\s?)?(?:(?:step[ -]by[ -]step|detailed|brief|short|the|my|final|correct|overall)\s){0,3}(?:rationale|reasoning|explanation|justification|analysis|solution|answer|answers|conclusion|response|summary|result|thought process|chain of thought|choice|option|理由|解释|解析|分析|答案|最终答案)(?:\s?[:：]\s{0,2}|\s?(?:\n{1,2}|$))", AnyCase)]
    public static partial Regex Heading();
}
