using SciCoT.Prompting;

namespace SciCoT.Tests.Prompting;

/// <summary>Tokens are words here: what is cut does not depend on the tokenizer.</summary>
public class SourceShorteningTests
{
    private const string Rationale = "Ice is a solid.";

    private static readonly ScienceQuestion Question = ScienceQuestion.Create("Which of these keeps its own shape?", "ice", "steam") with
    {
        Context = string.Join(' ', Enumerable.Range(0, 600).Select(i => $"fact{i}")),
    };

    public static TheoryData<string> Sources { get; } =
    [
        StudentLayout.RationaleInput(Question), StudentLayout.AnswerInput(Question, Rationale), StudentLayout.AnswerInput(Question, ""),
        StudentLayout.OneStageInput(Question), StudentLayout.PredictInput(Question), StudentLayout.ExplainInput(Question),
    ];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Fit_LongContext_IsCutFromItsEnd(string source)
    {
        var fitted = SourceShortening.Fit(source, 100, Words);

        Assert.Equal(99, Words(fitted));
        Assert.Contains("question: Which of these keeps its own shape? context: fact0 fact1 ", fitted);
        Assert.DoesNotContain("fact599", fitted);
        Assert.EndsWith(source[source.IndexOf(" choices: (A) ice (B) steam", StringComparison.Ordinal)..], fitted);
    }

    [Fact]
    public void Fit_LimitBelowTheContext_LeavesItOut_ThenCutsTheStemsFront()
    {
        var source = StudentLayout.AnswerInput(Question, Rationale);

        Assert.Equal("answer question: Which of these keeps its own shape? choices: (A) ice (B) steam rationale: Ice is a solid.", SourceShortening.Fit(source, 20, Words));
        Assert.Equal("answer question: its own shape? choices: (A) ice (B) steam rationale: Ice is a solid.", SourceShortening.Fit(source, 16, Words));
        Assert.Equal("answer question: shape? choices: (A) ice (B) steam rationale: Ice is a solid.", SourceShortening.Fit(source, 5, Words));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(50_000)]
    public void Fit_RationaleThatIsTooLongByItself_LosesItsEndAndTheQuestionNothing(int words)
    {
        var source = StudentLayout.AnswerInput(Question, string.Join(' ', Enumerable.Range(0, words).Select(i => $"reason{i}")));

        var fitted = SourceShortening.Fit(source, 40, Words);

        Assert.StartsWith("answer question: Which of these keeps its own shape? choices: (A) ice (B) steam rationale: reason0 reason1 ", fitted);
        Assert.DoesNotContain("fact0", fitted);
    }

    [Fact]
    public void Fit_RationaleThatSpeaksOfChoices_KeepsTheChoicesToo()
    {
        const string speaks = "Look at the choices: (A) is a solid.";

        var fitted = SourceShortening.Fit(StudentLayout.AnswerInput(Question, speaks), 30, Words);

        Assert.EndsWith("fact0 fact1 choices: (A) ice (B) steam rationale: " + speaks, System.Text.RegularExpressions.Regex.Replace(fitted, @"( fact([2-9]|\d\d))+", ""));
        Assert.Equal(29, Words(fitted));
    }

    [Fact]
    public void Fit_LongStemAndNoContext_CutsItsFront()
    {
        var question = Question with { Stem = string.Join(' ', Enumerable.Range(0, 600).Select(i => $"word{i}")), Context = null };

        var fitted = SourceShortening.Fit(StudentLayout.RationaleInput(question), 50, Words);

        Assert.Equal(49, Words(fitted));
        Assert.EndsWith("word599 choices: (A) ice (B) steam", fitted);
        Assert.StartsWith("explain question: word5", fitted);
    }

    [Fact]
    public void Fit_OpenQuestion_KeepsTheRationale()
    {
        var fitted = SourceShortening.Fit(StudentLayout.AnswerInput(Question with { Choices = [] }, Rationale), 40, Words);

        Assert.Equal(39, Words(fitted));
        Assert.EndsWith("rationale: Ice is a solid.", fitted);
    }

    [Theory]
    [InlineData("translate English to German: a b c d e f g h")]
    [InlineData("explain question: short choices: (A) ice (B) steam")]
    [InlineData("")]
    public void Fit_OtherOrShortText_StaysAsItIs(string source) => Assert.Same(source, SourceShortening.Fit(source, 9, Words));

    [Fact]
    public void Fit_ContextWithoutSpaces_IsCutBetweenCharacters()
    {
        var fitted = SourceShortening.Fit(StudentLayout.RationaleInput(Question with { Context = string.Concat(Enumerable.Repeat("🧲", 500)) }), 101, text => text.Length);

        Assert.InRange(fitted.Length, 95, 100);
        Assert.EndsWith("🧲 choices: (A) ice (B) steam", fitted);
    }

    /// <summary>Every character is a token here, so that a cut at the only space shows.</summary>
    [Fact]
    public void Fit_ScriptWithoutSpaces_IsCutBetweenCharactersThoughASpaceIsInIt()
    {
        var question = Question with { Stem = string.Concat(Enumerable.Repeat("光合作用", 40)) + " A", Context = null };
        var withContext = question with { Stem = "什么?", Context = "是 " + string.Concat(Enumerable.Repeat("光合作用", 40)) };

        Assert.Equal(100, SourceShortening.Fit(StudentLayout.RationaleInput(question), 101, text => text.Length).Length);
        Assert.EndsWith("光合作用 A choices: (A) ice (B) steam", SourceShortening.Fit(StudentLayout.RationaleInput(question), 101, text => text.Length));
        Assert.Equal(100, SourceShortening.Fit(StudentLayout.RationaleInput(withContext), 101, text => text.Length).Length);
    }

    [Fact]
    public void Fit_ContextWithAWordLongerThanTheLimit_KeepsItsBeginning()
    {
        var source = StudentLayout.RationaleInput(Question with { Context = "See " + new string('x', 5_000) + " end" });

        var fitted = SourceShortening.Fit(source, 150, text => text.Length);

        Assert.Equal(149, fitted.Length);
        Assert.EndsWith("xxx choices: (A) ice (B) steam", fitted);
    }

    [Theory]
    [InlineData(26, 30)]
    [InlineData(26, 3_000)]
    [InlineData(2, 90_000)]
    public void Fit_ChoicesThatAreTooLongByThemselves_AreReadFromTheirBeginning(int choices, int words)
    {
        var text = string.Join(' ', Enumerable.Repeat("word", words));
        var question = Question with { Choices = [.. Enumerable.Range(0, choices).Select(i => new Choice(((char)('A' + i)).ToString(), text))] };

        Assert.StartsWith("answer question: shape? choices: (A) word word ", SourceShortening.Fit(StudentLayout.AnswerInput(question, Rationale), 60, Words));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(800_000)]
    public void Fit_AnyLength_CountsNoMoreThanTheLimitAllows(int length)
    {
        long counted = 0;
        SourceShortening.Fit(StudentLayout.RationaleInput(Question with { Context = new string('a', length) }), 512, text => Count(text));
        SourceShortening.Fit(StudentLayout.RationaleInput(Question with { Context = null, Stem = string.Concat(Enumerable.Repeat("a ", length / 2)) }), 512, text => Count(text));

        Assert.InRange(counted, 1, (2L * length) + (40 * 512 * 40));

        int Count(string text)
        {
            counted += text.Length;
            return text.Length;
        }
    }

    private static int Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
