using System.CommandLine;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using SciCoT.Cards;
using SciCoT.Datasets;
using SciCoT.Distillation;
using SciCoT.Distributed;
using SciCoT.Hub;
using SciCoT.IO;
using SciCoT.Models;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Training;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot distill</c>: questions and stored rationales in, a model folder out. Its options are those of <see cref="DistillationSettings"/>.</summary>
internal sealed class DistillCommand : ToolCommand
{
    private readonly Option<string?> _run = new("--run", "-r") { Description = "The run's folder; started again with the same settings, the run continues. It is the model folder when done." };
    private readonly Option<string?> _train = new("--train") { Description = "Questions to learn from, in any format that scicot annotate takes (of a ScienceQA file the part train); those without a rationale are skipped and counted." };
    private readonly Option<string?> _validation = new("--validation") { Description = "Questions to choose the best step by (of a ScienceQA file the part val)." };
    private readonly Option<string?> _test = new("--test") { Description = "Questions to measure the students on (of a ScienceQA file the part test); by default none." };
    private readonly Option<string[]?> _rationales = new("--rationales") { Description = "Files with rationales: stores, published rationales, exports. Everything in them that passes the filters is learned from.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool> _skipBadRows = RationaleInput.NewSkipOption();
    private readonly Option<string?> _logJsonLines = new("--log-jsonl") { Description = "A folder for a log of each training's steps, as JSON Lines." };
    private readonly Option<string?> _logTensorBoard = new("--log-tensorboard") { Description = "A folder for TensorBoard's event files." };
    private readonly Option<bool> _printConfig = new("--print-config") { Description = "Write all settings as a configuration file for --config, and train nothing." };

    public DistillCommand(ToolConsole console)
        : base(
            "distill",
            "Trains a rationale student and an answer student from stored rationales. Ctrl-C stops at the next step, and the same command continues.",
            console,
            "scicot distill --run runs/science --train train.jsonl --validation dev.jsonl --rationales rationales.jsonl --base google/flan-t5-small",
            "scicot distill --run runs/lora --train train.jsonl --validation dev.jsonl --rationales rationales.jsonl --base google/flan-t5-base --device cuda --precision bfloat16 --lora-rank 16",
            "scicot distill --learning-rate 0.001 --steps 2000 --print-config > science.json",
            "scicot distill --config science.json --run runs/science --answer-rationales cross-fitted --test test.jsonl --json") =>
        AddOptions([_run, _train, _validation, _test, _rationales, _skipBadRows, .. SettingsBinder.Properties<DistillationSettings>().Select(OptionOf), _logJsonLines, _logTensorBoard, _printConfig]);

    protected override bool SharesWork => true;

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var chosen = new DistillationSettings();
        settings.Bind(chosen);
        if (settings.Flag(_printConfig))
        {
            console.Out.WriteLine(Configuration(settings, chosen).ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
            return;
        }

        var run = settings.Required(_run);
        var records = Records(settings, chosen, console);
        var data = Data(settings, records, chosen, console);
        var checkpoint = await CheckpointAsync(chosen, console, cancellationToken).ConfigureAwait(false);
        var options = Checked(chosen, checkpoint);
        var engine = new DistillationEngine(new InMemoryRationaleStore(records), options with { Card = Described(options.Card, settings, chosen, records) }) { Group = console.Group };

        using var logs = new TrainingLogs(settings.Text(_logJsonLines), settings.Text(_logTensorBoard));
        var report = await console.WithProgressAsync(show => engine.RunAsync(
            data,
            run,
            new SynchronousProgress<DistillationProgress>(p =>
            {
                logs.Report(p);
                if (p.Rationales is { } counted)
                    console.Error.WriteLine(counted);
                show(Title(p.Stage), p.Done, 1, Describe(p.Training));
            }),
            cancellationToken)).ConfigureAwait(false);
        if (!ModelCard.IsUnchanged(run))
            console.Error.WriteLine($"{Path.Combine(run, StudentFolders.Card)} is not as SciCoT wrote it and is kept; the model card was not written.");
        console.Write(Result(run, data, report), asJson);
    }

    /// <summary>The model card's details, with what the command line names: names on the Hub, but no files of this machine.</summary>
    private ModelCardDetails Described(ModelCardDetails card, Settings settings, DistillationSettings chosen, IReadOnlyList<RationaleRecord> records) => card with
    {
        TrainingData = [.. Paths(settings.Text(_train) ?? "").Where(DatasetName.IsName)],
        TestData = settings.Text(_test) is { } test && DatasetName.IsName(test) ? test : null,
        Teachers = [.. records.Select(record => record.Teacher).Where(teacher => chosen.Teacher.Count == 0 || chosen.Teacher.Contains(teacher)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
    };

    private static DistillationOptions Checked(DistillationSettings chosen, string checkpoint)
    {
        try
        {
            return chosen.ToOptions(checkpoint);
        }
        catch (SettingsException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static Option OptionOf(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var standard = Shown(property, new DistillationSettings());
        var description = property.GetCustomAttribute<DescriptionAttribute>()!.Description
            + (type.IsEnum ? $" One of {string.Join(", ", Enum.GetNames(type).Select(SettingsBinder.Word))}." : "")
            + (standard is null || type == typeof(bool) ? "" : $" By default {standard}.");
        var name = Settings.OptionOf(property.Name);
        if (type == typeof(bool))
            return new Option<bool>(name) { Description = description };
        if (type == typeof(IReadOnlyList<string>))
            return new Option<string[]?>(name) { Description = description, AllowMultipleArgumentsPerToken = true };
        var option = new Option<string?>(name) { Description = description };
        if (type.IsEnum)
            option.CompletionSources.Add([.. Enum.GetNames(type).Select(SettingsBinder.Word)]);
        return option;
    }

    private static string? Shown(PropertyInfo property, DistillationSettings settings) => property.GetValue(settings) switch
    {
        null => null,
        Enum word => SettingsBinder.Word(word.ToString()),
        IReadOnlyList<string> list => list.Count == 0 ? null : string.Join(",", list),
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        var text => text.ToString(),
    };

    /// <summary>The file that <c>--config</c> takes.</summary>
    private JsonObject Configuration(Settings settings, DistillationSettings chosen)
    {
        var values = new JsonObject();
        foreach (var option in new Option[] { _run, _train, _validation, _test, _rationales, _logJsonLines, _logTensorBoard })
        {
            if (settings.Text(option) is { } text)
                values[Settings.KeyOf(option.Name)] = option == _rationales ? new JsonArray([.. Paths(text).Select(path => JsonValue.Create(path))]) : text;
        }

        if (settings.Flag(_skipBadRows))
            values[Settings.KeyOf(_skipBadRows.Name)] = true;
        foreach (var property in SettingsBinder.Properties<DistillationSettings>())
        {
            if (Value(property.GetValue(chosen)) is { } value)
                values[Settings.KeyOf(Settings.OptionOf(property.Name))] = value;
        }

        return new JsonObject { ["distill"] = values };
    }

    private static JsonNode? Value(object? value) => value switch
    {
        null => null,
        Enum word => SettingsBinder.Word(word.ToString()),
        IReadOnlyList<string> list => list.Count == 0 ? null : new JsonArray([.. list.Select(item => JsonValue.Create(item))]),
        bool flag => flag,
        int whole => whole,
        long large => large,
        double number => number,
        _ => value.ToString(),
    };

    private static string[] Paths(string text) => File.Exists(text) ? [text] : text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private IReadOnlyList<RationaleRecord> Records(Settings settings, DistillationSettings chosen, ToolConsole console)
    {
        var paths = settings.Required(_rationales);
        var joined = new JoinedRationales();
        RationaleRecord[] records = [.. Paths(paths).SelectMany(console.Datasets.FilesOf).SelectMany(path => RationaleInput.Read(path, settings.Flag(_skipBadRows), console.Error)).Select(joined.Add).OfType<RationaleRecord>()];
        if (joined.Repeated > 0)
            console.Error.WriteLine($"{joined.Repeated} rationales stand there more than once and count once.");
        if (records.Length == 0)
            throw new InvalidFileException($"{paths}: there is no rationale in it.");
        var teachers = records.Select(record => record.Teacher).Distinct(StringComparer.Ordinal).ToArray();
        return chosen.Teacher.FirstOrDefault(teacher => !teachers.Contains(teacher)) is { } unknown
            ? throw new InvalidFileException($"{paths}: there is no rationale of '{unknown}' in it.{SciCoT.IO.NearestName.Question(unknown, teachers)} It holds those of {string.Join(", ", teachers)}.")
            : records;
    }

    /// <summary>The questions for which there is a rationale; the others are counted.</summary>
    private DistillationData Data(Settings settings, IReadOnlyList<RationaleRecord> records, DistillationSettings chosen, ToolConsole console)
    {
        var explained = records.Where(record => chosen.Teacher.Count == 0 || chosen.Teacher.Contains(record.Teacher)).Select(record => record.QuestionHash).ToHashSet(StringComparer.Ordinal);
        var parts = Questions(settings, console);
        var (training, validation) = (parts[0], parts[1]);
        var data = new DistillationData(
            [.. training.Where(question => explained.Contains(question.ContentHash))],
            [.. validation.Where(question => explained.Contains(question.ContentHash))],
            parts.Count > 2 ? parts[2] : []);
        if (data.Training.Count == 0)
            throw new InvalidFileException($"{settings.Required(_rationales)}: there is no rationale for a question of {settings.Required(_train)}.");

        int all = training.Count + validation.Count, without = all - data.Training.Count - data.Validation.Count;
        if (without > 0)
            console.Error.WriteLine($"{without} of {all} questions have no rationale and are skipped ({training.Count - data.Training.Count} to learn from, {validation.Count - data.Validation.Count} to validate on).");
        return without <= chosen.MaxMissing * all
            ? data
            : throw new InvalidFileException($"{settings.Required(_rationales)}: {without} of {all} questions have no rationale, more than --max-missing {chosen.MaxMissing.ToString(CultureInfo.InvariantCulture)} allows. Annotate them, or allow more.");
    }

    private static JsonObject Result(string run, DistillationData data, DistillationReport report)
    {
        var written = new JsonObject { ["model"] = run, ["training"] = data.Training.Count, ["validation"] = data.Validation.Count };
        if (Counts(report.RationaleStudent.ShortenedSources, report.AnswerStudent.ShortenedSources, report.ShortenedTestQuestions) is { } shortened)
            written["shortenedQuestions"] = shortened;
        if (Counts(report.RationaleStudent.CutTargets, report.AnswerStudent.CutTargets, null) is { } cut)
            written["cutTargets"] = cut;
        if (report.Rationales is { } learned)
        {
            written["rationales"] = new JsonObject
            {
                ["records"] = learned.Records,
                ["learned"] = learned.Learned,
                ["leftOut"] = new JsonObject(learned.LeftOut.Select(reason => KeyValuePair.Create<string, JsonNode?>(reason.Key, reason.Value))),
                ["questionsWithout"] = learned.QuestionsWithout,
            };
        }

        if (report.Test is { } measured)
        {
            written["testAccuracy"] = measured.Accuracy;
            written["interval95"] = new JsonArray(measured.Interval.Low, measured.Interval.High);
        }

        return written;
    }

    /// <summary>What was counted for each student and for the test; <see langword="null"/> where nothing was.</summary>
    private static JsonObject? Counts(int? rationaleStudent, int? answerStudent, int? test)
    {
        if (rationaleStudent is not > 0 && answerStudent is not > 0 && test is not > 0)
            return null;
        var counts = new JsonObject { ["rationaleStudent"] = rationaleStudent, ["answerStudent"] = answerStudent };
        if (test is not null)
            counts["test"] = test;
        return counts;
    }

    /// <summary>The questions to train on, to validate with and, where wanted, to test with; identifiers are unique among them.</summary>
    private IReadOnlyList<IReadOnlyList<ScienceQuestion>> Questions(Settings settings, ToolConsole console)
    {
        var files = new List<(string Path, IReadOnlyList<QuestionRow> Rows)> { Read(settings.Required(_train), "train"), Read(settings.Required(_validation), "val") };
        if (settings.Text(_test) is { } test)
            files.Add(Read(test, "test"));
        return QuestionIds.MakeUnique(files, console.Error);

        (string, IReadOnlyList<QuestionRow>) Read(string path, string split) => (path, QuestionInput.ReadAll(path, new() { Split = split }, console));
    }

    private static string Title(DistillationStage stage) => stage switch
    {
        DistillationStage.Annotate => "Rationales",
        DistillationStage.Filter => "Filters",
        DistillationStage.TrainRationaleStudent => "Rationale student",
        DistillationStage.TrainFoldStudents => "Students of the folds",
        DistillationStage.WriteRationales => "Rationales of the student",
        DistillationStage.TrainAnswerStudent => "Answer student",
        _ => "Test questions",
    };

    private static string? Describe(TrainingProgress? training) => training is null
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"step {training.Step} of {training.TotalSteps}, loss {training.SmoothedLoss:0.000}");

    private static async Task<string> CheckpointAsync(DistillationSettings chosen, ToolConsole console, CancellationToken cancellationToken)
    {
        var start = chosen.Base ?? throw new UsageException($"--base is missing: give it, or set SCICOT_BASE or \"base\" in {Settings.DefaultFile}.");
        string? folder = null;
        await console.Group.LeaderFirstAsync(FindAsync).ConfigureAwait(false);
        if (folder is null)
            await FindAsync().ConfigureAwait(false); // from the cache, or on another machine
        return folder!;

        async Task FindAsync() => folder = await BaseCheckpoint.FindAsync(start, chosen.AllowPickle, console, cancellationToken).ConfigureAwait(false);
    }
}
