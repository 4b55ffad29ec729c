using SciCoT.Rationales;
using SciCoT.Teaching.Filters;
using SciCoT.Tests.Rationales;

namespace SciCoT.Tests.Teaching.Filters;

public class RationaleFilterTests
{
    private static readonly ScienceQuestion Question = Records.Question;

    [Theory]
    [InlineData(TeacherFinishReason.Complete, "Metals conduct.", VerdictKind.Accepted)]
    [InlineData(TeacherFinishReason.Complete, " \n", VerdictKind.Refused)]
    [InlineData(TeacherFinishReason.Truncated, "Metals con", VerdictKind.Refused)]
    [InlineData(TeacherFinishReason.Refused, "", VerdictKind.Refused)]
    [InlineData(TeacherFinishReason.Empty, "", VerdictKind.Refused)]
    public void Usable_ByEndAndText(TeacherFinishReason reason, string rationale, VerdictKind expected) =>
        Assert.Equal(expected, new UsableFilter().Judge(Question, Records.For(Question, rationale) with { FinishReason = reason }).Kind);

    [Theory]
    [InlineData("copper", false, VerdictKind.Accepted)]
    [InlineData(" copper ", true, VerdictKind.Accepted)]
    [InlineData("rubber", false, VerdictKind.Refused)]
    [InlineData("rubber", true, VerdictKind.Refused)]
    [InlineData(null, false, VerdictKind.Refused)]
    [InlineData(null, true, VerdictKind.NotApplicable)]
    public void Agreement_ByText(string? answer, bool revealed, VerdictKind expected) =>
        Assert.Equal(expected, new AgreementFilter().Judge(Question, Records.For(Question) with { AnswerText = answer, AnswerRevealed = revealed }).Kind);

    [Fact]
    public void Agreement_ShuffledSinceThen_ComparesTheTextNotTheLabel()
    {
        var shuffled = Question with { Choices = [new("A", "copper"), new("B", "rubber"), new("C", "wood")], AnswerLabel = "A" };

        Assert.Equal(Verdict.Accepted, new AgreementFilter().Judge(shuffled, Records.For(Question)));
    }

    [Fact]
    public void Agreement_NoGold_DoesNotApply() =>
        Assert.Equal(VerdictKind.NotApplicable, new AgreementFilter().Judge(Question with { AnswerLabel = null }, Records.For(Question)).Kind);

    [Fact]
    public void Agreement_OpenQuestion_OverlooksCase()
    {
        var open = ScienceQuestion.Create("What is Fe?") with { AnswerLabel = "iron" };

        Assert.Equal(Verdict.Accepted, new AgreementFilter().Judge(open, Records.For(open) with { AnswerText = "Iron" }));
        Assert.Equal(VerdictKind.Refused, new AgreementFilter().Judge(open, Records.For(open) with { AnswerText = "gold" }).Kind);
    }

    [Theory]
    [InlineData("Metals conduct, so (B) it is.")]
    [InlineData("Metals conduct [b].")]
    [InlineData("Rubber insulates. Option B conducts.")]
    [InlineData("Metals conduct. The answer is B.")]
    [InlineData("Metals conduct. Answer: b")]
    [InlineData("Metals conduct. The answer is therefore clear. The correct choice is \"C\".")]
    [InlineData("Options A and C are insulators.")]
    [InlineData("Option A is an insulator.")]
    [InlineData("The answer is A.")]
    [InlineData("Metals conduct, and so B is the correct answer.")]
    [InlineData("copper")]
    [InlineData("  Copper. ")]
    [InlineData("The answer is copper.")]
    [InlineData("So the correct answer is: copper")]
    [InlineData("It's copper.")]
    [InlineData("Copper is the correct answer.")]
    [InlineData("Which material conducts electricity best? Copper.")]
    [InlineData("Metals conduct, so the answer is therefore B.")]
    [InlineData("Metals conduct. The answer must be (B).")]
    [InlineData("The best choice(B) is a metal.")]
    [InlineData("Metals conduct. So B.")]
    [InlineData("Metals conduct.\nB")]
    [InlineData("Metals conduct. It's B.")]
    [InlineData("Metals conduct, \\boxed{B}.")]
    [InlineData("Metals conduct: **B**")]
    [InlineData("A and C are wrong since they are insulators.")]
    [InlineData("It is a metal, so B must be the right one, therefore B is the best answer.")]
    [InlineData("A. Rubber insulates.\nB. Copper conducts.")]
    [InlineData("a) insulates\nb) conducts\nc) insulates")]
    [InlineData("The metal is copper (B).")]
    public void AnswerLeak_LabelOrBareAnswer_IsRefused(string rationale) =>
        Assert.Equal(VerdictKind.Refused, new AnswerLeakFilter().Judge(Question, Records.For(Question, rationale)).Kind);

    [Theory]
    [InlineData("Copper is a metal, and metals conduct electricity well.")]
    [InlineData("Rubber and wood are insulators.")]
    [InlineData("Vitamin C is an acid, and B cells make antibodies.")]
    [InlineData("The best option a farmer has is irrigation.")]
    [InlineData("Answer: A metal lets charges move.")]
    [InlineData("The answer depends on the charges (electrons) that move.")]
    [InlineData("The answer is because metals have free electrons.")]
    [InlineData("Carbon (C) and boron (B) are elements; adenine (A) is a base.")]
    [InlineData("The current (in amperes, A) grows with f(b).")]
    [InlineData("Vitamin C is the best known of them. Hepatitis B is wrong to compare.")]
    [InlineData("A metal is the right material.")]
    [InlineData("The answer is a \"metal\".")]
    [InlineData("B. subtilis is a bacterium, and bacteria do not conduct.")]
    [InlineData("Copper is the correct answer because it has free electrons.")]
    [InlineData("")]
    public void AnswerLeak_ReasoningThatMentionsThings_IsAccepted(string rationale) =>
        Assert.Equal(Verdict.Accepted, new AnswerLeakFilter().Judge(Question, Records.For(Question, rationale)));

    [Theory]
    [InlineData("The answer is 4 times as much.", VerdictKind.Accepted)]
    [InlineData("There are 4 right angles.", VerdictKind.Accepted)]
    [InlineData("Steps: 1. Count. 2. Add.", VerdictKind.Accepted)]
    [InlineData("Choice 4 is larger.", VerdictKind.Refused)]
    [InlineData("It is larger (4).", VerdictKind.Refused)]
    [InlineData("Water is H_{4}O in this world, so 4.", VerdictKind.Accepted)]
    public void AnswerLeak_DigitLabels_AreToldFromQuantities(string rationale, VerdictKind expected)
    {
        var question = new ScienceQuestion("q", "How much?", [new("1", "one part"), new("4", "all of it")]);

        Assert.Equal(expected, new AnswerLeakFilter().Judge(question, Records.For(question, rationale)).Kind);
    }

    [Fact]
    public void AnswerLeak_OpenQuestion_DoesNotApply()
    {
        var open = ScienceQuestion.Create("What is Fe?");

        Assert.Equal(VerdictKind.NotApplicable, new AnswerLeakFilter().Judge(open, Records.For(open, "The answer is A.")).Kind);
    }

    [Theory]
    [InlineData("one two", VerdictKind.Refused)]
    [InlineData("one\ntwo  three", VerdictKind.Accepted)]
    [InlineData("one two three four", VerdictKind.Accepted)]
    [InlineData("one two three four five", VerdictKind.Refused)]
    public void Length_Bounds_AreInclusive(string rationale, VerdictKind expected) =>
        Assert.Equal(expected, new LengthFilter(3, 4).Judge(Question, Records.For(Question, rationale)).Kind);

    [Fact]
    public void Length_BadBounds_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthFilter(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthFilter(5, 4));
    }

    [Fact]
    public void Chain_EveryFilterIsHeard()
    {
        var judgement = RationaleFilterChain.Default.Judge(Question, Records.For(Question, "(B)") with { AnswerText = "wood" });

        Assert.False(judgement.IsAccepted);
        Assert.Equal(
            [
                ("usable", VerdictKind.Accepted), ("agreement", VerdictKind.Refused), ("answer-leak", VerdictKind.Refused), ("length", VerdictKind.Refused),
                ("language", VerdictKind.Accepted), ("format", VerdictKind.Refused), ("near-duplicate", VerdictKind.Accepted),
            ],
            judgement.Verdicts.Select(verdict => (verdict.Filter, verdict.Verdict.Kind)));
        Assert.All(judgement.Verdicts.Where(verdict => verdict.Verdict.Kind == VerdictKind.Refused), verdict => Assert.NotEmpty(verdict.Verdict.Reason!));
    }

    [Fact]
    public void Chain_RecordOfAnotherQuestion_Throws() =>
        Assert.Throws<ArgumentException>(() => RationaleFilterChain.Default.Judge(ScienceQuestion.Create("Why?"), Records.For(Question)));

    [Fact]
    public void Chain_TwoFiltersOfOneName_Throws() =>
        Assert.Throws<ArgumentException>(() => new RationaleFilterChain(new LengthFilter(), new LengthFilter(1, 2)));

    [Theory]
    [InlineData("Metalle leiten den Strom, weil sich die Elektronen in ihnen frei bewegen.", VerdictKind.Refused)]
    [InlineData("Los metales son buenos conductores porque los electrones se mueven en ellos.", VerdictKind.Refused)]
    [InlineData("Les métaux sont de bons conducteurs car les électrons se déplacent dans le réseau.", VerdictKind.Refused)]
    [InlineData("Металлы проводят электричество.", VerdictKind.Refused)]
    [InlineData("金属导电,所以是铜。", VerdictKind.Refused)]
    [InlineData("Metals conduct because electrons move freely in them.", VerdictKind.Accepted)]
    [InlineData("A door handle is a metal object.", VerdictKind.Accepted)]
    [InlineData("The α and β particles are charged, and charges move in metals.", VerdictKind.Accepted)]
    [InlineData("Copper conducts, rubber insulates.", VerdictKind.Accepted)]
    [InlineData("42", VerdictKind.Accepted)]
    [InlineData("", VerdictKind.Accepted)]
    public void Language_OfAnEnglishQuestion(string rationale, VerdictKind expected) =>
        Assert.Equal(expected, new LanguageFilter().Judge(Question with { Context = "Metals have free electrons." }, Records.For(Question, rationale)).Kind);

    [Theory]
    [InlineData("Metalle leiten den Strom, weil sich die Elektronen frei bewegen.", VerdictKind.Accepted)]
    [InlineData("Metals conduct because the electrons are free to move in them.", VerdictKind.Refused)]
    public void Language_OfAGermanQuestion(string rationale, VerdictKind expected)
    {
        var german = ScienceQuestion.Create("Welche der Stoffe leiten den Strom am besten?", "Gummi", "Kupfer");

        Assert.Equal(expected, new LanguageFilter().Judge(german, Records.For(german, rationale)).Kind);
    }

    [Theory]
    [InlineData("Metals conduct.\n```python\nprint(1)\n```", "markup")]
    [InlineData("Metals <b>conduct</b>.", "markup")]
    [InlineData("## Step 1\nMetals conduct.", "markup")]
    [InlineData("The current is \\frac{U}{R}.", "markup")]
    [InlineData("Metals conduct.\nQuestion: Which planet is red?", "another question")]
    [InlineData("User: why?\nAssistant: Metals conduct.", "dialogue")]
    [InlineData("Metals con\u0000duct.", "damaged")]
    [InlineData("Metals con\ufffdduct.", "damaged")]
    [InlineData("{\"rationale\": \"Metals conduct.\"}", "JSON")]
    [InlineData("<think>Metals conduct.", "mark")]
    [InlineData("Metals conduct. [/THINK]", "mark")]
    [InlineData("◁think▷Metals conduct.", "mark")]
    [InlineData("Metals conduct.<|eot_id|>", "mark")]
    [InlineData("Metals conduct.</s>", "mark")]
    [InlineData("<|channel|>final<|message|>Metals conduct.", "mark")]
    [InlineData("Metals conduct.assistantfinal", "mark")]
    [InlineData("<|im_end|>", "mark")]
    [InlineData("Metals conduct electricity. Metals conduct electricity. Metals conduct electricity!", "more than 2 times")]
    [InlineData("12 + 30 = 42; 42 / 2 = 21 = x", "half")]
    public void Format_NoPlainProse_IsRefusedWithTheReason(string rationale, string says)
    {
        var verdict = new FormatFilter().Judge(Question, Records.For(Question, rationale));

        Assert.Equal(VerdictKind.Refused, verdict.Kind);
        Assert.Contains(says, verdict.Reason);
    }

    [Theory]
    [InlineData("Metals conduct.\r\nThey have free electrons.\tSo copper conducts.")]
    [InlineData("1. Metals conduct.\n2. Copper is a metal.")]
    [InlineData("Metals conduct electricity. Metals conduct electricity.")]
    [InlineData("It conducts if x < 3 and y > 2 at 25 °C, naïve as it sounds 🧲.")]
    [InlineData("The question: which of them is a metal? Copper is.")]
    [InlineData("金属导电。")]
    [InlineData("")]
    public void Format_Prose_IsAccepted(string rationale) =>
        Assert.Equal(Verdict.Accepted, new FormatFilter().Judge(Question, Records.For(Question, rationale)));

    [Theory]
    [InlineData("<|eot_id|>", VerdictKind.Refused)]
    [InlineData("<think>Metals conduct. So the answer is (B).", VerdictKind.Refused)]
    [InlineData("<|channel|>analysis<|message|>Metals conduct.", VerdictKind.Refused)]
    [InlineData("The answer is (B).", VerdictKind.Accepted)] // no rationale, yet no mark: for other filters
    [InlineData(null, VerdictKind.Accepted)]
    public void Format_NothingButMarks_IsRefused(string? reply, VerdictKind expected) =>
        Assert.Equal(expected, new FormatFilter().Judge(Question, Records.For(Question, "") with { Reply = reply }).Kind);

    [Theory]
    [InlineData("METALS let charges move freely - so they conduct", VerdictKind.Refused)]
    [InlineData("So metals let charges move freely, so they conduct.", VerdictKind.Refused)]
    [InlineData("Metals have electrons that are not bound to one atom, which carry a current.", VerdictKind.Accepted)]
    [InlineData("", VerdictKind.Accepted)]
    public void NearDuplicate_OfAnAcceptedOne(string rationale, VerdictKind expected) =>
        Assert.Equal(expected, new NearDuplicateFilter().Judge(Question, Records.For(Question, rationale, sample: 1), [Records.For(Question)]).Kind);

    [Fact]
    public void NearDuplicate_OfARefusedOne_Stays()
    {
        RationaleRecord[] records =
        [
            Records.For(Question) with { AnswerText = "wood" },
            Records.For(Question, sample: 1),
            Records.For(Question, sample: 2),
        ];

        var judgements = RationaleFilterChain.Default.JudgeAll(Question, records);

        Assert.Equal([false, true, false], judgements.Select(judgement => judgement.IsAccepted));
        Assert.Contains("sample 1", judgements[2].Verdicts[^1].Verdict.Reason);
        Assert.Equal(records.Select(record => record.Key), judgements.Select(judgement => judgement.Key));
    }

    [Fact]
    public void NearDuplicate_BadSimilarity_Throws() =>
        Assert.All([-0.1, 1.1, double.NaN], similarity => Assert.Throws<ArgumentOutOfRangeException>(() => new NearDuplicateFilter(similarity)));

    [Fact]
    public void Report_ToString_IsATable()
    {
        var report = RationaleFilterReport.Of(RationaleFilterChain.Default.JudgeAll(Question, [Records.For(Question), Records.For(Question, sample: 1)]));

        Assert.StartsWith("2 rationales judged, 1 accepted (50.0 %)", report.ToString());
        Assert.Contains("near-duplicate           1         1         0", report.ToString());
    }

    [Fact]
    public void Report_CountsEachKindForEachFilter()
    {
        var chain = new RationaleFilterChain(new UsableFilter(), new AgreementFilter());
        var records = new[]
        {
            Records.For(Question),
            Records.For(Question, ""),
            Records.For(Question) with { AnswerText = null, AnswerRevealed = true },
            Records.For(Question, "") with { AnswerText = "wood" },
        };

        var report = RationaleFilterReport.Of(records.Select(record => chain.Judge(Question, record)));

        Assert.Equal((4, 2), (report.Judged, report.Accepted));
        Assert.Equal([new FilterCounts("usable", 2, 2, 0), new FilterCounts("agreement", 2, 1, 1)], report.Filters);
    }
}
