using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.Cards;
using SciCoT.Hub;
using SciCoT.IO;
using SciCoT.Models;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot push</c>: students to a repository of the Hub.</summary>
internal sealed class PushCommand : ToolCommand
{
    private readonly Argument<string> _folder = new("folder") { Description = "The folder of a finished run, of an exported model, or of one student." };
    private readonly Argument<string> _repository = new("repository") { Description = "The model's name on the Hub, owner/name. It is made where it is missing." };
    private readonly Option<string?> _revision = new("--revision") { Description = "The branch to commit to; by default main. One that is missing is made." };
    private readonly Option<string?> _message = new("--message") { Description = $"The commit's message; by default \"{new HubUploadOptions().Message}\"." };
    private readonly Option<bool> _private = new("--private") { Description = "Make the repository private, where it is made." };
    private readonly Option<bool> _noCard = new("--no-card") { Description = $"Do not write {StudentFolders.Card} where the folder has none." };
    private readonly Option<string?> _license = new("--license") { Description = "The licence that the model card names, for example apache-2.0." };
    private readonly Option<string?> _language = new("--language") { Description = "The languages that the card names, for example en,de; by default en." };
    private readonly Option<string?> _base = new("--base-model") { Description = "The model on the Hub that the students started from, for the card." };
    private readonly Option<string?> _trained = new("--trained-on") { Description = "What they learned from, for the card: names of data sets as hf:allenai/ai2_arc/ARC-Easy/train, separated by commas." };
    private readonly Option<string?> _tested = new("--tested-on") { Description = "What they were tested with, for the card." };
    private readonly Option<string?> _endpoint = new("--endpoint") { Description = "The server; by default HF_ENDPOINT or https://huggingface.co." };

    public PushCommand(ToolConsole console)
        : base(
            "push",
            "Uploads students to a repository of the Hugging Face Hub, in one commit: both students with their tokenizers, scicot.json and the model card README.md, which is written where it is missing. What the repository has already is not sent; after a failure the same command continues. The token is taken from HF_TOKEN or the file of hf auth login.",
            console,
            "scicot push runs/science my-name/science-t5 --private",
            "scicot push models/science my-name/science-t5 --license apache-2.0 --trained-on hf:allenai/ai2_arc/ARC-Easy/train --message \"int8\"",
            "scicot push runs/science my-name/science-t5 --revision second-try --json")
    {
        Arguments.Add(_folder);
        Arguments.Add(_repository);
        AddOptions(_revision, _message, _private, _noCard, _license, _language, _base, _trained, _tested, _endpoint);
    }

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var (folder, repository) = (result.GetRequiredValue(_folder), result.GetRequiredValue(_repository));
        var hub = HubOptions.FromEnvironment();
        if (settings.WebAddress(_endpoint) is { } endpoint)
            hub = hub with { Endpoint = endpoint };
        SeeToCard(settings, console, folder, repository);

        var options = new HubUploadOptions { Private = settings.Flag(_private), Revision = settings.Text(_revision) ?? HubClient.DefaultRevision };
        if (settings.Text(_message) is { } message)
            options = options with { Message = message };
        using var client = new HubClient(hub);
        var commit = await console.WithProgressAsync(report => client.UploadAsync(
            folder,
            repository,
            options,
            new SynchronousProgress<HubProgress>(p => report(p.File, p.FileBytes, p.FileLength ?? p.FileBytes)),
            cancellationToken)).ConfigureAwait(false);
        console.Write(
            new JsonObject
            {
                ["address"] = commit.Address.ToString(),
                ["commit"] = commit.Commit,
                ["uploaded"] = new JsonArray([.. commit.Uploaded.Select(name => JsonValue.Create(name))]),
                ["unchanged"] = commit.Unchanged.Count,
            },
            asJson);
    }

    /// <summary>Writes the card where it is missing, or anew where it is to say something else. A README.md of the user's stays.</summary>
    private void SeeToCard(Settings settings, ToolConsole console, string folder, string repository)
    {
        var given = new Option[] { _license, _language, _base, _trained, _tested }.Where(option => settings.Text(option) is not null).ToArray();
        bool exists = File.Exists(Path.Combine(folder, StudentFolders.Card));
        if (settings.Flag(_noCard) || (exists && given.Length == 0))
            return;
        if (exists && !ModelCard.IsUnchanged(folder))
            throw new UsageException($"{Path.Combine(folder, StudentFolders.Card)} is not as SciCoT wrote it, so it is left alone, and {given[0].Name} would have no effect. Write it there yourself, or leave the option out.");

        var details = new ModelCardDetails
        {
            Name = repository.Split('/')[^1],
            License = settings.Text(_license),
            BaseModel = settings.Text(_base),
            TrainingData = Words(settings.Text(_trained)),
            TestData = settings.Text(_tested),
        };
        ModelCard.Write(folder, settings.Text(_language) is { } languages ? details with { Languages = Words(languages) } : details);
        console.Error.WriteLine($"The model card is written to {Path.Combine(folder, StudentFolders.Card)}.{(details.License is null ? $" It names no licence; {_license.Name} gives it one." : "")}");
    }

    private static string[] Words(string? text) => text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
