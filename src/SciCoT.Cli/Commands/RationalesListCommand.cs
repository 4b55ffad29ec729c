using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.IO;
using SciCoT.Rationales;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot rationales list</c>: one line a rationale.</summary>
internal sealed class RationalesListCommand : ToolCommand
{
    private readonly RationaleOptions _rationales = new();
    private readonly Option<string?> _verdicts = new("--verdicts") { Description = "What filters said; by default verdicts.jsonl beside the store, where there is one." };
    private readonly Option<int?> _limit = new("--limit") { Description = "The first rationales only." };

    public RationalesListCommand(ToolConsole console)
        : base("list", "Lists rationales with teacher, prompt, sample and verdict, one a line.", console, "scicot rationales list --input rationales.jsonl --limit 20", "scicot rationales list --input runs/science/rationales.jsonl --json") =>
        AddOptions([.. _rationales.All, _verdicts, _limit]);

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var verdicts = StoredVerdicts.Load(_rationales.Path(settings), settings.Text(_verdicts));
        await foreach (var record in _rationales.ReadAsync(settings, console, cancellationToken).Take(settings.Integer(_limit, 1) ?? int.MaxValue).ConfigureAwait(false))
        {
            var verdict = verdicts.Of(record.Key);
            if (asJson)
                console.WriteJson(Json(record, verdict));
            else
                console.Out.WriteLine(Line(record, verdict));
        }
    }

    private static JsonObject Json(RationaleRecord record, string verdict) => new()
    {
        ["questionId"] = record.QuestionId,
        ["teacher"] = record.Teacher,
        ["promptHash"] = record.PromptHash,
        ["sample"] = record.SampleIndex,
        ["attempt"] = record.Attempt,
        ["answerRevealed"] = record.AnswerRevealed,
        ["rationalized"] = record.Rationalized,
        ["finishReason"] = record.FinishReason.ToString(),
        ["verdict"] = verdict,
        ["answer"] = record.AnswerText,
        ["rationale"] = record.Rationale,
    };

    private static string Line(RationaleRecord record, string verdict)
    {
        var aid = record.Rationalized ? ", rationalised" : record.AnswerRevealed ? ", answer in view" : "";
        var prompt = record.PromptHash is null ? "no prompt" : $"prompt {record.PromptHash[..Math.Min(8, record.PromptHash.Length)]}";
        return FormattableString.Invariant($"{ForeignText.OneLine(record.QuestionId)}  {ForeignText.OneLine(record.Teacher)}, {prompt}, sample {record.SampleIndex}, attempt {record.Attempt}{aid}, {record.FinishReason}, {verdict}: {ForeignText.OneLine(record.Rationale, int.MaxValue)}");
    }
}
