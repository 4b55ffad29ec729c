using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.Evaluation;
using SciCoT.Hub;
using SciCoT.IO;
using SciCoT.Models;
using SciCoT.Reproduction;
using TorchSharp;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot reproduce</c>: from a recipe to a report whose first line is the verdict.</summary>
internal sealed class ReproduceCommand : ToolCommand
{
    private readonly Argument<string> _recipe = new("recipe") { Description = $"A recipe: {string.Join(", ", RecipeFiles.Names)}, or a YAML or JSON file." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The folder for everything that is made; by default reproductions/ and the recipe's name. Started again with the same one, the reproduction continues." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would be downloaded, asked and paid, and stop." };
    private readonly Option<bool> _short = new("--short") { Description = "Few questions, few steps and one seed, to see that everything works." };
    private readonly Option<bool> _print = new("--print") { Description = "Write the recipe's file, to begin one of your own, and stop." };
    private readonly Option<string?> _base = new("--base") { Description = "What students start from, in place of the recipe's: a name on the Hub or a folder." };
    private readonly TeacherOptions _teacher = new();

    public ReproduceCommand(ToolConsole console)
        : base(
            "reproduce",
            "Goes from a recipe to a verdict: fetches data and base, has a teacher explain the questions, trains and measures the systems, and writes a report. Stopped or killed at any time, the same command continues. Options of the teacher replace the recipe's.",
            console,
            "scicot reproduce mini",
            "scicot reproduce sci-cot-arc-easy --dry-run",
            "scicot reproduce sci-cot-arc-easy --max-cost 5 --output runs/arc-easy",
            "scicot reproduce sci-cot-arc-easy --print > mine.yaml",
            "scicot reproduce mine.yaml --teacher-model llama3.1 --teacher-endpoint http://localhost:11434/v1")
    {
        _recipe.CompletionSources.Add([.. RecipeFiles.Names]);
        Arguments.Add(_recipe);
        AddOptions([_output, _dryRun, _short, _print, _base, .. _teacher.All]);
    }

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var name = result.GetValue(_recipe)!;
        if (settings.Flag(_print) && RecipeFiles.Names.Contains(name))
        {
            console.Out.Write(RecipeFiles.TextOf(name));
            return;
        }

        var recipe = RecipeFiles.Load(name, Given(settings, result));
        if (settings.Flag(_short))
            recipe = recipe.Shortened();
        var folder = settings.Text(_output) ?? Path.Combine("reproductions", recipe.Name);
        using var hub = new HubClient();
        var parts = new Dictionary<string, Func<int, IRecipeParts>> { [MiniScienceParts.PartsName] = seed => new MiniScienceParts(seed) };
        var engine = new ReproductionEngine(recipe, hub, parts, () => new RecipeChatTeacher(recipe.Teacher, _teacher, settings.Or(recipe.Teacher.Options), new ReproductionFolder(folder).Rationales, console)) { Log = console.Error, Command = CommandText.Of(settings, result, processes: 1, _output.Name) };

        var estimate = await engine.EstimateAsync(folder, cancellationToken).ConfigureAwait(false);
        bool isDry = settings.Flag(_dryRun);
        var output = isDry && !asJson ? console.Out : console.Error;
        output.WriteLine($"{recipe.Name}: {recipe.Title}; {recipe.Systems.Count} systems, {recipe.Seeds.Count} {(recipe.Seeds.Count == 1 ? "seed" : "seeds")}; folder {folder}");
        foreach (var line in estimate.Lines())
            output.WriteLine(line);
        if (isDry)
        {
            if (asJson)
                console.WriteJson(Json(recipe, folder, estimate));
            else
                console.Out.WriteLine("Nothing was done.");
            return;
        }

        if (recipe.SeedsAtATime > 1)
        {
            TorchBackend.EnsureLoaded();
            torch.set_num_threads(Math.Max(1, Environment.ProcessorCount / recipe.SeedsAtATime));
        }

        var reproduced = await console.WithProgressAsync(report => engine.RunAsync(
            folder, new SynchronousProgress<ReproductionProgress>(p => report(p.Work, p.Done, p.Total, p.Detail)), cancellationToken)).ConfigureAwait(false);
        if (!asJson)
            console.Out.WriteLine(reproduced.Verdict);
        console.Write(Json(recipe, reproduced), asJson);
    }

    /// <summary>The options that replace a recipe's values, by their path in it.</summary>
    private Dictionary<string, (string, bool)> Given(Settings settings, ParseResult result)
    {
        var given = new Dictionary<string, (string, bool)>(StringComparer.Ordinal);
        foreach (var option in Options)
        {
            var key = Settings.KeyOf(option.Name);
            if (RecipeReader.Replaceable.TryGetValue(key, out var path) && settings.Text(key) is { } value)
                given[path] = (value, result.GetResult(option) is { Implicit: false });
        }

        return given;
    }

    private static JsonObject Json(ReproductionRecipe recipe, string folder, ReproductionEstimate estimate) => new()
    {
        ["recipe"] = recipe.Name,
        ["folder"] = folder,
        ["downloads"] = new JsonArray([.. estimate.Downloads.Select(download => new JsonObject { ["name"] = download.Name, ["files"] = download.Files, ["bytes"] = download.Bytes, ["problem"] = download.Problem })]),
        ["bytes"] = estimate.Bytes,
        ["teacher"] = estimate.Model,
        ["calls"] = estimate.Calls,
        ["stored"] = estimate.Stored,
        ["inputTokens"] = estimate.InputTokens,
        ["outputTokens"] = estimate.OutputTokens,
        ["cost"] = estimate.Cost,
        ["maxCost"] = estimate.MaxCost,
    };

    private static JsonObject Json(ReproductionRecipe recipe, ReproductionResult reproduced)
    {
        var accuracies = new JsonObject();
        foreach (var system in reproduced.Figures.Systems)
            accuracies[system.System] = system.Accuracy;
        return new JsonObject
        {
            ["recipe"] = recipe.Name,
            ["verdict"] = reproduced.Verdict,
            ["questions"] = reproduced.Figures.Questions,
            ["accuracy"] = accuracies,
            ["marks"] = new JsonArray([.. reproduced.Figures.Marks.Select(mark => new JsonObject { ["system"] = mark.System, ["verdict"] = MarkComparison.Word(mark.Verdict), ["mark"] = mark.Mark.System, ["metric"] = mark.Mark.Metric })]),
            ["report"] = reproduced.Report,
            ["page"] = reproduced.Page,
        };
    }
}
