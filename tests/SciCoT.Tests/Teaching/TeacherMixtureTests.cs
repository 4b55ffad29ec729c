using SciCoT.Teaching;
using SciCoT.Tests.Rationales;

namespace SciCoT.Tests.Teaching;

public class TeacherMixtureTests
{
    private static readonly ScienceQuestion[] Questions = [.. Enumerable.Range(0, 600).Select(i => ScienceQuestion.Create($"Which is number {i}?", "this", "that"))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Explain_Weights_ShareTheQuestionsTheSameWayEachTime()
    {
        var mixture = new TeacherMixture("mixed", [new(Named("a", "m"), 2), new(Named("b", null), 1)], "p");

        var models = await Models(mixture, Questions);

        Assert.Equal(["a/m", "b"], models.Distinct().Order());
        Assert.InRange(models.Count(model => model == "a/m"), 360, 440);
        Assert.Equal(models, await Models(mixture, Questions));
        Assert.NotEqual(models, await Models(new TeacherMixture("mixed", [new(Named("a", "m"), 2), new(Named("b", null), 1)], seed: 1), Questions));
    }

    [Fact]
    public async Task Explain_Reply_CarriesTheMixturesNameAndPrompt()
    {
        var reply = await new TeacherMixture("mixed", [new(Named("a", "m"))], "p").ExplainAsync(new(Questions[0]), Token);

        Assert.Equal(("mixed", "a/m", "p", "because"), (reply.Teacher, reply.Model, reply.PromptHash, reply.Rationale));
    }

    [Fact]
    public async Task Explain_TeacherHasNothing_AnotherIsAsked()
    {
        var replay = new ReplayTeacher([Records.Sample(0)]);
        var mixture = new TeacherMixture("mixed", [new(replay, 1000), new(new ReplayTeacher([Records.For(Questions[0])]))]);

        Assert.Equal("test/model-1", (await mixture.ExplainAsync(new(Questions[0]), Token)).Model);
        await Assert.ThrowsAsync<NoRationaleException>(() => mixture.ExplainAsync(new(Questions[1]), Token));
    }

    [Fact]
    public async Task Explain_TeacherFails_TheFailureIsTold()
    {
        var mixture = new TeacherMixture("mixed", [new(new ScriptedTeacher(_ => throw new HttpRequestException("down")))]);

        await Assert.ThrowsAsync<HttpRequestException>(() => mixture.ExplainAsync(new(Questions[0]), Token));
    }

    [Fact]
    public async Task Annotator_OfAMixture_ResumesWithoutAskingAgain()
    {
        var store = new MemoryStore();
        var settings = new AnnotationSettings { Teacher = "mixed", PromptHash = "p" };
        var mixture = new TeacherMixture("mixed", [new(Named("a", "m"), 2), new(Named("b", null), 1)], "p");

        await new RationaleAnnotator(mixture, store, settings).AnnotateAsync(Questions[..20], cancellationToken: Token);
        var again = await new RationaleAnnotator(mixture, store, settings).AnnotateAsync(Questions[..20], cancellationToken: Token);

        Assert.Equal(20, again.Totals.Skipped);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Create_BadWeightOrNobody_Throws(double weight)
    {
        Assert.Throws<ArgumentException>(() => new TeacherMixture("mixed", [new(Named("a", null), weight)]));
        Assert.Throws<ArgumentException>(() => new TeacherMixture("mixed", []));
        Assert.Throws<ArgumentException>(() => new TeacherMixture(" ", [new(Named("a", null))]));
    }

    private static ScriptedTeacher Named(string name, string? model) =>
        new(_ => new TeacherReply("because", "A") { Teacher = name, Model = model, PromptHash = "other" });

    private static async Task<string[]> Models(ITeacherPrompter teacher, ScienceQuestion[] questions)
    {
        var replies = await Task.WhenAll(questions.Select(question => teacher.ExplainAsync(new(question), Token)));
        return [.. replies.Select(reply => reply.Model!)];
    }
}
