using SciCoT.Teaching;
using SciCoT.Teaching.Filters;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Teaching.Filters;

/// <summary>All published rationales through importer and filters, with exact counts.</summary>
public class PublishedRationaleFilterTests
{
    [Theory]
    [InlineData("arc-entailmentbank.jsonl", 1840, 0, 0, 73, 1767)]
    [InlineData("arc-llm.train.jsonl", 2234, 1117, 531, 49, 1054)]
    [InlineData("arc-llm.valid.jsonl", 590, 295, 142, 12, 277)]
    [InlineData("obqa-llm.train.jsonl", 9914, 4957, 1981, 320, 4867)]
    [InlineData("obqa-llm.valid.jsonl", 1000, 500, 238, 29, 486)]
    public void Default_PublishedFile_GivesTheKnownCounts(string file, int rationales, int unusable, int leaks, int wrongLength, int accepted)
    {
        var published = PublishedRationales.Read(TestFiles.Shared("data", "rationales", file)).ToList();

        var report = RationaleFilterReport.Of(published.Select(item => RationaleFilterChain.Default.Judge(item.Question, item.Record)));

        Assert.Equal(rationales, published.Select(item => item.Record.Key).Distinct().Count());
        Assert.Equal((rationales, accepted), (report.Judged, report.Accepted));
        Assert.Equal(
            [
                new("usable", rationales - unusable, unusable, 0),
                new("agreement", 0, 0, rationales),
                new("answer-leak", rationales - leaks, leaks, 0),
                new("length", rationales - wrongLength, wrongLength, 0),
            ],
            report.Filters);
    }
}
