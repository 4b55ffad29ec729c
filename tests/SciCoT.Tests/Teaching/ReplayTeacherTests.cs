using SciCoT.Teaching;
using SciCoT.Tests.Rationales;

namespace SciCoT.Tests.Teaching;

public class ReplayTeacherTests
{
    private static readonly ScienceQuestion Question = Records.Question;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Explain_KnownQuestion_GivesTheRecordedReply()
    {
        var record = Records.Sample(1) with { FinishReason = TeacherFinishReason.Truncated };

        var reply = await new ReplayTeacher([Records.Sample(0), record]).ExplainAsync(new(Question) { SampleIndex = 1 }, Token);

        Assert.Equal(
            new TeacherReply(record.Rationale, "B") { Teacher = "test", Model = "model-1", PromptHash = "p1", FinishReason = TeacherFinishReason.Truncated, InputTokens = 120, OutputTokens = 30 },
            reply);
    }

    [Fact]
    public async Task Explain_ShuffledQuestion_GivesTheLabelOfTheSameText()
    {
        var shuffled = new ScienceQuestion("x", Question.Stem, [new("1", "wood"), new("2", "rubber"), new("3", "copper")]);

        Assert.Equal("3", (await new ReplayTeacher([Records.Sample(0)]).ExplainAsync(new(shuffled), Token)).AnswerLabel);
    }

    [Fact]
    public async Task Explain_TwoChoicesWithOneText_GivesTheRecordedLabel()
    {
        var question = ScienceQuestion.Create("Where is the sun?", "sky", "sea", "sky") with { AnswerLabel = "C" };

        Assert.Equal("C", (await new ReplayTeacher([Records.For(question)]).ExplainAsync(new(question), Token)).AnswerLabel);
    }

    [Fact]
    public async Task Explain_SeveralAttempts_GivesTheLast()
    {
        var refused = Records.Sample(0) with { FinishReason = TeacherFinishReason.Refused, Rationale = "" };

        var reply = await new ReplayTeacher([refused, Records.Sample(0) with { Attempt = 1 }, refused with { Attempt = 0 }]).ExplainAsync(new(Question), Token);

        Assert.Equal((Records.Sample(0).Rationale, TeacherFinishReason.Complete), (reply.Rationale, reply.FinishReason));
    }

    [Fact]
    public async Task Explain_NothingRecorded_ThrowsNoRationale()
    {
        var teacher = new ReplayTeacher([Records.Sample(0)]);

        await Assert.ThrowsAsync<NoRationaleException>(() => teacher.ExplainAsync(new(ScienceQuestion.Create("Why?")), Token));
        await Assert.ThrowsAsync<NoRationaleException>(() => teacher.ExplainAsync(new(Question) { SampleIndex = 1 }, Token));
        var revealed = await Assert.ThrowsAsync<NoRationaleException>(() => teacher.ExplainAsync(new(Question) { RevealAnswer = true }, Token));
        Assert.Contains(Question.Id, revealed.Message);
    }

    [Fact]
    public async Task Explain_Cancelled_Throws() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ReplayTeacher([]).ExplainAsync(new(Question), new CancellationToken(true)));

    [Fact]
    public async Task Records_OfSeveralTeachers_NeedAName()
    {
        var store = new MemoryStore();
        await store.AppendAsync(Records.Sample(0), Token);
        await store.AppendAsync(Records.Sample(0) with { Teacher = "other", Rationale = "Copper has free electrons." }, Token);

        Assert.Contains("'test', 'other'", (await Assert.ThrowsAsync<ArgumentException>(() => ReplayTeacher.FromStoreAsync(store, cancellationToken: Token))).Message);
        var teacher = await ReplayTeacher.FromStoreAsync(store, "other", Token);
        Assert.Equal("Copper has free electrons.", (await teacher.ExplainAsync(new(Question), Token)).Rationale);
    }

    [Fact]
    public async Task Annotator_OfAReplay_GivesTheSameRecords()
    {
        var record = Records.Sample(0);
        var store = new MemoryStore();

        await new RationaleAnnotator(new ReplayTeacher([record]), store, new() { Teacher = "test", PromptHash = "p1" }).AnnotateAsync([Question], cancellationToken: Token);

        Assert.Equal(record, Assert.Single(store.Records) with { Time = record.Time });
    }
}
