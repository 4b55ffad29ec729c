using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.IO;
using SciCoT.Models;
using SciCoT.Rationales;
using SciCoT.Students;
using SciCoT.Teaching;
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

    private readonly Option<bool> _pickle = ModelOptions.NewPickleOption();

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
        AddOptions(_pickle);
    }

    protected override Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var path = result.GetRequiredValue(_path);
        console.Write(File.Exists(path) ? Store(path) : Folder(path, settings.Flag(_pickle)), asJson);
        return Task.CompletedTask;
    }

    private static JsonObject Folder(string path, bool allowPickle)
    {
        if (!Directory.Exists(path))
            throw new MissingFileException($"{path}: there is no such file or folder.");
        if (File.Exists(Path.Combine(path, RunFile)))
            return Run(path, allowPickle);
        if (File.Exists(Path.Combine(path, SciCoTModelFolder.Manifest)))
            return ModelFolder(path, allowPickle);
        if (File.Exists(Path.Combine(path, "config.json")))
            return Checkpoint(path, allowPickle);
        throw new InvalidFileException($"{path}: nothing known here; expected {RunFile}, {SciCoTModelFolder.Manifest} or config.json.");
    }

    private static JsonObject Run(string path, bool allowPickle)
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
            run["model"] = ModelFolder(path, allowPickle);
        return run;
    }

    private static JsonNode? ReadJson(string path)
    {
        // A run's own file may have been edited, or cut off by a disk that was full.
        return OutsideJson.ReadObject(path, MaxReportBytes);
    }

    private static JsonObject ModelFolder(string path, bool allowPickle)
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
            [SciCoTModelFolder.RationaleStudent] = Checkpoint(Path.Combine(path, SciCoTModelFolder.RationaleStudent), allowPickle),
            [SciCoTModelFolder.AnswerStudent] = Checkpoint(Path.Combine(path, SciCoTModelFolder.AnswerStudent), allowPickle),
        };
    }

    private static JsonObject Checkpoint(string path, bool allowPickle)
    {
        using var scope = torch.NewDisposeScope();
        using var model = T5Model.Load(path, allowPickle: allowPickle);
        var config = model.Config;
        var inspected = new JsonObject
        {
            ["kind"] = "checkpoint",
            ["parameters"] = model.parameters().Sum(parameter => parameter.numel()),
            ["modelSize"] = config.ModelSize,
            ["layers"] = new JsonArray(config.EncoderLayers, config.DecoderLayers),
            ["heads"] = config.Heads,
            ["feedForward"] = $"{config.FeedForwardSize} {config.FeedForwardProjection}",
            ["vocabulary"] = config.VocabularySize,
            ["tiedHead"] = config.TieWordEmbeddings,
        };
        DescribeTokenizer(inspected, path);
        if (model.LeftOutTensors.Count > 0)
            inspected["leftOutTensors"] = new JsonArray([.. model.LeftOutTensors.Take(20).Select(name => JsonValue.Create(name))]);
        return inspected;
    }

    private static void DescribeTokenizer(JsonObject inspected, string path)
    {
        try
        {
            var tokenizer = T5Tokenizer.Load(path);
            inspected["tokenizer"] = "loads";
            inspected["tokenizerIds"] = tokenizer.VocabularySize;
            if (tokenizer.AddedTokens.Count > 0)
                inspected["addedTokens"] = new JsonArray([.. tokenizer.AddedTokens.Select(Describe)]);
        }
        catch (Exception e) when (e is MissingFileException or InvalidFileException)
        {
            inspected["tokenizer"] = e.Message;
        }
    }

    private static JsonObject Describe(AddedToken token)
    {
        (string Name, bool IsSet)[] flags =
        [
            ("special", token.Special), ("normalized", token.Normalized), ("single_word", token.SingleWord), ("lstrip", token.StripLeft), ("rstrip", token.StripRight),
        ];
        var described = new JsonObject { ["id"] = token.Id, ["text"] = token.Text };
        if (flags.Any(flag => flag.IsSet))
            described["flags"] = string.Join(' ', flags.Where(flag => flag.IsSet).Select(flag => flag.Name));
        return described;
    }

    private static JsonObject Store(string path)
    {
        SortedDictionary<string, int> teachers = Sorted(), prompts = Sorted(), samples = Sorted(), finished = Sorted(), aided = Sorted(), verdicts = Sorted();
        var judged = StoredVerdicts.Load(path, null);
        var questions = new HashSet<string>(StringComparer.Ordinal);
        (int records, long input, long output, bool torn) = (0, 0, 0, false);
        foreach (var record in RationaleReader.Read(path, onTornTail: _ => torn = true))
        {
            records++;
            Count(teachers, record.Teacher);
            Count(prompts, record.PromptHash ?? "none");
            Count(samples, record.SampleIndex.ToString("D", System.Globalization.CultureInfo.InvariantCulture));
            Count(finished, record.FinishReason.ToString());
            Count(aided, record.Rationalized ? "rationalised" : record.AnswerRevealed ? "answer in view" : "unaided");
            Count(verdicts, judged.Of(record.Key));
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
            ["prompts"] = Counts(prompts),
            ["samples"] = Counts(samples),
            ["answers"] = Counts(aided),
            ["finishReasons"] = Counts(finished),
            ["verdicts"] = Counts(verdicts),
            ["inputTokens"] = input,
            ["outputTokens"] = output,
            ["unfinishedLastLine"] = torn,
        };
    }

    private static SortedDictionary<string, int> Sorted() => new(StringComparer.Ordinal);

    private static void Count(SortedDictionary<string, int> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;

    private static JsonObject Counts(IReadOnlyDictionary<string, int> counts)
    {
        var json = new JsonObject();
        foreach (var (name, count) in counts)
            json[name] = count;
        return json;
    }
}
