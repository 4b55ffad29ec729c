using System.Reflection;
using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Hub;
using SciCoT.IO;
using SciCoT.Prompting;

namespace SciCoT.Reproduction;

/// <summary>Makes a recipe of a file's values. Unknown names and wrong values are refused with their place.</summary>
internal static class RecipeReader
{
    private static readonly string[] Known = ["title", "paper", "data", "base", "teacher", "prompts", "filters", "training", "systems", "seeds", "seedsAtATime", "shots", "marks", "verdict", "notes"];
    private static readonly string[] Filters = ["filters", "minWords", "maxWords", "maxSimilarity", "revealed", "maxPerQuestion", "maxMissing"];
    private static readonly string[] Elsewhere = ["base", "allowPickle", "teacher", "prompt", "ifPlanDiffers", "license", "language", "seed"];
    private static readonly string[] Splits = ["train", "validation", "test"];

    /// <summary>The teacher's settings that are options of the service's client, with the option's name in the tool.</summary>
    private static readonly Dictionary<string, string> ClientOptions = new(StringComparer.Ordinal)
    {
        ["model"] = "teacherModel",
        ["endpoint"] = "teacherEndpoint",
        ["name"] = "teacher",
        ["seed"] = "teacherSeed",
        ["temperature"] = "temperature",
        ["maxOutputTokens"] = "maxOutputTokens",
        ["outputLimitField"] = "outputLimitField",
        ["requestsPerMinute"] = "requestsPerMinute",
        ["tokensPerMinute"] = "tokensPerMinute",
        ["timeoutSeconds"] = "timeoutSeconds",
        ["batch"] = "batch",
        ["inputPrice"] = "inputPrice",
        ["outputPrice"] = "outputPrice",
        ["maxCost"] = "maxCost",
        ["maxTokens"] = "maxTokens",
    };

    private static readonly string[] TeacherSettings = ["parts", .. ClientOptions.Keys, "samples", "concurrency", "unusableRetries", "maxFailures", "revealAnswer", "rationalize", "replyTokens"];

    /// <summary>The recipe's paths that options of the tool may replace, by the option's name.</summary>
    public static IReadOnlyDictionary<string, string> Replaceable { get; } = ClientOptions.ToDictionary(option => option.Value, option => $"teacher.{option.Key}")
        .Concat([new("reply", "prompts.reply"), new("zeroShot", "prompts.zeroShot"), new("base", "base.model")]).ToDictionary(StringComparer.Ordinal);

    /// <summary>Reads a recipe.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="root">The file's values.</param>
    /// <param name="folder">The folder that relative paths start from.</param>
    /// <exception cref="RecipeException">A value is missing, wrong or unknown.</exception>
    public static ReproductionRecipe Read(string name, RecipeNode root, string folder)
    {
        var recipe = new RecipeSection(root, "", Known);
        var training = Training(recipe);
        var marks = recipe.Sections("marks", ["system", "dataSet", "metric", "value", "standardError", "questions", "source"]).Select(Mark).ToArray();
        var systems = Systems(recipe, training);
        var data = Data(recipe, folder);
        return new()
        {
            Name = name,
            Title = recipe.RequiredText("title"),
            Data = data,
            Base = Base(recipe, folder),
            Teacher = Teacher(recipe),
            Training = training,
            Systems = systems,
            Seeds = recipe.Integers("seeds", 0) is { Count: > 0 } seeds
                ? seeds.Distinct().Count() == seeds.Count ? seeds : throw new RecipeException($"{recipe.PlaceOf("seeds")}: a seed stands twice.")
                : throw new RecipeException($"{recipe.PlaceOf("seeds")}: seeds is missing; name at least one, for example [1, 2, 3]."),
            SeedsAtATime = recipe.Integer("seedsAtATime", 1) ?? 1,
            Shots = [.. recipe.Integers("shots", 0).Select(shots => checked((int)Math.Min(shots, int.MaxValue)))],
            Marks = marks,
            Verdict = Verdict(recipe.Required("verdict", ["system", "against", "metric"]), systems, [.. marks.Where(mark => data.Name.Contains(mark.DataSet, StringComparison.OrdinalIgnoreCase))]),
            Notes = recipe.Texts("notes"),
            Settings = RecipeSettings.Of(recipe),
        };
    }

    private static RecipeData Data(RecipeSection recipe, string folder)
    {
        var data = recipe.Required("data", ["name", "task", "train", "validation", "test", "parts", "seed", "expected"]);
        var parts = data.Text("parts");
        foreach (var split in Splits.Where(split => parts is null == (data.Texts(split).Count == 0)))
            throw new RecipeException($"{data.PlaceOf(split)}: {(parts is null ? $"data.{split} is missing: name a file or a data set such as hf:allenai/ai2_arc/ARC-Easy/train, or parts" : $"data.{split} is given beside data.parts, which makes all questions; leave one of them")}.");
        var expected = data.Section("expected", Splits);
        return new(
            data.RequiredText("name"),
            data.Word("task", [.. HarnessTask.All.Select(task => task.Name)]) is { } task ? HarnessTask.Find(task) : null,
            Paths("train"),
            Paths("validation"),
            Paths("test"))
        {
            Parts = parts,
            Seed = data.Integer("seed", 0) ?? 1,
            Expected = expected is null ? null : new(expected.Integer("train", 0) ?? 0, expected.Integer("validation", 0) ?? 0, expected.Integer("test", 0) ?? 0),
        };

        string[] Paths(string split) => [.. data.Texts(split).Select(path => Datasets.DatasetName.IsName(path) ? path : Path.Combine(folder, path))];
    }

    private static RecipeBase Base(RecipeSection recipe, string folder)
    {
        var start = recipe.Required("base", ["model", "revision", "parts"]);
        var (model, parts) = (start.Text("model"), start.Text("parts"));
        if (model is null == parts is null)
            throw new RecipeException($"{start.Place}: base needs model (a name such as google/flan-t5-small, or a folder) or parts, and not both.");
        if (model is not null && Directory.Exists(Path.Combine(folder, model)))
            model = Path.Combine(folder, model);
        return new(model ?? "", start.Text("revision") ?? HubClient.DefaultRevision) { Parts = parts };
    }

    private static RecipeTeacher Teacher(RecipeSection recipe)
    {
        var teacher = recipe.Required("teacher", TeacherSettings);
        var prompts = recipe.Section("prompts", ["reply", "zeroShot"]);
        var (model, parts) = (teacher.Text("model"), teacher.Text("parts"));
        if (model is null == parts is null)
            throw new RecipeException($"{teacher.Place}: teacher needs model (as the service calls it) or parts, and not both.");
        var reply = prompts?.Word("reply", ["text", "json", "two-steps"]);
        bool zeroShot = prompts?.Flag("zeroShot") ?? false;
        var options = ClientOptions.Where(option => teacher.Text(option.Key) is not null).ToDictionary(option => option.Value, option => teacher.Text(option.Key)!, StringComparer.Ordinal);
        options["reply"] = reply ?? "text";
        options["zeroShot"] = zeroShot ? "true" : "false";
        var (inputPrice, outputPrice, maxCost) = (teacher.Amount("inputPrice"), teacher.Amount("outputPrice"), teacher.Amount("maxCost"));
        if (maxCost is not null && inputPrice is null && outputPrice is null)
            throw new RecipeException($"{teacher.PlaceOf("maxCost")}: teacher.maxCost needs teacher.inputPrice and teacher.outputPrice, those of a million tokens.");
        return new()
        {
            Parts = parts,
            Options = options,
            Prompt = (zeroShot ? TeacherPrompt.ZeroShot : TeacherPrompt.FewShot) with { Form = reply switch { "json" => TeacherReplyForm.Json, "two-steps" => TeacherReplyForm.TwoSteps, _ => TeacherReplyForm.Text } },
            Samples = teacher.Integer("samples", 1) ?? 1,
            Concurrency = teacher.Integer("concurrency", 1) ?? 8,
            UnusableRetries = teacher.Integer("unusableRetries", 0) ?? 2,
            MaxFailures = teacher.Integer("maxFailures", 1) ?? 20,
            RevealAnswer = teacher.Flag("revealAnswer"),
            Rationalize = teacher.Flag("rationalize"),
            InputPrice = inputPrice,
            OutputPrice = outputPrice,
            MaxCost = maxCost,
            ReplyTokens = teacher.Integer("replyTokens", 1) ?? 150,
        };
    }

    private static DistillationSettings Training(RecipeSection recipe)
    {
        var settings = new DistillationSettings { MaxMissing = 0 };
        var properties = SettingsBinder.Properties<DistillationSettings>().ToDictionary(property => SettingsBinder.NameOf(property.Name), StringComparer.Ordinal);
        Fill(settings, recipe.Section("filters", [.. Filters.Select(FilterName)]), properties, name => name == "names" ? "filters" : name);
        Fill(settings, recipe.Section("training", TrainingNames(properties)), properties, name => name);
        return settings;

        static string FilterName(string name) => name == "filters" ? "names" : name;
    }

    private static string[] TrainingNames(Dictionary<string, PropertyInfo> properties) => [.. properties.Keys.Except([.. Filters, .. Elsewhere])];

    private static void Fill(DistillationSettings settings, RecipeSection? section, Dictionary<string, PropertyInfo> properties, Func<string, string> nameOf)
    {
        foreach (var (name, node) in section?.Entries ?? [])
        {
            try
            {
                SettingsBinder.Set(settings, properties[nameOf(name)], section!.PathOf(name), string.Join(',', section.Texts(name)));
            }
            catch (SettingsException e)
            {
                throw new RecipeException($"{node.Place}: {e.Message}", e);
            }
        }
    }

    private static IReadOnlyList<RecipeSystem> Systems(RecipeSection recipe, DistillationSettings training)
    {
        var source = SettingsConversion.AnswerRationales(training);
        var known = new Dictionary<string, Func<AblationVariant>>(StringComparer.Ordinal)
        {
            ["zero-shot"] = () => AblationVariant.ZeroShot,
            ["direct"] = () => AblationVariant.Direct,
            ["one-stage"] = () => AblationVariant.OneStage(),
            ["multi-task"] = () => AblationVariant.MultiTask(),
            ["two-stage"] = () => AblationVariant.TwoStage(source),
        };
        var section = recipe.Required("systems", known.Keys);
        var properties = SettingsBinder.Properties<DistillationSettings>().ToDictionary(property => SettingsBinder.NameOf(property.Name), StringComparer.Ordinal);
        var systems = new List<RecipeSystem>();
        foreach (var (name, node) in section.Entries)
        {
            bool hasOwn = name is "direct" or "one-stage" or "multi-task";
            var own = section.Required(name, hasOwn ? TrainingNames(properties) : []);
            DistillationSettings? settings = null;
            if (own.Entries.Count > 0)
                Fill(settings = training.Copy(), own, properties, key => key);
            try
            {
                systems.Add(new(known[name]() with { Name = name }, settings));
            }
            catch (ArgumentException e)
            {
                throw new RecipeException($"{node.Place}: {SciCoTException.Explain(e)}", e);
            }
        }

        return systems.Count > 0 ? systems : throw new RecipeException($"{section.Place}: systems is empty; known are {string.Join(", ", known.Keys)}.");
    }

    private static PublishedMark Mark(RecipeSection mark) => new(
        mark.RequiredText("system"),
        mark.RequiredText("dataSet"),
        mark.Word("metric", ["acc", "acc_norm", "acc_bytes", "accuracy"]) ?? throw new RecipeException($"{mark.Place}: the mark has no metric."),
        mark.Number("value", 0, 1) ?? throw new RecipeException($"{mark.Place}: the mark has no value; a share from 0 to 1."),
        mark.RequiredText("source"))
    {
        StandardError = mark.Number("standardError", 0, 1),
        Questions = mark.Integer("questions", 1),
    };

    private static RecipeVerdict Verdict(RecipeSection verdict, IReadOnlyList<RecipeSystem> systems, IReadOnlyList<PublishedMark> marks)
    {
        var names = systems.Select(system => system.Variant.Name).ToArray();
        var system = verdict.Word("system", names) ?? throw new RecipeException($"{verdict.Place}: verdict.system is missing; it is one of {string.Join(", ", names)}.");
        var against = verdict.Word("against", [.. marks.Select(mark => mark.System), .. names]) ?? throw new RecipeException($"{verdict.Place}: verdict.against is missing; it is a mark's system or another system.");
        if (names.Contains(against))
            return against != system ? new(system, against, null) : throw new RecipeException($"{verdict.PlaceOf("against")}: a system is compared with another one.");
        string[] metrics = [.. marks.Where(mark => mark.System == against).Select(mark => mark.Metric)];
        return new(system, against, verdict.Word("metric", metrics) ?? metrics[0]);
    }
}
