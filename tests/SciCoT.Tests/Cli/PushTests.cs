using SciCoT.Cards;
using SciCoT.Tests.Hub;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary><c>scicot push</c> against a server on the loopback.</summary>
public sealed class PushTests : IAsyncLifetime
{
    private readonly TinyModelFolder _model = new();
    private readonly TempFolder _home = new();
    private UploadHub _hub = null!;

    private IReadOnlyDictionary<string, byte[]> Files => _hub.Repositories["me/science"].Files;

    private string Card => _model.File("README.md");

    public async ValueTask InitializeAsync() => _hub = await UploadHub.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _model.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task Folder_GoesUpWithACard()
    {
        var outcome = (await PushAsync("--json", "--license", "apache-2.0", "--language", "en,de", "--trained-on", "hf:tiny/science/main/train", "--private", "--message", "words of ours")).Succeeded();

        Assert.Equal($"{_hub.Address}me/science", (string)outcome.Json["address"]!);
        Assert.Contains("scicot.json", outcome.Json["uploaded"]!.AsArray().Select(name => (string)name!));
        Assert.DoesNotContain(Files.Keys, name => name.Contains("questions", StringComparison.Ordinal));
        Assert.True(_hub.Repositories["me/science"].IsPrivate);
        Assert.Equal("words of ours", Assert.Single(_hub.Repositories["me/science"].Messages));
        var card = System.Text.Encoding.UTF8.GetString(Files["README.md"]);
        Assert.Contains("license: \"apache-2.0\"\nlanguage:\n- \"en\"\n- \"de\"\n", card);
        Assert.Contains("datasets:\n- \"tiny/science\"\n", card);
        Assert.True(ModelCard.IsUnchanged(_model.Path));
        Assert.DoesNotContain(UploadHub.Token, outcome.Output + outcome.Error);

        var again = (await PushAsync("--json")).Succeeded().Json;
        Assert.Empty(again["uploaded"]!.AsArray());
        Assert.Equal(Files.Count, (int)again["unchanged"]!);
    }

    [Fact]
    public async Task ReadmeOfSomebodysOwn_GoesUpAsItIs()
    {
        File.WriteAllText(Card, "# Mine\n");
        (await PushAsync()).Succeeded();
        Assert.Equal("# Mine\n", System.Text.Encoding.UTF8.GetString(Files["README.md"]));

        var refused = await PushAsync("--license", "mit");
        Assert.Equal(SciCoT.Cli.ExitCode.Usage, refused.ExitCode);
        Assert.Contains("--license would have no effect", refused.Error);
        Assert.Equal("# Mine\n", File.ReadAllText(Card));
    }

    [Fact]
    public async Task NoCard_WritesNone()
    {
        (await PushAsync("--no-card", "--revision", "plain")).Succeeded();
        Assert.False(File.Exists(Card));
        Assert.DoesNotContain("README.md", _hub.Repositories["me/science"].Branches["plain"].Files.Keys);
    }

    [Fact]
    public async Task Refusal_EndsWithoutTheToken()
    {
        _hub.Fail("preupload", UploadHub.Status(403, $"no rights for {UploadHub.Token}"));
        var outcome = await PushAsync();
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains("write permission", outcome.Error);
        Assert.DoesNotContain(UploadHub.Token, outcome.Output + outcome.Error);
    }

    [Fact]
    public async Task WithoutAToken_SaysWhereOneGoes()
    {
        using var tool = ToolProcess.Start(["push", _model.Path, "me/science", "--endpoint", _hub.Address.ToString()], new Dictionary<string, string> { ["HF_TOKEN"] = "", ["HF_HOME"] = _home.Path });
        var outcome = await tool.EndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains("HF_TOKEN", outcome.Error);
    }

    [Fact]
    public async Task WrongName_IsRefused() =>
        Assert.Contains("organisation/name", (await Commands.RunAsync(["push", _model.Path, "science", "--no-card"])).Error);

    /// <summary>The token comes from the file that other tools write, in a process of its own.</summary>
    private async Task<Commands.Outcome> PushAsync(params string[] options)
    {
        File.WriteAllText(_home.File("token"), UploadHub.Token + "\n");
        using var tool = ToolProcess.Start(["push", _model.Path, "me/science", "--endpoint", _hub.Address.ToString(), .. options], new Dictionary<string, string> { ["HF_TOKEN"] = "", ["HF_HOME"] = _home.Path });
        return await tool.EndAsync(TestContext.Current.CancellationToken);
    }
}
