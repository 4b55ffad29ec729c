using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.Hub;
using SciCoT.IO;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot download</c>: a checkpoint by name.</summary>
internal sealed class DownloadCommand : ToolCommand
{
    private readonly Argument<string> _model = new("model") { Description = "The model, for example google/flan-t5-small." };
    private readonly Option<string?> _revision = new("--revision") { Description = "A branch, a tag or a commit; by default main." };
    private readonly Option<string?> _cache = new("--cache") { Description = "The cache folder; by default the one of Hugging Face's tools (HF_HUB_CACHE, HF_HOME)." };
    private readonly Option<string?> _endpoint = new("--endpoint") { Description = "The server; by default HF_ENDPOINT or https://huggingface.co." };
    private readonly Option<bool> _pickle = ModelOptions.NewPickleOption();

    public DownloadCommand(ToolConsole console)
        : base(
            "download",
            "Fetches a T5 checkpoint from the Hugging Face Hub into the cache that Python's tools share, and prints its folder. HF_TOKEN, HF_ENDPOINT, HF_HUB_OFFLINE and proxies are honoured.",
            console,
            "scicot download google/flan-t5-small",
            "scicot download google/flan-t5-small --revision main --json")
    {
        Arguments.Add(_model);
        AddOptions(_revision, _cache, _endpoint, _pickle);
    }

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var options = HubOptions.FromEnvironment();
        if (settings.Text(_cache) is { } cache)
            options = options with { CacheDirectory = cache };
        if (settings.Text(_endpoint) is { } endpoint)
            options = options with { Endpoint = Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) ? uri : throw new UsageException($"{_endpoint.Name} must be a web address; got '{endpoint}'.") };
        using var client = new HubClient(options);
        var snapshot = await console.WithProgressAsync(report => client.DownloadAsync(
            result.GetRequiredValue(_model),
            settings.Text(_revision) ?? HubClient.DefaultRevision,
            settings.Flag(_pickle),
            new SynchronousProgress<HubProgress>(p => report(p.File, p.FileBytes, p.FileLength ?? p.FileBytes)),
            cancellationToken)).ConfigureAwait(false);
        if (asJson)
            console.WriteJson(new JsonObject { ["directory"] = snapshot.Directory, ["commit"] = snapshot.Commit });
        else
            console.Out.WriteLine(snapshot.Directory);
    }
}
