using Microsoft.Extensions.AI;
using SciCoT.Prompting;
using SciCoT.Teaching;
using SciCoT.Tests.Rationales;

namespace SciCoT.Tests.Teaching;

public class ChatClientTeacherTests
{
    private static readonly TeacherRequest Request = new(Records.Question);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Explain_WholeReply_HasAnswerUsageAndProvenance()
    {
        var client = new FakeChatClient(_ => new ChatResponse(new ChatMessage(ChatRole.Assistant, "Metals conduct.\nSo the answer is (B)."))
        {
            FinishReason = ChatFinishReason.Stop,
            ModelId = "model-1-2026",
            ResponseId = "r1",
            Usage = new() { InputTokenCount = 120, OutputTokenCount = 12 },
        });
        var teacher = new ChatClientTeacher(client, new() { Temperature = 0.7, TopP = 0.95, MaxOutputTokens = 256, Seed = 5 });

        var reply = await teacher.ExplainAsync(Request, Token);

        Assert.Equal(
            new TeacherReply("Metals conduct.", "B")
            {
                Teacher = "model-1",
                Model = "model-1-2026",
                PromptHash = TeacherPrompt.FewShot.Hash,
                Sampling = new() { Temperature = 0.7, TopP = 0.95, MaxOutputTokens = 256, Seed = 5 },
                Reply = "Metals conduct.\nSo the answer is (B).",
                ReplyId = "r1",
                InputTokens = 120,
                OutputTokens = 12,
            },
            reply);
    }

    [Fact]
    public async Task Explain_SamplesAndAttempts_HaveSeedsOfTheirOwn()
    {
        var client = new FakeChatClient("The answer is (B).");
        var teacher = new ChatClientTeacher(client, new() { Seed = 7 });
        for (int sample = 0; sample < 20; sample++)
        {
            for (int attempt = 0; attempt < 5; attempt++)
                await teacher.ExplainAsync(Request with { SampleIndex = sample, Attempt = attempt }, Token);
        }

        Assert.Equal(7, client.Calls[0].Options!.Seed);
        Assert.Equal(100, client.Calls.Select(call => call.Options!.Seed).Distinct().Count());
    }

    [Fact]
    public async Task Explain_NoSettings_LeavesThemToTheService()
    {
        var client = new FakeChatClient("Metals conduct. The answer is (B).");

        var reply = await new ChatClientTeacher(client).ExplainAsync(Request, Token);

        var options = client.Calls[0].Options!;
        Assert.Null(options.Temperature);
        Assert.Null(options.Seed);
        Assert.Null(options.ResponseFormat);
        Assert.Equal(new TeacherSampling(), reply.Sampling);
    }

    [Fact]
    public async Task Explain_Json_AsksForTheSchema()
    {
        var client = new FakeChatClient("""{"rationale":"Metals conduct.","answer":"B"}""");
        var teacher = new ChatClientTeacher(client, new() { Prompt = TeacherPrompt.FewShot with { Form = TeacherReplyForm.Json } });

        var reply = await teacher.ExplainAsync(Request, Token);

        Assert.Equal(("Metals conduct.", "B", TeacherFinishReason.Complete), (reply.Rationale, reply.AnswerLabel, reply.FinishReason));
        Assert.IsType<ChatResponseFormatJson>(client.Calls[0].Options!.ResponseFormat);
    }

    [Fact]
    public async Task Explain_WithRationale_AsksForTheDecisionAlone()
    {
        var client = new FakeChatClient("(B)");
        var teacher = new ChatClientTeacher(client, new() { Prompt = TeacherPrompt.ZeroShot with { Form = TeacherReplyForm.TwoSteps } });

        var reply = await teacher.ExplainAsync(Request with { Rationale = "Metals conduct." }, Token);

        Assert.Equal(("Metals conduct.", "B"), (reply.Rationale, reply.AnswerLabel));
        Assert.Equal(TeacherPrompt.ZeroShot.ChoiceDecision, client.Calls[0].Messages[^1].Text);
    }

    public static TheoryData<string, ChatFinishReason?, TeacherFinishReason> Ends => new()
    {
        { "Metals conduct.\nSo the answer is (B).", ChatFinishReason.Stop, TeacherFinishReason.Complete },
        { "Metals conduct.\nSo the answer is (B).", null, TeacherFinishReason.Complete },
        { "Metals conduct.", ChatFinishReason.Stop, TeacherFinishReason.NoAnswer },
        { "It is (A) or (B).", ChatFinishReason.Stop, TeacherFinishReason.NoAnswer },
        { "So the answer is (B).", ChatFinishReason.Stop, TeacherFinishReason.Empty },
        { " ", ChatFinishReason.Stop, TeacherFinishReason.Empty },
        { "", ChatFinishReason.Length, TeacherFinishReason.Truncated },
        { "Metals conduct.\nSo the answer is (B)", ChatFinishReason.Length, TeacherFinishReason.Truncated },
        { "", ChatFinishReason.ContentFilter, TeacherFinishReason.Refused },
    };

    [Theory]
    [MemberData(nameof(Ends), DisableDiscoveryEnumeration = true)]
    public async Task Explain_End_IsStated(string text, ChatFinishReason? finish, TeacherFinishReason expected)
    {
        var client = new FakeChatClient(_ => new ChatResponse(new ChatMessage(ChatRole.Assistant, text)) { FinishReason = finish });

        var reply = await new ChatClientTeacher(client).ExplainAsync(Request, Token);

        Assert.Equal(expected, reply.FinishReason);
        Assert.True(expected == TeacherFinishReason.Complete || expected == TeacherFinishReason.Empty || reply.AnswerLabel is null);
    }

    [Fact]
    public async Task Explain_ModelRefuses_IsRefused()
    {
        var client = new FakeChatClient(_ => new ChatResponse(new ChatMessage(ChatRole.Assistant, [new ErrorContent("I will not.") { ErrorCode = "Refusal" }])));

        Assert.Equal(TeacherFinishReason.Refused, (await new ChatClientTeacher(client).ExplainAsync(Request, Token)).FinishReason);
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(long.MaxValue)]
    public async Task Explain_UnbelievableUsage_IsUnknown(long tokens)
    {
        var client = new FakeChatClient(_ => new ChatResponse(new ChatMessage(ChatRole.Assistant, "Metals. The answer is (B).")) { Usage = new() { InputTokenCount = tokens, OutputTokenCount = 3 } });

        var reply = await new ChatClientTeacher(client).ExplainAsync(Request, Token);

        Assert.Equal((null, 3L), (reply.InputTokens, reply.OutputTokens));
    }

    [Fact]
    public void Create_NoNameAnywhere_SaysWhatToSet()
    {
        var client = new FakeChatClient(_ => new ChatResponse(), model: null);

        Assert.Contains("ModelId", Assert.Throws<ArgumentException>(() => new ChatClientTeacher(client)).Message);
        Assert.Equal("mine", new ChatClientTeacher(client, new() { Name = "mine" }).Name);
    }
}
