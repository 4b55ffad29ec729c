using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.IO;
using SciCoT.Models;
using SciCoT.Rationales;
using SciCoT.Students;
using SciCoT.Tokenization;
using TorchSharp;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot inspect</c>: what a file or folder is, and whether it is sound.</summary>
internal sealed class InspectCommand : ToolCommand
{
    private const string RunFile = "run.json";
    private const string ReportFile = "report.json";
    private const long MaxReportBytes = 1 << 28;
    private const string StoreFile = "rationales.jsonl";
    private readonly Argument<string> _path = new("path") { Description = "A checkpoint folder, a model folder, a run folder, or a rationale store (JSON Lines)." };

    /// <summary>A run's artefacts in the order of its stages: a stage is done when its artefact is there.</summary>
    private static readonly (string Stage, string Artefact)[] Stages =
    [
        ("annotate and filter", "accepted-rationales.jsonl"),
        ("train rationale student", Path.Combine(SciCoTModelFolder.RationaleStudent, "config.json")),
        ("train answer student", Path.Combine(SciCoTModelFolder.AnswerStudent, "config.json")),
        ("manifest", SciCoTModelFolder.Manifest),
        ("report", ReportFile),
    ];

    public InspectCommand(ToolConsole console)
        : base(
            "inspect",
            "Says what a checkpoint, model folder, run folder or rationale store holds. Checkpoints are loaded, so a damaged one is found.",
            console,
            "scicot inspect runs/science",
            "scicot inspect runs/science/rationales.jsonl --json",
            "scicot inspect $(scicot download google/flan-t5-small)")
    {
        Arguments.Add(_path);
        AddOptions();
    }

    protected override Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var path = result.GetRequiredValue(_path);
        console.Write(File.Exists(path) ? Store(path) : Folder(path), asJson);
        return Task.CompletedTask;
    }

    private static JsonObject Folder(string path)
    {
        if (!Directory.Exists(path))
            throw new MissingFileException($"{path}: there is no such file or folder.");
        if (File.Exists(Path.Combine(path, RunFile)))
            return Run(path);
        if (File.Exists(Path.Combine(path, SciCoTModelFolder.Manifest)))
            return ModelFolder(path);
        if (File.Exists(Path.Combine(path, "config.json")))
            return Checkpoint(path);
        throw new InvalidFileException($"{path}: nothing known here; expected {RunFile}, {SciCoTModelFolder.Manifest} or config.json.");
    }

    private static JsonObject Run(string path)
    {
        var stages = new JsonObject();
        foreach (var (stage, artefact) in Stages)
            stages[stage] = File.Exists(Path.Combine(path, artefact)) ? "done" : "open";
        var run = new JsonObject { ["kind"] = "run", ["stages"] = stages };
        if (File.Exists(Path.Combine(path, StoreFile)))
            run["rationales"] = Store(Path.Combine(path, StoreFile));
        if (File.Exists(Path.Combine(path, ReportFile)))
            run["report"] = ReadJson(Path.Combine(path, ReportFile));
        run["plan"] = ReadJson(Path.Combine(path, RunFile));

        if (File.Exists(Path.Combine(path, SciCoTModelFolder.Manifest)))
            run["model"] = ModelFolder(path);
        return run;
    }

    private static JsonNode? ReadJson(string path)
    {
        // A run's own file may have been edited, or cut off by a disk that was full.
        return OutsideJson.ReadObject(path, MaxReportBytes);
    }

    private static JsonObject ModelFolder(string path)
    {
        var manifest = SciCoTModelFolder.ReadManifest(path);
        var scores = new JsonObject();
        foreach (var (name, score) in manifest.Scores)
            scores[name] = score;
        return new JsonObject
        {
            ["kind"] = "model",
            ["base"] = manifest.Base,
            ["layout"] = manifest.Layout,
            ["maxSourceTokens"] = manifest.MaxSourceTokens,
            ["maxRationaleTokens"] = manifest.MaxRationaleTokens,
            ["answerLabels"] = new JsonArray([.. manifest.AnswerLabels.Select(label => JsonValue.Create(label))]),
            ["scores"] = scores,
            [SciCoTModelFolder.RationaleStudent] = Checkpoint(Path.Combine(path, SciCoTModelFolder.RationaleStudent)),
            [SciCoTModelFolder.AnswerStudent] = Checkpoint(Path.Combine(path, SciCoTModelFolder.AnswerStudent)),
        };
    }

    private static JsonObject Checkpoint(string path)
    {
        using var scope = torch.NewDisposeScope();
        using var model = T5Model.Load(path);
        var config = model.Config;
        return new JsonObject
        {
            ["kind"] = "checkpoint",
            ["parameters"] = model.parameters().Sum(parameter => parameter.numel()),
            ["modelSize"] = config.ModelSize,
            ["layers"] = new JsonArray(config.EncoderLayers, config.DecoderLayers),
            ["heads"] = config.Heads,
            ["feedForward"] = $"{config.FeedForwardSize} {config.FeedForwardProjection}",
            ["vocabulary"] = config.VocabularySize,
            ["tiedHead"] = config.TieWordEmbeddings,
            ["tokenizer"] = Tokenizer(path),
        };
    }

    private static string Tokenizer(string path)
    {
        try
        {
            _ = T5Tokenizer.Load(path);
            return "loads";
        }
        catch (Exception e) when (e is MissingFileException or InvalidFileException)
        {
            return e.Message;
        }
    }

    private static JsonObject Store(string path)
    {
        var (teachers, finished) = (new SortedDictionary<string, int>(StringComparer.Ordinal), new SortedDictionary<string, int>(StringComparer.Ordinal));
        var questions = new HashSet<string>(StringComparer.Ordinal);
        (int records, long input, long output, bool torn) = (0, 0, 0, false);
        foreach (var record in RationaleFile.Read(path, _ => torn = true))
        {
            records++;
            teachers[record.Teacher] = teachers.GetValueOrDefault(record.Teacher) + 1;
            finished[record.FinishReason.ToString()] = finished.GetValueOrDefault(record.FinishReason.ToString()) + 1;
            questions.Add(record.QuestionHash);
            input += record.InputTokens ?? 0;
            output += record.OutputTokens ?? 0;
        }

        return new JsonObject
        {
            ["kind"] = "rationale store",
            ["records"] = records,
            ["questions"] = questions.Count,
            ["teachers"] = Counts(teachers),
            ["finishReasons"] = Counts(finished),
            ["inputTokens"] = input,
            ["outputTokens"] = output,
            ["unfinishedLastLine"] = torn,
        };
    }

    private static JsonObject Counts(IReadOnlyDictionary<string, int> counts)
    {
        var json = new JsonObject();
        foreach (var (name, count) in counts)
            json[name] = count;
        return json;
    }
}
