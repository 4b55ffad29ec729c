using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.Distillation;
using SciCoT.Models;
using SciCoT.Models.T5;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Students;
using SciCoT.Teaching;
using SciCoT.Tokenization;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot inspect</c>: what a file or folder is, and whether it is sound.</summary>
internal sealed class InspectCommand : ToolCommand
{
    /// <summary>Labels that are counted: more than any data set has.</summary>
    private const int MaxAnswers = 40;

    private readonly Argument<string> _path = new("path") { Description = "A checkpoint folder, a model folder, a run folder, or a file of rationales or questions." };

    private readonly Option<bool> _pickle = ModelOptions.NewPickleOption();

    public InspectCommand(ToolConsole console)
        : base(
            "inspect",
            "Says what a checkpoint, model folder, run folder, rationale store or file of questions holds. Checkpoints are loaded, so a damaged one is found.",
            console,
            "scicot inspect runs/science",
            "scicot inspect runs/science/rationales.jsonl --json",
            "scicot inspect train.csv",
            "scicot inspect $(scicot download google/flan-t5-small)")
    {
        Arguments.Add(_path);
        AddOptions(_pickle);
    }

    protected override Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var path = result.GetRequiredValue(_path);
        console.Write(File.Exists(path) ? Rows(path, console) : Folder(path, settings.Flag(_pickle)), asJson);
        return Task.CompletedTask;
    }

    private static JsonObject Folder(string path, bool allowPickle)
    {
        if (!Directory.Exists(path))
            throw new MissingFileException($"{path}: there is no such file or folder.");
        if (DistillationRun.Find(path) is { } run)
            return Run(run, allowPickle);
        if (File.Exists(Path.Combine(path, SciCoTModelFolder.Manifest)))
            return ModelFolder(path, allowPickle);
        if (File.Exists(Path.Combine(path, T5Layout.ConfigFileName)))
            return Checkpoint(path, allowPickle);
        throw new InvalidFileException($"{path}: nothing known here; expected {RunFolder.RunFile}, {SciCoTModelFolder.Manifest} or {T5Layout.ConfigFileName}.");
    }

    private static JsonObject Run(DistillationRun run, bool allowPickle)
    {
        var stages = new JsonObject();
        foreach (var (stage, isDone) in run.Stages)
            stages[stage] = isDone ? "done" : "open";
        var inspected = new JsonObject { ["kind"] = "run", ["stages"] = stages };
        if (run.Rationales is { } store)
            inspected["rationales"] = Store(store);
        if (run.ReadReport() is { } report)
            inspected["report"] = report;
        inspected["plan"] = run.ReadPlan();
        if (run.IsModel)
            inspected["model"] = ModelFolder(run.Directory, allowPickle);
        return inspected;
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
        using var model = T5InferenceModel.Load(path, allowPickle: allowPickle);
        var config = model.Config;
        var inspected = new JsonObject
        {
            ["kind"] = "checkpoint",
            ["parameters"] = (long)config.ParameterCount,
            ["weights"] = WeightMemory.NameOf(model.WeightFormat),
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

    /// <summary>What rows a file has: rationales, else questions. A store that breaks off later than in its first row is a store.</summary>
    private static JsonObject Rows(string path, ToolConsole console)
    {
        try
        {
            return Store(path);
        }
        catch (SciCoTException e) when (e is not BadRowException { Line: > 1 } && IsFileOfQuestions(path))
        {
            return Questions(path, console);
        }
    }

    private static bool IsFileOfQuestions(string path)
    {
        if (Path.GetExtension(path) is ".csv" or ".tsv" or ".parquet")
            return true; // no rationales are kept in these, so that what is wrong with the questions is told
        try
        {
            return QuestionReader.Read(path, new()).Any();
        }
        catch (SciCoTException)
        {
            return false;
        }
    }

    private static JsonObject Questions(string path, ToolConsole console)
    {
        var bad = new List<BadRowException>();
        var rows = QuestionInput.ReadAll(path, new() { OnBadRow = bad.Add }, console);
        if (rows.Count == 0 && bad.Count > 0)
            throw bad[0];
        var questions = rows.Select(row => row.Question).ToArray();
        var inspected = new JsonObject
        {
            ["kind"] = "questions",
            ["questions"] = questions.Length,
            ["choices"] = Counts(questions.CountBy(question => question.Choices.Count).OrderBy(pair => pair.Key).ToDictionary(pair => pair.Key == 0 ? "none" : $"{pair.Key}", pair => pair.Value)),
            ["answers"] = Counts(questions.CountBy(question => question.Choices.Count == 0 && question.AnswerLabel is not null ? "open" : question.AnswerLabel ?? "unknown").OrderBy(pair => pair.Key, StringComparer.Ordinal).Take(MaxAnswers).ToDictionary()),
            ["withContext"] = questions.Count(question => !string.IsNullOrWhiteSpace(question.Context)),
            ["repeated"] = questions.Length - questions.DistinctBy(question => question.ContentHash).Count(),
            ["badRows"] = bad.Count,
        };
        if (bad.Count > 0)
            inspected["firstBadRow"] = bad[0].Message;
        return inspected;
    }

    private static JsonObject Store(string path)
    {
        var store = RationaleStoreSummary.Read(path);
        return new JsonObject
        {
            ["kind"] = RationaleReader.FormatOf(path) switch
            {
                RationaleFileFormat.Published => "published rationales",
                RationaleFileFormat.Export => "rationale export",
                _ => "rationale store",
            },
            ["records"] = store.Records,
            ["questions"] = store.Questions,
            ["teachers"] = Counts(store.Teachers),
            ["prompts"] = Counts(store.Prompts),
            ["samples"] = Counts(store.Samples),
            ["answers"] = Counts(store.Answers),
            ["finishReasons"] = Counts(store.FinishReasons),
            ["verdicts"] = Counts(store.Verdicts),
            ["inputTokens"] = store.InputTokens,
            ["outputTokens"] = store.OutputTokens,
            ["unfinishedLastLine"] = store.HasUnfinishedLine,
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
