using SciCoT.Distillation;
using SciCoT.Rationales;
using SciCoT.Teaching.Filters;
using SciCoT.Tests.Rationales;

namespace SciCoT.Tests.Distillation;

public class RationaleSelectionTests
{
    private static readonly ScienceQuestion Question = Records.Question;

    /// <summary>A chain that refuses what says so.</summary>
    private static readonly RationaleFilterChain Chain = new(new RefuseBad());

    private static readonly RationaleRecord[] Store =
    [
        Records.For(Question, "one"),
        Records.For(Question, "two", sample: 1),
        Records.For(Question, "bad", sample: 2),
        Records.For(Question, "tried again", sample: 2) with { Attempt = 1 },
        Records.For(Question, "rationalised") with { AnswerRevealed = true, Rationalized = true },
        Records.For(Question, "other prompt") with { PromptHash = "p2-of-another-layout" },
        Records.For(Question, "other teacher") with { Teacher = "second", PromptHash = null },
        Records.For(ScienceQuestion.Create("Another question?", "yes", "no"), "elsewhere"),
    ];

    [Fact]
    public void Default_TakesAllSamplesAttemptsPromptsAndTeachersThatPass()
    {
        var chosen = Choose(RationaleSelection.All);

        Assert.Equal(["one", "two", "tried again", "rationalised", "other prompt", "other teacher"], chosen.Lines.Select(line => line.Rationale));
        Assert.Equal((8, 6), (chosen.Counts.Records, chosen.Counts.Learned));
        Assert.Equal(new Dictionary<string, int> { ["no question of this run"] = 1, ["refused: bad"] = 1 }, chosen.Counts.LeftOut);
    }

    public static TheoryData<string, RationaleSelection, string, string> Narrower => new()
    {
        { "teacher", new() { Teachers = ["second"] }, "other teacher", "6 another teacher" },
        { "prompt", new() { PromptHashes = ["p2-of"] }, "other prompt", "6 another prompt" },
        { "most", new() { MaxPerQuestion = 2 }, "one, two", "4 beyond the most a question" },
        { "revealed", new() { Revealed = RevealedRationales.LeaveOut }, "one, two, tried again, other prompt, other teacher", "1 answer in view" },
        { "unaided", new() { Revealed = RevealedRationales.WhereNoOther }, "one, two, tried again, other prompt, other teacher", "1 an unaided one is there" },
    };

    [Theory]
    [MemberData(nameof(Narrower), DisableDiscoveryEnumeration = true)]
    public void Narrower_LeavesOutAndCounts(string name, RationaleSelection selection, string expected, string reason)
    {
        var chosen = Choose(selection);

        Assert.True(expected == string.Join(", ", chosen.Lines.Select(line => line.Rationale)), name);
        Assert.Contains(reason, chosen.Counts.ToString());
        Assert.Equal(chosen.Counts.Records, chosen.Counts.Learned + chosen.Counts.LeftOut.Values.Sum());
    }

    [Fact]
    public void WhereNoOther_TakesRationalisedOnesOfQuestionsThatHaveNoOther()
    {
        var chosen = new RationaleSelection { Revealed = RevealedRationales.WhereNoOther }.Choose([Question], [Store[2], Store[4]], Chain);

        Assert.Equal("rationalised", Assert.Single(chosen.Lines).Rationale);
    }

    [Fact]
    public void QuestionsWithoutARationale_AreCounted()
    {
        var chosen = RationaleSelection.All.Choose([Question, ScienceQuestion.Create("Nobody explained this?", "yes", "no")], [Store[2]], Chain);

        Assert.Equal((2, 2, 1), (chosen.Counts.Questions, chosen.Counts.QuestionsWithout, chosen.Counts.QuestionsWithoutRecord));
    }

    [Fact]
    public void QuestionUnderTwoIdentifiers_CountsItsRecordsOnce()
    {
        var chosen = RationaleSelection.All.Choose([Question, Question with { Id = "again" }], Store, Chain);

        Assert.Equal(12, chosen.Lines.Count);
        Assert.Equal(6, chosen.Counts.Learned);
    }

    [Fact]
    public void Validate_NamesWhatIsWrong()
    {
        Assert.Contains("MaxPerQuestion", Assert.Throws<ArgumentException>(() => new RationaleSelection { MaxPerQuestion = 0 }.Validate()).Message);
        Assert.Contains("PromptHashes", Assert.Throws<ArgumentException>(() => new RationaleSelection { PromptHashes = ["p1"] }.Validate()).Message);
        Assert.Contains("Revealed", Assert.Throws<ArgumentException>(() => new RationaleSelection { Revealed = (RevealedRationales)9 }.Validate()).Message);
    }

    private static SelectedRationales Choose(RationaleSelection selection) => selection.Choose([Question], Store, Chain);

    private sealed class RefuseBad : IRationaleFilter
    {
        public string Name => "bad";

        public Verdict Judge(ScienceQuestion question, RationaleRecord record, IReadOnlyList<RationaleRecord> accepted) =>
            record.Rationale == "bad" ? Verdict.Refused("bad") : Verdict.Accepted;
    }
}
