using SciCoT.Hub;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Hub;

public sealed class HubOptionsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EmptyEnvironment_GivesHuggingFacesOwnDefaults()
    {
        var options = Read([]);
        Assert.Equal(new Uri("https://huggingface.co"), options.Endpoint);
        Assert.EndsWith(Path.Combine(".cache", "huggingface", "hub"), options.CacheDirectory);
        Assert.False(options.Offline);
    }

    [Fact]
    public void Home_MovesTheCacheAndHoldsTheToken()
    {
        File.WriteAllText(_folder.File("token"), "hf_file\n");
        var options = Read(new() { ["HF_HOME"] = _folder.Path });
        Assert.Equal(_folder.File("hub"), options.CacheDirectory);
        Assert.Equal("hf_file", options.Token);
    }

    [Fact]
    public void NearerVariables_Win()
    {
        File.WriteAllText(_folder.File("token"), "hf_file\n");
        var options = Read(new()
        {
            ["HF_HOME"] = _folder.Path,
            ["HF_HUB_CACHE"] = "elsewhere",
            ["HF_TOKEN"] = " hf_own ",
            ["HF_ENDPOINT"] = "https://mirror.example/hub",
            ["HF_HUB_OFFLINE"] = "yes",
        });
        Assert.Equal(("elsewhere", "hf_own", true), (options.CacheDirectory, options.Token, options.Offline));
        Assert.Equal("https://mirror.example/hub", options.Endpoint.ToString());
    }

    [Fact]
    public void EndpointThatIsNoAddress_IsNamed()
    {
        Assert.Contains("HF_ENDPOINT", Assert.Throws<ArgumentException>(() => Read(new() { ["HF_ENDPOINT"] = "mirror" })).Message);
    }

    private HubOptions Read(Dictionary<string, string> variables)
    {
        variables.TryAdd("HF_TOKEN_PATH", _folder.File("token"));
        return HubOptions.FromEnvironment(name => variables.GetValueOrDefault(name));
    }
}
