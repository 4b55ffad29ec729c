using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.Datasets;
using SciCoT.Hub;
using SciCoT.IO;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot download</c>: a checkpoint or a data set by name.</summary>
internal sealed class DownloadCommand : ToolCommand
{
    private readonly Argument<string?> _model = new("model") { Description = "The model, for example google/flan-t5-small.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _dataset = new("--dataset") { Description = "A data set in place of a model, whole or one configuration or split, for example hf:allenai/ai2_arc/ARC-Easy." };
    private readonly Option<string?> _revision = new("--revision") { Description = "A branch, a tag or a commit; by default main." };
    private readonly Option<string?> _cache = new("--cache") { Description = "The cache folder; by default the one of Hugging Face's tools (HF_HUB_CACHE, HF_HOME)." };
    private readonly Option<string?> _endpoint = new("--endpoint") { Description = "The server; by default HF_ENDPOINT or https://huggingface.co." };
    private readonly Option<bool> _pickle = ModelOptions.NewPickleOption();

    public DownloadCommand(ToolConsole console)
        : base(
            "download",
            "Fetches a T5 checkpoint or a data set from the Hugging Face Hub into the cache that Python's tools share, and prints its folder; of a data set also the rows of each split. HF_TOKEN, HF_ENDPOINT, HF_HUB_OFFLINE and proxies are honoured.",
            console,
            "scicot download google/flan-t5-small",
            "scicot download google/flan-t5-small --revision main --json",
            "scicot download --dataset allenai/ai2_arc",
            "scicot download --dataset hf:allenai/ai2_arc/ARC-Easy/test --json")
    {
        Arguments.Add(_model);
        AddOptions(_dataset, _revision, _cache, _endpoint, _pickle);
    }

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var options = HubOptions.FromEnvironment();
        if (settings.Text(_cache) is { } cache)
            options = options with { CacheDirectory = cache };
        if (settings.WebAddress(_endpoint) is { } endpoint)
            options = options with { Endpoint = endpoint };
        var (model, dataset) = (result.GetValue(_model), settings.Text(_dataset));
        if (model is null == dataset is null)
            throw new UsageException($"Name what to download: a model, for example google/flan-t5-small, or {_dataset.Name} with a data set; see scicot download --help.");
        using var client = new HubClient(options);
        if (dataset is not null)
        {
            console.Write(await DownloadAsync(client, NameOf(dataset, settings.Text(_revision)), console, cancellationToken).ConfigureAwait(false), asJson);
            return;
        }

        var snapshot = await console.WithProgressAsync(report => client.DownloadAsync(
            model!,
            settings.Text(_revision) ?? HubClient.DefaultRevision,
            settings.Flag(_pickle),
            new SynchronousProgress<HubProgress>(p => report(p.File, p.FileBytes, p.FileLength ?? p.FileBytes)),
            cancellationToken)).ConfigureAwait(false);
        if (asJson)
            console.WriteJson(new JsonObject { ["directory"] = snapshot.Directory, ["commit"] = snapshot.Commit });
        else
            console.Out.WriteLine(snapshot.Directory);
    }

    private DatasetName NameOf(string text, string? revision)
    {
        var name = DatasetName.Parse(DatasetName.IsName(text) ? text : DatasetName.Prefix + text);
        if (revision is null)
            return name;
        if (text.Contains('@', StringComparison.Ordinal))
            throw new UsageException($"The revision is given twice: in '{text}' and as {_revision.Name}.");
        return DatasetName.Parse($"{name}@{revision}");
    }

    private static async Task<JsonObject> DownloadAsync(HubClient hub, DatasetName name, ToolConsole console, CancellationToken cancellationToken)
    {
        var snapshot = await console.WithProgressAsync(report => new DatasetClient(hub).DownloadAsync(
            name,
            new SynchronousProgress<HubProgress>(p => report(p.File, p.FileBytes, p.FileLength ?? p.FileBytes)),
            cancellationToken)).ConfigureAwait(false);
        var rows = new JsonObject();
        foreach (var split in snapshot.Splits)
            rows[$"{split.Configuration}/{split.Name}"] = split.Files.Sum(DatasetClient.CountRows);
        return new JsonObject { ["directory"] = snapshot.Directory, ["commit"] = snapshot.Commit, ["files"] = snapshot.Splits.Sum(split => split.Files.Count), ["rows"] = rows };
    }
}
