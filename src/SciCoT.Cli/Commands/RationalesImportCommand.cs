using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.Rationales;
using SciCoT.Teaching;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot rationales import</c>: published rationales, exports and other stores into a store.</summary>
internal sealed class RationalesImportCommand : ToolCommand
{
    private readonly RationaleOptions _rationales = new(takesDatabase: false);
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The store; what it holds already stays." };
    private readonly DatabaseOptions _database = new("The store to add to, in place of a file");

    public RationalesImportCommand(ToolConsole console)
        : base("import", "Adds published rationales, an export or another store to a store.", console,
            "scicot rationales import --input published.jsonl --output rationales.jsonl",
            "scicot rationales import --input rationales.jsonl --store \"Host=db.example.org;Database=science;Username=me\"") =>
        AddOptions([.. _rationales.All, _output, .. _database.All]);

    /// <summary>Adds records to a store. Another text under a key that the store has becomes the teacher's next sample.</summary>
    /// <returns>How many it did not have.</returns>
    public static async Task<(int Added, int Known)> AppendAsync(IRationaleStore store, IEnumerable<RationaleRecord> records, CancellationToken cancellationToken)
    {
        var joined = new JoinedRationales();
        await foreach (var record in store.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            joined.Add(record);
        RationaleRecord[] added = [.. records.Select(joined.Add).OfType<RationaleRecord>()];
        await Task.WhenAll(added.Select(record => store.AppendAsync(record, CancellationToken.None))).ConfigureAwait(false);
        return (added.Length, joined.Repeated);
    }

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var records = await _rationales.ReadAsync(settings, console, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (_database.AreGivenInsteadOf(_output, settings))
        {
            await using var shared = await _database.OpenAsync(settings, console, create: true, cancellationToken).ConfigureAwait(false);
            await AddAsync(shared, shared.Name).ConfigureAwait(false);
            return;
        }

        var path = settings.Required(_output);
        await using var store = JsonLinesRationaleStore.Open(path, cancellationToken);
        await AddAsync(store, path).ConfigureAwait(false);

        async Task AddAsync(IRationaleStore target, string name)
        {
            var (added, known) = await AppendAsync(target, records, cancellationToken).ConfigureAwait(false);
            console.Write(new JsonObject { ["store"] = name, ["added"] = added, ["known"] = known }, asJson);
        }
    }
}
