using SciCoT.Prompting;
using SciCoT.Rationales;
using SciCoT.Teaching.Filters;
using SciCoT.Tests.Architecture;
using SciCoT.Tests.Rationales;

namespace SciCoT.Tests.Campaign;

/// <summary>Replies put together from awkward pieces in any order: a reply that was paid for is read or not understood, and never fails.</summary>
[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public sealed class ReplyFuzzTests
{
    private const int DefaultInputs = 4_000;

    private static readonly string[] Pieces =
        [.. LinearExpressionTests.Kinds.Select(kind => kind.Data), "Ice keeps its own shape. ", "The answer is (A).", "So the answer is (A) ice.", "steam", "because it is solid. ", "\nQuestion: ", "\nQ: ", "42 %"];

    private static readonly ScienceQuestion Closed = ScienceQuestion.Create("Which keeps its own shape?", "ice", "carbon", "steam", "a glass rod") with { AnswerLabel = "A" };

    [Fact]
    public void Reply_OfPiecesInAnyOrder_IsReadWithoutAFault()
    {
        int inputs = CampaignSettings.Number("SCICOT_CAMPAIGN_INPUTS") is { } asked ? Math.Max(1, asked / 20) : DefaultInputs;
        CampaignSettings.WriteSeed($"replies: {inputs} inputs");
        var random = new Random(CampaignSettings.Seed);
        for (int i = 0; i < inputs; i++)
        {
            var reply = string.Concat(Enumerable.Range(0, random.Next(1, 15)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            if (Record.Exception(() => Read(reply)) is { } fault)
                Assert.Fail($"Input {i} of seed {CampaignSettings.Seed}: {System.Text.Json.JsonSerializer.Serialize(reply)}\n{fault}");
        }
    }

    /// <summary>Where the text is cut before a further question, a statement may reach beyond the cut.</summary>
    [Fact]
    public void Statement_ThatReachesBeyondAFurtherQuestion_IsCutWithIt()
    {
        var read = AnswerExtraction.Read(Closed with { Choices = [], AnswerLabel = null }, "Answer: \nquestion:\n/ice{\"\n\\boxed{A}ice (A) /*so, ");

        Assert.DoesNotContain("ice", read.Rationale);
    }

    private static void Read(string reply)
    {
        foreach (var question in new[] { Closed, Closed with { Choices = [], AnswerLabel = null } })
        {
            foreach (var form in Enum.GetValues<TeacherReplyForm>())
            {
                var read = (TeacherPrompt.ZeroShot with { Form = form }).ReadExplanation(question, reply);
                foreach (var text in new[] { read.Rationale, reply })
                    RationaleFilterChain.Default.Judge(question, Records.For(question, text) with { Reply = reply });
            }

            TeacherPrompt.ZeroShot.ReadDecision(question, reply);
        }

        ChoiceExtractor.Extract(Closed, reply);
        StudentLayout.RationaleTarget(reply);
    }
}
