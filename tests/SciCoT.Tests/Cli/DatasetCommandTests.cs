using System.Text.Json.Nodes;
using SciCoT.Tests.Hub;
using SciCoT.Tests.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

public sealed class DatasetCommandTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private FakeHub _hub = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        _hub.Files["main/test-00000-of-00001.parquet"] = ParquetSets.Arc;
        _hub.Files["main/train-00000-of-00001.parquet"] = ParquetSets.Qasc;
        _hub.Files["images/test-00000-of-00001.parquet"] = ParquetSets.ScienceQa;
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Download_SaysTheRowsOfEachSplit()
    {
        var outcome = await DownloadAsync("--dataset", FakeHub.Dataset, "--json");
        Assert.Equal(0, outcome.ExitCode);
        var json = JsonNode.Parse(outcome.Output)!;
        Assert.Equal("""{"images/test":2,"main/train":1,"main/test":2}""", json["rows"]!.ToJsonString());
        Assert.Equal((3, FakeHub.Commit), ((int)json["files"]!, (string)json["commit"]!));
        Assert.EndsWith(FakeHub.Commit, (string)json["directory"]!);
    }

    [Fact]
    public async Task Download_TakesAPart()
    {
        var outcome = await DownloadAsync("--dataset", $"hf:{FakeHub.Dataset}/main/test", "--json");
        Assert.Equal("""{"main/test":2}""", JsonNode.Parse(outcome.Output)!["rows"]!.ToJsonString());
    }

    [Theory]
    [InlineData("hf:tiny", "hf:<owner>/<name>")]
    [InlineData("hf:tiny/science/mian", "Did you mean \"main\"?")]
    [InlineData("hf:tiny/science/main/tset", "Did you mean \"test\"?")]
    public async Task WrongName_EndsWithWhatWasExpected(string name, string says)
    {
        var outcome = await DownloadAsync("--dataset", name);
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains(says, outcome.Error);
    }

    [Fact]
    public async Task ModelAndDataset_AreOneTooMany() =>
        Assert.Contains("--dataset", (await DownloadAsync("tiny/t5", "--dataset", "a/b")).Error);

    [Fact]
    public async Task Option_TakesADataSetInThePlaceOfAFile()
    {
        using var tool = ToolProcess.Start(
            ["rationales", "list", "--input", $"hf:{FakeHub.Dataset}/main/train"],
            new Dictionary<string, string> { ["HF_ENDPOINT"] = _hub.Address.AbsoluteUri, ["HF_HUB_CACHE"] = _folder.Path, ["HF_HUB_OFFLINE"] = "0" });
        var outcome = await tool.EndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Rain makes iron rust.", outcome.Output);
    }

    private Task<Commands.Outcome> DownloadAsync(params string[] args) =>
        Commands.RunAsync(["download", .. args, "--cache", _folder.Path, "--endpoint", _hub.Address.ToString()]);
}
