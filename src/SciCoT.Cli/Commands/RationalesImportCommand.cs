using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.Rationales;
using SciCoT.Teaching;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot rationales import</c>: published rationales, exports and other stores into a store.</summary>
internal sealed class RationalesImportCommand : ToolCommand
{
    private readonly RationaleOptions _rationales = new();
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The store; what it holds already stays." };

    public RationalesImportCommand(ToolConsole console)
        : base("import", "Adds published rationales, an export or another store to a store.", console, "scicot rationales import --input published.jsonl --output rationales.jsonl") =>
        AddOptions([.. _rationales.All, _output]);

    /// <summary>Adds records to a store. Another text under a key that the store has becomes the teacher's next sample.</summary>
    /// <returns>How many it did not have.</returns>
    public static async Task<(int Added, int Known)> AppendAsync(string path, IEnumerable<RationaleRecord> records, CancellationToken cancellationToken)
    {
        await using var store = JsonLinesRationaleStore.Open(path, cancellationToken);
        var joined = new JoinedRationales();
        await foreach (var record in store.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            joined.Add(record);
        RationaleRecord[] added = [.. records.Select(joined.Add).OfType<RationaleRecord>()];
        await Task.WhenAll(added.Select(record => store.AppendAsync(record, CancellationToken.None))).ConfigureAwait(false);
        return (added.Length, joined.Repeated);
    }

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var output = settings.Required(_output);
        var (added, known) = await AppendAsync(output, [.. _rationales.Read(settings, console)], cancellationToken).ConfigureAwait(false);
        console.Write(new JsonObject { ["store"] = output, ["added"] = added, ["known"] = known }, asJson);
    }
}
