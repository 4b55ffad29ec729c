using SciCoT.Teaching;
using SciCoT.Testing;

namespace SciCoT.Tests.Testing;

public class ScriptedTeacherTests
{
    private static readonly MiniScience World = MiniWorlds.Of(1);

    [Fact]
    public async Task PerfectTeacher_RepliesWithGoldRationaleAndAnswer()
    {
        var teacher = new ScriptedTeacher(World);
        foreach (var question in World.Train.Take(200))
        {
            var reply = await teacher.ExplainAsync(new TeacherRequest(question), TestContext.Current.CancellationToken);
            Assert.Equal(World[question.Id].Rationale, reply.Rationale);
            Assert.Equal(question.AnswerLabel, reply.AnswerLabel);
            Assert.Equal("scripted", reply.Teacher);
            Assert.Equal(TeacherFinishReason.Complete, reply.FinishReason);
        }
    }

    [Fact]
    public async Task ShuffledChoices_AreAnsweredByTheirOwnLabels()
    {
        var question = World.Train[0];
        var turned = question with
        {
            Choices = [.. question.Choices.Reverse().Select((choice, i) => new Choice($"{i + 1}", choice.Text))],
            AnswerLabel = null,
        };

        var reply = await new ScriptedTeacher(World).ExplainAsync(new TeacherRequest(turned), TestContext.Current.CancellationToken);

        Assert.Equal(question.GoldChoice!.Text, turned.Choices.Single(choice => choice.Label == reply.AnswerLabel).Text);
    }

    [Fact]
    public async Task WrongRate_IsKept()
    {
        var replies = await Replies(new ScriptedTeacherOptions { WrongRate = 0.3 });

        var wrong = replies.Where(pair => pair.Reply.AnswerLabel != pair.Question.AnswerLabel).ToList();
        Assert.InRange(wrong.Count, 240, 360); // of 1,000: four standard deviations
        Assert.All(wrong, pair =>
        {
            Assert.Contains(pair.Reply.AnswerLabel, pair.Question.Choices.Select(choice => choice.Label));
            Assert.NotEqual(World[pair.Question.Id].Rationale, pair.Reply.Rationale);
        });
    }

    [Fact]
    public async Task LeakRate_IsKept()
    {
        var replies = await Replies(new ScriptedTeacherOptions { LeakRate = 0.3 });

        var leaks = replies.Where(pair => pair.Reply.Rationale.Contains("The answer is (", StringComparison.Ordinal)).ToList();
        Assert.InRange(leaks.Count, 240, 360);
        Assert.All(leaks, pair => Assert.EndsWith($" The answer is ({pair.Question.AnswerLabel}).", pair.Reply.Rationale, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SameOptions_GiveTheSameReplies_AndOtherSamplesAndSeedsOthers()
    {
        var options = new ScriptedTeacherOptions { WrongRate = 0.5, LeakRate = 0.5 };
        var first = await Replies(options);

        Assert.Equal(first, await Replies(options));
        Assert.NotEqual(first, await Replies(options with { Seed = 2 }));
        Assert.NotEqual(first, await Replies(options, sample: 1));
    }

    [Fact]
    public async Task RevealedAnswer_IsNeverWrong()
    {
        var teacher = new ScriptedTeacher(World, new ScriptedTeacherOptions { WrongRate = 1 });
        var request = new TeacherRequest(World.Train[0]) { RevealAnswer = true };

        Assert.Equal(World.Train[0].AnswerLabel, (await teacher.ExplainAsync(request, TestContext.Current.CancellationToken)).AnswerLabel);
    }

    [Fact]
    public async Task ForeignQuestion_IsRefusedWithItsId()
    {
        var teacher = new ScriptedTeacher(World);
        var foreign = ScienceQuestion.Create("Is it?", "yes", "no");
        var changed = World.Train[0] with { Stem = "Something else?" };

        foreach (var question in new[] { foreign, changed })
        {
            var error = await Assert.ThrowsAsync<NoRationaleException>(() => teacher.ExplainAsync(new TeacherRequest(question), TestContext.Current.CancellationToken));
            Assert.Contains(question.Id, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task CancelledToken_IsHonoured()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ScriptedTeacher(World).ExplainAsync(new TeacherRequest(World.Train[0]), new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void RateOutsideZeroToOne_IsRefused(double rate)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedTeacherOptions { WrongRate = rate });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedTeacherOptions { LeakRate = rate });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedTeacherOptions { WrongRationaleRate = rate });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedTeacherOptions { IrrelevantFactRate = rate });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedTeacherOptions { FillerRate = rate });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedTeacherOptions { RestatedChoicesRate = rate });
    }

    [Fact]
    public async Task WrongRationaleRate_IsKept_AndTheAnswerIsRight()
    {
        var replies = await Replies(new ScriptedTeacherOptions { WrongRationaleRate = 0.3 });

        Assert.InRange(replies.Count(pair => pair.Reply.Rationale != World[pair.Question.Id].Rationale), 240, 360);
        Assert.All(replies, pair => Assert.Equal(pair.Question.AnswerLabel, pair.Reply.AnswerLabel));
    }

    private static async Task<List<(ScienceQuestion Question, TeacherReply Reply)>> Replies(ScriptedTeacherOptions options, int sample = 0)
    {
        var teacher = new ScriptedTeacher(World, options);
        var replies = new List<(ScienceQuestion, TeacherReply)>();
        foreach (var question in World.Train.Take(1000))
            replies.Add((question, await teacher.ExplainAsync(new TeacherRequest(question) { SampleIndex = sample }, TestContext.Current.CancellationToken)));
        return replies;
    }
}
