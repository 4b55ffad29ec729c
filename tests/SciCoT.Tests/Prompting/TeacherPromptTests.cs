using Microsoft.Extensions.AI;
using SciCoT.Prompting;

namespace SciCoT.Tests.Prompting;

public class TeacherPromptTests
{
    private static readonly ScienceQuestion Question =
        new("q", "Which conducts best?", [new("1", "rubber"), new("2", "copper")]) { Context = "Metals conduct.", AnswerLabel = "2" };

    public static TheoryData<TeacherPrompt> Others =>
    [
        TeacherPrompt.FewShot with { SystemMessage = "You teach." },
        TeacherPrompt.FewShot with { Instruction = "Explain." },
        TeacherPrompt.FewShot with { RevealedInstruction = "Explain." },
        TeacherPrompt.FewShot with { ChoiceEnding = "End with (X)." },
        TeacherPrompt.FewShot with { OpenEnding = "End with X." },
        TeacherPrompt.FewShot with { Form = TeacherReplyForm.Json },
        TeacherPrompt.FewShot with { Form = TeacherReplyForm.TwoSteps },
        TeacherPrompt.FewShot with { Examples = [.. TeacherPrompt.FewShot.Examples.Skip(1)] },
        TeacherPrompt.FewShot with { Examples = [.. TeacherPrompt.FewShot.Examples.Reverse()] },
        TeacherPrompt.ZeroShot,
    ];

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void Hash_OfAnotherPrompt_IsAnother(TeacherPrompt other)
    {
        Assert.NotEqual(TeacherPrompt.FewShot.Hash, other.Hash);
        Assert.Equal(other.Hash, (other with { }).Hash);
    }

    [Fact]
    public void Hash_OfTheSecondStepsText_CountsInTwoSteps()
    {
        var twoSteps = TeacherPrompt.ZeroShot with { Form = TeacherReplyForm.TwoSteps };

        Assert.NotEqual(twoSteps.Hash, (twoSteps with { ChoiceDecision = "Which?" }).Hash);
        Assert.NotEqual(twoSteps.Hash, (twoSteps with { OpenDecision = "Which?" }).Hash);
    }

    [Fact]
    public void Explain_ZeroShot_IsSystemAndQuestion()
    {
        var messages = TeacherPrompt.ZeroShot.Explain(Question, revealAnswer: false);

        Assert.Equal([ChatRole.System, ChatRole.User], messages.Select(message => message.Role));
        Assert.StartsWith("Question: Which conducts best?\nContext: Metals conduct.\nChoices:\n(1) rubber\n(2) copper\n\n", messages[1].Text);
        Assert.EndsWith(TeacherPrompt.ZeroShot.ChoiceEnding, messages[1].Text);
        Assert.DoesNotContain("right answer", messages[1].Text);
    }

    [Fact]
    public void Explain_Revealed_ShowsTheAnswerInEveryTurn()
    {
        var asked = TeacherPrompt.FewShot.Explain(Question, revealAnswer: true).Where(message => message.Role == ChatRole.User).ToArray();

        Assert.Contains("The right answer: (2) copper\n", asked[^1].Text);
        Assert.All(asked, message => Assert.Contains("The right answer: (", message.Text));
    }

    [Fact]
    public void Explain_RevealedWithoutGold_Throws() =>
        Assert.Contains("'q'", Assert.Throws<ArgumentException>(() => TeacherPrompt.ZeroShot.Explain(Question with { AnswerLabel = null }, revealAnswer: true)).Message);

    [Theory]
    [InlineData(TeacherReplyForm.Text)]
    [InlineData(TeacherReplyForm.Json)]
    public void Explain_FewShot_ItsOwnRepliesAreReadWithoutLeak(TeacherReplyForm form)
    {
        var prompt = TeacherPrompt.FewShot with { Form = form };
        var replies = prompt.Explain(Question, revealAnswer: false).Where(message => message.Role == ChatRole.Assistant).ToArray();
        var opened = prompt.Explain(ScienceQuestion.Create("Why?"), revealAnswer: false).Where(message => message.Role == ChatRole.Assistant).ToArray();

        Assert.Equal(4, replies.Length);
        foreach (var (example, reply, open) in prompt.Examples.Zip(replies, opened))
        {
            Assert.Equal(new ExtractedAnswer(example.Rationale, example.Question.AnswerLabel), prompt.ReadExplanation(example.Question, reply.Text));
            var answer = prompt.ReadExplanation(example.Question with { Choices = [], AnswerLabel = null }, open.Text).AnswerLabel;
            Assert.Equal(example.Question.GoldChoice!.Text.TrimEnd('.'), answer);
        }
    }

    [Fact]
    public void Decide_ContinuesTheConversation()
    {
        var prompt = TeacherPrompt.FewShot with { Form = TeacherReplyForm.TwoSteps };

        var messages = prompt.Decide(Question, "Metals conduct.");

        Assert.Equal(prompt.Explain(Question, false).Select(m => m.Text).Append("Metals conduct.").Append(prompt.ChoiceDecision), messages.Select(m => m.Text));
        Assert.Equal((ChatRole.Assistant, ChatRole.User), (messages[^2].Role, messages[^1].Role));
        Assert.DoesNotContain("answer is (", string.Concat(messages.Select(m => m.Text)));
    }

    [Fact]
    public void ReadExplanation_OfTwoSteps_LeavesTheAnswerToTheSecond() =>
        Assert.Equal(
            new ExtractedAnswer("Metals conduct.", null),
            (TeacherPrompt.ZeroShot with { Form = TeacherReplyForm.TwoSteps }).ReadExplanation(Question, "Metals conduct. So the answer is (2)."));

    [Theory]
    [InlineData("""{"rationale":"Metals conduct.","answer":"2"}""", "2")]
    [InlineData("""{"answer":"(2)","rationale":"Metals conduct."}""", "2")]
    [InlineData("""{"Rationale":"Metals conduct.","Answer":"copper","confidence":0.9}""", "2")]
    [InlineData("""{"rationale":"Metals conduct.","answer":2}""", "2")]
    [InlineData("```json\n{\"rationale\":\"Metals conduct.\",\"answer\":\"2) copper\"}\n```", "2")]
    [InlineData("Here it is: {\"rationale\":\"Metals conduct.\",\"answer\":\"2\"} Good luck!", "2")]
    [InlineData("Metals conduct.\nSo the answer is (2).", "2")]
    [InlineData("""{"rationale":"Metals conduct.","answer":null}""", null)]
    [InlineData("""{"rationale":"Metals conduct.","answer":"1 or 2"}""", null)]
    [InlineData("""{"rationale":"Metals conduct.","answer":["2"]}""", "2")]
    [InlineData("""{"rationale":"Metals conduct.","answer":["1", "2"]}""", null)]
    [InlineData("""{"rationale":"Metals conduct."}""", null)]
    public void ReadExplanation_OfJson_IsTolerantButDoesNotGuess(string reply, string? expected)
    {
        var read = (TeacherPrompt.ZeroShot with { Form = TeacherReplyForm.Json }).ReadExplanation(Question, reply);

        Assert.Equal(new ExtractedAnswer("Metals conduct.", expected), read);
    }

    [Theory]
    [InlineData("""{"rationale":"a b","rationale":"c d","answer":"2"}""")]
    [InlineData("""{"rationale":"a b","answer":"2"} {"rationale":"c d","answer":"1"}""")]
    [InlineData("""{"rationale":"a b","answer":"2""")]
    [InlineData("""{"rationale":"a b","answer":"1","Answer":"2"}""")]
    [InlineData("""[[[[[[[[[[[[{"rationale":1}]]]]]]]]]]]]""")]
    public void ReadExplanation_OfUnsoundJson_HasNoAnswer(string reply) =>
        Assert.Null((TeacherPrompt.ZeroShot with { Form = TeacherReplyForm.Json }).ReadExplanation(Question, reply).AnswerLabel);

    [Fact]
    public void Examples_WithoutGold_Throw() =>
        Assert.Throws<ArgumentException>(() => TeacherPrompt.ZeroShot with { Examples = [new(Question with { AnswerLabel = null }, "Because.")] });
}
