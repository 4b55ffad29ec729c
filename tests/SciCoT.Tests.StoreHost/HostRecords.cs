using SciCoT.Rationales;

namespace SciCoT.Tests.StoreHost;

/// <summary>The records that the process writes and the test expects.</summary>
public static class HostRecords
{
    public static RationaleRecord Sample(int sample) => new()
    {
        QuestionHash = "hash",
        QuestionId = "question",
        Rationale = string.Concat(Enumerable.Repeat($"Sample {sample}: naïve 金 🧲. ", 1 + (sample * 37 % 200))),
        Teacher = "host",
        SampleIndex = sample,
        Time = DateTimeOffset.UnixEpoch.AddSeconds(sample),
    };
}
