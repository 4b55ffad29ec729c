using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>The phrases in which English texts state an answer. Repetitions are bounded, so that no text takes long.</summary>
internal static partial class AnswerPatterns
{
    /// <summary>Words with which a writer comes to a conclusion of his own.</summary>
    private const string Lead =
        @"(?<lead>(?:\b(?:so|therefore|thus|hence|consequently|finally|overall|accordingly|and|but|then|means|shows?|(?:it\s+)?follows|(?:we|I)\s+(?:can\s+)?(?:conclude|know|see)|I\s+(?:think|believe)|in\s+(?:conclusion|short|summary))\b[,:]?\s+(?:that\s+)?){1,4})?";

    private const RegexOptions AnyCase = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    /// <summary>"So the correct answer is", "Answer:".</summary>
    [GeneratedRegex(Lead + @"\b(?:(?:the|my)\s+)?(?:(?:final|correct|right|best)\s+){0,3}(?:answer|choice|option)(?:\s+to\s+(?:the|this)\s+question)?\s*(?:(?:is|must\s+be|should\s+be|was)\b\s*:?|[:=])", AnyCase)]
    public static partial Regex Announcement();

    /// <summary>"(B) copper is the correct choice."</summary>
    [GeneratedRegex(Lead + @"(?<!\w)(?<subject>(?:(?:option|choice|answer)\s+)?(?:[(\[]\s*[A-Za-z0-9]{1,3}\s*[)\]]|(?-i:[A-Z0-9]{1,3})(?!\w))[^.!?\n]{0,120}?)\s+is\s+(?:therefore\s+|thus\s+|clearly\s+)?(?:the\s+)?(?:correct|right|best)(?:\s+(?:answer|choice|option|one))?(?:(?=\s*(?:[.!]\s|\n))|\s*[.!]?\s*$)", AnyCase)]
    public static partial Regex Judgement();

    /// <summary>The beginning of a sentence whose statements are not the writer's.</summary>
    [GeneratedRegex(@"^\W*(?:if|suppose|supposing|unless|assuming|had|were|whether|some\s+(?:people|students?|might|may|would)|someone|(?:one|you|it|many|people|students?)\s+(?:might|may|could|would|often)|at\s+first)\b", AnyCase)]
    public static partial Regex Supposition();

    /// <summary>"The answer is either …"</summary>
    [GeneratedRegex(@"\G[\s:""'(]*(?:either|neither|both|(?:one|two|any)\s+of)\b", AnyCase)]
    public static partial Regex Hedge();

    /// <summary>What an open question's answer cannot begin with.</summary>
    [GeneratedRegex(@"^(?:not|unclear|unknown|uncertain|impossible|unsure)\b", AnyCase)]
    public static partial Regex NoAnswer();

    [GeneratedRegex(@"\G[\s""'“‘*$]*(?:(?:option|choice|answer|letter|number)\s+)?(?:[(\[{]\s*(?<enclosed>[A-Z0-9]{1,3})\s*[)\]}]|(?<bare>[A-Z0-9]{1,3})(?!\w|['’]\w))[""'”’*$]*", AnyCase)]
    public static partial Regex Label();

    [GeneratedRegex(@"\G(?:\s*$|[ \t]*\n|\s*[,;:!?)/](?:\s|$)|\.(?!\d)|\s*[-–—]\s|/|\s+(?:because|since|as|which|due|or|and|if|unless|is)\b)", AnyCase)]
    public static partial Regex AfterBareLabel();

    [GeneratedRegex(@"\G[""'”’*]*(?:\s*$|[ \t]*\n|\s*[.,;:!?)](?=[\s""'”’*)]|$)|\s*[-–—]\s|\s+(?:because|since|as|which|due|or|if|unless|is)\b)", AnyCase)]
    public static partial Regex AfterWords();

    /// <summary>What may stand between a label and the choice's text.</summary>
    [GeneratedRegex(@"\G[ \t]*[:.),\-–—]*[ \t]*")]
    public static partial Regex Separator();

    [GeneratedRegex(@"\G[\s""'“‘*]*(?:(?:the|an?)\s+)?", AnyCase)]
    public static partial Regex Article();

    /// <summary>What leads from one named choice to another, or takes it back.</summary>
    [GeneratedRegex(@"\G[""'”’*]*\s*(?:(?<doubt>(?:or|if|unless)\b)|(?:,|/|&|and\b)\s*(?<doubt>or\b)?(?:(?:also|possibly|maybe|perhaps)\s+)?)", AnyCase)]
    public static partial Regex Continuation();

    /// <summary>Nothing but a full stop.</summary>
    [GeneratedRegex(@"\G[""'”’*)\]$]*[ \t]*(?:[.!]+[""'”’*)\]$]*(?=\s|$)|(?=\n)|$)")]
    public static partial Regex StatementEnd();

    [GeneratedRegex(@"[.!?](?=\s|$)|\n")]
    public static partial Regex SentenceEnd();

    /// <summary>TeX's frame around a final answer.</summary>
    [GeneratedRegex(@"\$?\\boxed\{(?:\\text\{)?(?<content>[^{}]{0,200})\}{1,2}\$?")]
    public static partial Regex Box();
}
