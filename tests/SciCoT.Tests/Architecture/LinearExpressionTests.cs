using System.Reflection;
using System.Text.RegularExpressions;
using SciCoT.Prompting;
using SciCoT.Rationales;
using SciCoT.Teaching.Filters;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.Rationales;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Architecture;

/// <summary>
/// No text from outside takes longer than its length allows: every regular expression of the library is linear, and so is what
/// reads a reply around them. Growth is measured in the thread's own processor time, which other processes do not change.
/// </summary>
[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public class LinearExpressionTests
{
    private const int Short = 3_000;
    private const int Long = 8 * Short;
    private const int VeryLong = 100_000;

    private static readonly ScienceQuestion Question = ScienceQuestion.Create("Which keeps its own shape?", "ice", "carbon", "steam", "a glass rod") with { AnswerLabel = "A" };

    /// <summary>Pieces that are repeated until a text is long: what makes expressions return to where they were.</summary>
    public static TheoryData<string> Kinds { get; } =
    [
        .. new[]
        {
            "\n", "\r", "\r\n", " ", "\t", " \n", "\n\n ", "\u2028", "\u0085", "\u00a0", "\u200b", "\u3000",
            "a", "A", "A ", "A, ", "A. ", "A\n", "a\n", "0", "1. ", "é", "中", "。", "🧲", "𝐀", "Ⓐ", "\ud835", "_", "__", "*", "**", "`", "```\n", "#", "# ", "-", "- ", ".", "!?", ",", ", ", ":", "(", ")", "()", "[", "]", "{", "}", "{\"", "\"", "\\", "$", "$$", "<", ">", "</", "<a ", "<|", "|>", "&lt;",
            "question", "question ", "question:\n", "q ", "answer\n", "answer:\n", "Answer: ", "the answer is ", "the answer is A, ", "answer is not ", "final ", "so ", "so, ", "so A is ", "so it is A\n", "therefore, A.\n", "if the answer is A. ", "is the answer A? ", "I choose ", "option A ", "(A) ", "(A) or ", "(A) ice ", "ice ", "ice (A) ", "carbon (C) ", "c(C)", "A is correct. ", "A is the ", "A and ", "because ", "correct ", "is the correct ", "→ ", "=> A ", "选A", "答案",
            "<think>", "</think>", "<think>a</think>", "<think ", "<think x=", "<think/>", "[THINK]", "[/THINK]", "◁think▷", "&lt;think&gt;", "<|channel|>", "<|channel|>analysis", "<|channel|>analysis<|message|>", "<|channel|>final<|message|> ", "<|start|>assistant", "<|end|>", "<|message|>", "assistantfinal", "assistantfinal ", "assistant\n", "\nassistant", "user:", "\nUser: a", "<|im_start|>", "<|im_start|>assistant\n", "<|im_end|>", "<|eot_id|>a", "</s>", "<pad>", "[INST]",
            @"\boxed", @"\boxed{", @"\boxed{A}", @"\boxed{A", @"\text{", @"\text{A}", @"\(", @"\(A", @"$\boxed{", "$A", "<answer>", "</answer>", "<answer>A", "boxed{", "\ue000", "\ue000A", "\ue001",
            "{\"rationale\": ", "{\"rationale\": \"a\", \"answer\": \"A\"} ", "\"a\" ", "\\n", "\\u", "\\text", "{'", "[{\"", "None", "/", "//", "/*",
        },
    ];

    private static readonly RegexCase[] Expressions =
    [
        .. from type in typeof(AnswerExtraction).Assembly.GetTypes().Concat(typeof(ScienceQuestion).Assembly.GetTypes())
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           where method.GetCustomAttribute<GeneratedRegexAttribute>() is not null
           select new RegexCase($"{type.Name}.{method.Name}", (Regex)method.Invoke(null, null)!),
    ];

    [Fact]
    public void Expressions_AreAllGenerated_SoThatReflectionFindsThem()
    {
        var others =
            from file in Directory.EnumerateFiles(Path.Combine(TestFiles.Repository, "src"), "*.cs", SearchOption.AllDirectories)
            where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            from line in File.ReadLines(file)
            where !line.Contains("RegexOptions.NonBacktracking", StringComparison.Ordinal) // linear whatever it holds
            where line.Contains("new Regex(", StringComparison.Ordinal) || Regex.IsMatch(line, @"\bRegex\.(IsMatch|Match|Matches|Replace|Split|EnumerateMatches|Count)\(")
            select $"{Path.GetFileName(file)}: {line.Trim()}";

        Assert.Empty(others);
        Assert.NotEmpty(Expressions);
    }

    /// <summary>A loop without bound can run to the text's end from each of its places. A class of characters alone cannot: the next search begins behind it.</summary>
    [Fact]
    public void Expressions_HaveNoLoopWithoutBound()
    {
        var unbounded = Expressions.Where(expression => !expression.Pattern.Options.HasFlag(RegexOptions.NonBacktracking)
            && Unbounded(expression.Pattern.ToString())).Select(expression => $"{expression.Name}: {expression.Pattern}");

        Assert.Empty(unbounded);
    }

    [Theory]
    [InlineData(@"a+", true)]
    [InlineData(@"a{2,}", true)]
    [InlineData(@"(?:ab)*c", true)]
    [InlineData(@"\s+$", true)]
    [InlineData(@"\s+", false)]
    [InlineData(@"[\p{L}+*]+", false)]
    [InlineData(@"\+\*[+*]{1,3}", false)]
    [InlineData(@"(?<a>x{0,2})?", false)]
    public void Unbounded_SeesLoops(string pattern, bool expected) => Assert.Equal(expected, Unbounded(pattern));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reply_EightTimesAsLong_TakesNoMoreThanItsShare(string piece)
    {
        ThreadTime.AssertLinear(Repeat(piece, Short), Repeat(piece, Long), ReadOtherwise, piece);
        ThreadTime.AssertLinear(InJson(Repeat(piece, Short / 2)), InJson(Repeat(piece, Long / 2)), ReadJson, $"'{piece}' in JSON");
    }

    /// <summary>What a run does with a reply as long as a service may send. The figures are written, since a limit in seconds depends on the machine.</summary>
    [Fact]
    public void Replies_VeryLong_OfEveryKind_TakeNoMoreThanTheirShare()
    {
        double total = 0;
        ReadOnce(Repeat("so A ", Short));
        foreach (var piece in Kinds.Select(kind => kind.Data))
        {
            double seconds = ThreadTime.AssertLinear(Repeat(piece, VeryLong / 8), Repeat(piece, VeryLong), ReadOnce, piece, negligible: 0.25);
            total += seconds;
            if (seconds > 0.05)
                TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"'{piece}': {seconds:0.000} s"));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"{Kinds.Count} kinds of {VeryLong} characters: {total:0.000} s of the processor."));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Expressions_EightTimesAsLong_TakeNoMoreThanTheirShare(string piece)
    {
        foreach (var expression in Expressions)
            ThreadTime.AssertLinear(Repeat(piece, Short / 4), Repeat(piece, Long / 4), text => expression.Pattern.Count(text), $"{expression.Name} on '{piece}'");
    }

    /// <summary>What a run does with a reply.</summary>
    private static void ReadOnce(string text) =>
        Judge(Records.For(Question, TeacherPrompt.ZeroShot.ReadExplanation(Question, text).Rationale) with { Reply = text });

    /// <summary>The other ways to read a reply, and the filters on the whole of it.</summary>
    private static void ReadOtherwise(string text)
    {
        ReadJson(text);
        Judge(Records.For(Question, text));
        TeacherPrompt.ZeroShot.ReadDecision(Question, text);
        AnswerExtraction.Read(Question with { Choices = [] }, text);
        ChoiceExtractor.Extract(Question, text);
        StudentLayout.RationaleTarget(text);
    }

    private static void ReadJson(string text) => (TeacherPrompt.ZeroShot with { Form = TeacherReplyForm.Json }).ReadExplanation(Question, text);

    private static void Judge(RationaleRecord record)
    {
        foreach (var verdict in RationaleFilterChain.Default.Judge(Question, record).Verdicts)
            Assert.NotNull(verdict.Verdict);
        new NearDuplicateFilter().Judge(Question, record, [record]);
    }

    private static string InJson(string text) => "{\"rationale\": \"" + text + "\", \"answer\": \"A\"}";

    private static string Repeat(string piece, int length) => string.Concat(Enumerable.Repeat(piece, (length / piece.Length) + 1))[..length];

    /// <summary>Whether a pattern has *, + or {n,} anywhere but as the loop over one class of characters that is the whole pattern.</summary>
    private static bool Unbounded(string pattern)
    {
        if (Regex.IsMatch(pattern, @"^(?:\\[swdSWD]|\\p\{\w+\}|\[(?:\\.|[^\]\\])+\])[+*]$"))
            return false;
        bool inClass = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\')
                i++;
            else if (inClass)
                inClass = pattern[i] != ']';
            else if (pattern[i] == '[')
                inClass = true;
            else if (pattern[i] is '*' or '+' || (pattern[i] == '{' && Regex.IsMatch(pattern[i..], @"^\{\d+,\}")))
                return true;
        }

        return false;
    }

    private sealed record RegexCase(string Name, Regex Pattern);
}
