using System.Text.Json.Nodes;
using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Evaluation.Reports;
using SciCoT.Hub;
using SciCoT.IO;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Training;

namespace SciCoT.Reproduction;

/// <summary>
/// Goes from a recipe to a verdict: fetches data and base, has the questions explained, trains the systems, measures them and the base, and
/// writes the report. Everything is in one folder; started again, it continues where it stopped.
/// </summary>
/// <param name="recipe">The recipe.</param>
/// <param name="hub">Where data and base come from; it stays the caller's.</param>
/// <param name="parts">The makers of what a recipe names as parts, by name; they are given a seed.</param>
/// <param name="teacher">Makes the teacher that asks a service. It is called only where there is something to ask.</param>
internal sealed class ReproductionEngine(ReproductionRecipe recipe, HubClient hub, IReadOnlyDictionary<string, Func<int, IRecipeParts>> parts, Func<IRecipeTeacher> teacher)
{
    private readonly Lazy<IRecipeParts> _parts = new(() => Make(recipe, parts));

    /// <summary>Takes lines that a person should see once.</summary>
    public TextWriter Log { get; init; } = TextWriter.Null;

    /// <summary>The command that was given, for the report; by default the one that the recipe's name makes.</summary>
    public string? Command { get; init; }

    /// <summary>What there is to do.</summary>
    /// <param name="directory">The reproduction's folder, which need not be there.</param>
    /// <param name="cancellationToken">Stops at once.</param>
    public Task<ReproductionEstimate> EstimateAsync(string directory, CancellationToken cancellationToken = default)
    {
        CheckParts();
        return ReproductionEstimate.CreateAsync(recipe, new(directory), hub, recipe.Data.Parts is null ? null : Limited(_parts.Value.Data), isFetched: false, cancellationToken);
    }

    /// <summary>Does what is not done yet.</summary>
    /// <param name="directory">The reproduction's folder; it is made where it is missing.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Stops at the next step; a later call continues.</param>
    /// <exception cref="RecipeException">The recipe names parts that there are not, or what does not belong together.</exception>
    /// <exception cref="PlanMismatchException">The folder holds work under another recipe.</exception>
    /// <exception cref="HubException">Data or base cannot be had.</exception>
    /// <exception cref="TeacherException">Replies are missing; a later call asks for them again.</exception>
    public async Task<ReproductionResult> RunAsync(string directory, IProgress<ReproductionProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        CheckParts();
        var folder = new ReproductionFolder(directory);
        Directory.CreateDirectory(folder.Root);
        using var alone = FolderLock.Take(folder.Root);
        folder.RemoveLeftovers();
        PlanFile.Begin(folder.Plan, Plan(), [], PlanChange.Refuse, "Restore the recipe to continue that work, or name another folder (scicot reproduce --output).");

        var fetch = new FetchStage(recipe, hub, folder);
        var (files, start) = await fetch.RunAsync(progress, cancellationToken).ConfigureAwait(false);
        var (all, examples) = recipe.Data.Parts is not null ? (_parts.Value.Data, []) : fetch.Read(files, Log);
        var data = Limited(all);
        if (recipe.Data.Parts is null)
            Say(await ReproductionEstimate.CreateAsync(recipe, folder, hub, data, isFetched: true, cancellationToken).ConfigureAwait(false));

        await using var store = JsonLinesRationaleStore.Open(folder.Rationales, cancellationToken);
        var annotated = await new AnnotationStage(recipe, folder, () => recipe.Teacher.Parts is null ? teacher() : _parts.Value.Teacher)
            .RunAsync([.. data.Training, .. data.Validation], store, progress, cancellationToken).ConfigureAwait(false);

        var studentBase = start is null ? _parts.Value.CreateBase(folder.Base) : null;
        var options = StudyOptions.Create(recipe, studentBase, start, annotated.Teacher);
        var study = await new AblationStudy(store, options).RunAsync(data, folder.Study, Told(progress), cancellationToken).ConfigureAwait(false);

        IReadOnlyList<SystemResult> measured = start is null || recipe.Data.Task is null
            ? []
            : await new BaseStage(recipe.Data.Task, BaseName, start, folder).RunAsync(recipe.Shots, examples, data.Test, recipe.Training.Device, progress, cancellationToken).ConfigureAwait(false);

        var systems = study.Systems.Select(system => system with { Base = start is null ? system.Base : BaseName }).Concat(measured);
        var report = new ReproductionReport(recipe, data, [.. systems], study.Overlap, annotated, recipe.Data.Parts is null ? null : _parts.Value) { Command = Command }.Write(folder);
        return new(report.Title, folder.Report, folder.Page, report);
    }

    /// <summary>The base's name on the Hub, or that of its folder.</summary>
    private string BaseName => Directory.Exists(recipe.Base.Model) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(recipe.Base.Model))) : recipe.Base.Model;

    private void Say(ReproductionEstimate estimate)
    {
        foreach (var line in estimate.Lines())
            Log.WriteLine(line);
    }

    private DistillationData Limited(DistillationData data) => recipe.Limit is not { } limit ? data : data with
    {
        Training = [.. data.Training.Take(limit.Train)],
        Validation = [.. data.Validation.Take(limit.Validation)],
        Test = [.. data.Test.Take(limit.Test)],
    };

    private void CheckParts()
    {
        foreach (var (name, section) in new[] { (recipe.Data.Parts, "data"), (recipe.Base.Parts, "base"), (recipe.Teacher.Parts, "teacher") })
        {
            if (name is not null && name != recipe.Data.Parts)
                throw new RecipeException($"Recipe {recipe.Name}: {section}.parts is '{name}', but data.parts is {(recipe.Data.Parts is { } other ? $"'{other}'" : "not set")}; a base and a teacher that are made belong to data that are.");
        }

        if (recipe.Shots.Count > 0 && (recipe.Data.Task is null || recipe.Base.Parts is not null))
            throw new RecipeException($"Recipe {recipe.Name}: shots measures the base as it is, which needs data.task and base.model; leave shots out, or set them.");
        if (recipe.Data.Parts is not null)
            _ = _parts.Value;
    }

    private static IRecipeParts Make(ReproductionRecipe recipe, IReadOnlyDictionary<string, Func<int, IRecipeParts>> parts) =>
        parts.TryGetValue(recipe.Data.Parts!, out var make)
            ? make(recipe.Data.Seed)
            : throw new RecipeException($"Recipe {recipe.Name}: data.parts is '{recipe.Data.Parts}', which is not known.{NearestName.Question(recipe.Data.Parts!, parts.Keys)} Known are {string.Join(", ", parts.Keys)}.");

    /// <summary>What rationales and the base's figures depend on. What students depend on is in the study's plan, which lets systems and seeds be added.</summary>
    private JsonObject Plan()
    {
        string[] prefixes = ["data.", "base.", "prompts."], teacher = ["parts", "model", "name", "seed", "temperature", "maxOutputTokens", "samples", "revealAnswer", "rationalize"];
        var plan = new JsonObject { ["recipe"] = recipe.Name, ["limit"] = recipe.Limit is { } limit ? $"{limit.Train}, {limit.Validation}, {limit.Test}" : null };
        foreach (var setting in recipe.Settings.Where(setting => prefixes.Any(prefix => setting.Path.StartsWith(prefix, StringComparison.Ordinal)) || teacher.Any(name => setting.Path == $"teacher.{name}")))
            plan[setting.Path] = setting.Value;
        return plan;
    }

    private static SynchronousProgress<AblationProgress>? Told(IProgress<ReproductionProgress>? progress) => progress is null ? null : new(study =>
    {
        progress.Report(new("Systems", study.Done, study.Total));
        if (study.Stage is { } stage && study.System is not null)
            progress.Report(new(FormattableString.Invariant($"Seed {study.Seed}, {study.System}"), stage.Done, 1, stage.Stage.ToString()));
    });
}

/// <summary>How far a reproduction is.</summary>
/// <param name="Work">What is done.</param>
/// <param name="Done">How much of it is.</param>
/// <param name="Total">How much there is.</param>
/// <param name="Detail">What else a person wants to know.</param>
internal sealed record ReproductionProgress(string Work, double Done, double Total, string? Detail = null);

/// <summary>What a reproduction came to.</summary>
/// <param name="Verdict">The report's first line.</param>
/// <param name="Report">The report as Markdown.</param>
/// <param name="Page">The report as a page.</param>
/// <param name="Figures">All figures.</param>
internal sealed record ReproductionResult(string Verdict, string Report, string Page, EvaluationReport Figures);
