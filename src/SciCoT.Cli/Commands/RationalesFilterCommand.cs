using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.Distillation;
using SciCoT.Rationales;
using SciCoT.Teaching.Filters;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot rationales filter</c>: which rationales may be learned from.</summary>
internal sealed class RationalesFilterCommand : ToolCommand
{
    private readonly RationaleOptions _rationales = new();
    private readonly QuestionOptions _questions = new("--questions", "-q", "The questions, with their answers, that the rationales explain.");
    private readonly Option<string[]?> _filters = new("--filters") { Description = $"The filters, or none; by default {string.Join(",", RationaleFilterChain.Default.Names)}.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _minWords = new("--min-words") { Description = "The fewest words that the length filter accepts; by default 5." };
    private readonly Option<string?> _maxWords = new("--max-words") { Description = "The most words that the length filter accepts; by default 200." };
    private readonly Option<string?> _maxSimilarity = new("--max-similarity") { Description = "The similarity above which the near-duplicate filter refuses; by default 0.7." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "A file for the verdicts, with reasons; by default none is written." };
    private readonly Option<string?> _accepted = new("--accepted") { Description = "A store for the rationales that passed; by default none is written." };

    public RationalesFilterCommand(ToolConsole console)
        : base("filter", "Judges rationales and says how many each filter refuses.", console,
            "scicot rationales filter --input rationales.jsonl --questions train.jsonl --output verdicts.jsonl",
            "scicot rationales filter --input rationales.jsonl --questions train.jsonl --filters usable agreement length --max-words 80 --accepted short.jsonl") =>
        AddOptions([.. _rationales.All, .. _questions.All, _filters, _minWords, _maxWords, _maxSimilarity, _output, _accepted]);

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var chosen = new DistillationSettings();
        settings.Bind(chosen);
        var filters = Filters(chosen);
        var questions = _questions.Read(settings, console).DistinctBy(question => question.ContentHash).ToDictionary(question => question.ContentHash, StringComparer.Ordinal);
        var records = await _rationales.ReadAsync(settings, console, cancellationToken).ToArrayAsync(cancellationToken).ConfigureAwait(false);
        var judged = records
            .Where(record => questions.ContainsKey(record.QuestionHash))
            .GroupBy(record => record.QuestionHash, StringComparer.Ordinal)
            .SelectMany(own => own.Zip(filters.JudgeAll(questions[own.Key], own)))
            .ToArray();
        if (settings.Text(_output) is { } output)
            VerdictFile.Write(output, judged.Select(pair => pair.Second));
        if (settings.Text(_accepted) is { } accepted)
        {
            await using var store = JsonLinesRationaleStore.Open(accepted, cancellationToken);
            await RationalesImportCommand.AppendAsync(store, judged.Where(pair => pair.Second.IsAccepted).Select(pair => pair.First), cancellationToken).ConfigureAwait(false);
        }


        var report = RationaleFilterReport.Of(judged.Select(pair => pair.Second));
        console.Write(
            new JsonObject
            {
                ["records"] = records.Length,
                ["judged"] = report.Judged,
                ["accepted"] = report.Accepted,
                ["refused"] = new JsonObject(report.Filters.Select(filter => KeyValuePair.Create<string, JsonNode?>(filter.Filter, filter.Refused))),
                ["withoutQuestion"] = records.Length - judged.Length,
            },
            asJson);
    }

    private static RationaleFilterChain Filters(DistillationSettings chosen)
    {
        try
        {
            return SettingsConversion.Filters(chosen);
        }
        catch (Exception e) when (e is SettingsException or ArgumentException)
        {
            throw new UsageException(e.Message);
        }
    }
}
