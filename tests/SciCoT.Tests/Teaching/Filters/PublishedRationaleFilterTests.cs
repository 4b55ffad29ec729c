using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Teaching.Filters;

/// <summary>All published rationales through importer and filters, with exact counts. Samples of each were read.</summary>
public class PublishedRationaleFilterTests
{
    [Theory]
    [InlineData("arc-entailmentbank.jsonl", 1840, 0, 0, 73, 0, 0, 2, 1765)]
    [InlineData("arc-llm.train.jsonl", 2234, 1129, 555, 49, 3, 439, 2, 1034)]
    [InlineData("arc-llm.valid.jsonl", 590, 297, 147, 12, 1, 120, 0, 274)]
    [InlineData("obqa-llm.train.jsonl", 9914, 4959, 2358, 320, 61, 2443, 28, 4505)]
    [InlineData("obqa-llm.valid.jsonl", 1000, 500, 269, 29, 5, 258, 0, 459)]
    public void Default_PublishedFile_GivesTheKnownCounts(
        string file, int rationales, int unusable, int leaks, int wrongLength, int foreign, int badFormat, int duplicates, int accepted)
    {
        var published = PublishedRationales.Read(TestFiles.Shared("data", "rationales", file)).ToList();

        var report = RationaleFilterReport.Of(published
            .GroupBy(item => item.Question.ContentHash)
            .SelectMany(group => RationaleFilterChain.Default.JudgeAll(group.First().Question, group.Select(item => item.Record))));

        Assert.Equal(rationales, published.Select(item => item.Record.Key).Distinct().Count());
        Assert.Equal((rationales, accepted), (report.Judged, report.Accepted));
        Assert.Equal(
            [
                Refused("usable", unusable),
                new("agreement", 0, 0, rationales),
                Refused("answer-leak", leaks),
                Refused("length", wrongLength),
                Refused("language", foreign),
                Refused("format", badFormat),
                Refused("near-duplicate", duplicates),
            ],
            report.Filters);

        FilterCounts Refused(string filter, int count) => new(filter, rationales - count, count, 0);
    }
}
