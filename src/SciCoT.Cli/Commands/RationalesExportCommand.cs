using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.Rationales;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot rationales export</c>: rationales with their questions, for other tools.</summary>
internal sealed class RationalesExportCommand : ToolCommand
{
    private readonly RationaleOptions _rationales = new();
    private readonly QuestionOptions _questions = new("--questions", "-q", "The questions that the rationales explain.");
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The file; one that exists is replaced." };
    private readonly Option<string?> _verdicts = new("--verdicts") { Description = "What filters said, as scicot rationales filter or a run writes it." };
    private readonly Option<bool> _acceptedOnly = new("--accepted-only") { Description = "Leave out what was refused or not judged." };

    public RationalesExportCommand(ToolConsole console)
        : base("export", "Writes rationales with their questions as flat JSON Lines, which Hugging Face datasets and data frames load.", console,
            "scicot rationales export --input rationales.jsonl --questions train.jsonl --output dataset.jsonl",
            "scicot rationales export --store \"Host=db.example.org;Database=science;Username=me\" --questions train.jsonl --output dataset.jsonl",
            "scicot rationales export --input rationales.jsonl --questions train.jsonl --verdicts verdicts.jsonl --accepted-only --output accepted.jsonl") =>
        AddOptions([.. _rationales.All, .. _questions.All, _output, _verdicts, _acceptedOnly]);

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var output = settings.Required(_output);
        var exported = await RationaleExport.WriteAsync(
            output,
            _rationales.ReadAsync(settings, console, cancellationToken),
            _questions.Read(settings, console),
            settings.Text(_verdicts) is { } verdicts ? VerdictFile.Read(verdicts) : null,
            settings.Flag(_acceptedOnly),
            cancellationToken).ConfigureAwait(false);
        if (exported is { Written: 0, WithoutQuestion: > 0 })
            console.Error.WriteLine($"None of the {exported.WithoutQuestion} rationales belongs to a question of {_questions.Path(settings)}; give the file of questions that they were written for.");
        console.Write(new JsonObject { ["file"] = output, ["written"] = exported.Written, ["leftOut"] = exported.LeftOut, ["withoutQuestion"] = exported.WithoutQuestion }, asJson);
    }
}
