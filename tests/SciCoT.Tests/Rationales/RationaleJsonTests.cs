using System.Text;
using System.Text.Json;
using SciCoT.Rationales;

namespace SciCoT.Tests.Rationales;

public class RationaleJsonTests
{
    /// <summary>A line as the first version of the format had it.</summary>
    private const string FirstVersion = """
        {"questionHash":"5f0c","questionId":"demo-2","rationale":"Metal conducts heat better than clay.","answerLabel":"A","answerText":"the metal cup","teacher":"chat","model":"model-1","promptHash":"9b21","sampleIndex":2,"answerRevealed":true,"finishReason":"Complete","inputTokens":212,"outputTokens":41,"time":"2026-01-02T03:04:05+00:00"}
        """;

    [Fact]
    public void Line_ReadBack_IsTheRecord()
    {
        var record = Records.Sample(3) with
        {
            Attempt = 2,
            AnswerRevealed = true,
            Rationalized = true,
            FinishReason = TeacherFinishReason.NoAnswer,
            Sampling = new() { Temperature = 0.7, TopP = 0.95, Seed = 42, MaxOutputTokens = 512 },
            Reply = "Metals conduct.\nSo the answer is (B) or (C).",
            ReplyId = "chatcmpl-1",
        };

        Assert.Equal(record, RationaleJson.Record(RationaleJson.Line(record).AsSpan()[..^1]));
    }

    [Fact]
    public void Record_OfTheFirstVersion_IsReadAsAFirstAttempt()
    {
        var record = RationaleJson.Record(Encoding.UTF8.GetBytes(FirstVersion));

        Assert.Equal((2, 0, true, false, TeacherFinishReason.Complete, null), (record.SampleIndex, record.Attempt, record.AnswerRevealed, record.Rationalized, record.FinishReason, record.Sampling));
        Assert.Equal(record.Key, RationaleJson.Key(Encoding.UTF8.GetBytes(FirstVersion)));
    }

    [Fact]
    public void Key_OfAnotherAttempt_IsAnotherKey()
    {
        var again = Records.Sample(0) with { Attempt = 1 };

        Assert.NotEqual(Records.Sample(0).Key.Fingerprint(), again.Key.Fingerprint());
        Assert.Equal(again.Key, RationaleJson.Key(RationaleJson.Line(again).AsSpan()[..^1]));
    }

    [Fact]
    public void Record_FieldOfANewerVersion_IsIgnored() =>
        Assert.Equal("demo-2", RationaleJson.Record(Encoding.UTF8.GetBytes(FirstVersion.Replace("{\"q", "{\"later\":{\"a\":[1]},\"q", StringComparison.Ordinal))).QuestionId);

    [Fact]
    public void Record_UnknownFinishReason_IsAnError() =>
        Assert.Throws<InvalidFileException>(() => RationaleJson.Record(Encoding.UTF8.GetBytes(FirstVersion.Replace("Complete", "Vanished", StringComparison.Ordinal))));
}
