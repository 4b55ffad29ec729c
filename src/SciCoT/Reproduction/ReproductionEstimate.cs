using System.Globalization;
using SciCoT.Datasets;
using SciCoT.Distillation;
using SciCoT.Hub;
using SciCoT.Prompting;
using SciCoT.Rationales;
using SciCoT.Teaching;

namespace SciCoT.Reproduction;

/// <summary>What a reproduction will download, ask and pay, as far as that is known before it does so.</summary>
internal sealed record ReproductionEstimate
{
    /// <summary>Characters that a token of English text has about.</summary>
    private const double CharactersAToken = 4;

    /// <summary>Characters that a question with its choices is taken for until the questions are there.</summary>
    private const int QuestionCharacters = 250;

    /// <summary>What the cache lacks, by data set or model.</summary>
    public required IReadOnlyList<EstimatedDownload> Downloads { get; init; }

    /// <summary>Bytes to download; <see langword="null"/> where the server did not say all sizes.</summary>
    public long? Bytes => Downloads.All(download => download.Bytes is not null) ? Downloads.Sum(download => download.Bytes) : null;

    /// <summary>Who is asked; <see langword="null"/> for a teacher that costs nothing.</summary>
    public string? Model { get; init; }

    /// <summary>Rationales to ask for; <see langword="null"/> where the questions are neither there nor counted in the recipe.</summary>
    public int? Calls { get; init; }

    /// <summary>Rationales that are stored already.</summary>
    public int Stored { get; init; }

    /// <summary>Tokens that the teacher reads in those calls, about.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Tokens that it writes, about.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>What that costs, about; <see langword="null"/> without prices.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The most that is paid; <see langword="null"/> for no limit.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>Whether wrong and unusable replies are asked for again, so that there may be more calls.</summary>
    public bool AsksAgain { get; init; }

    /// <summary>Estimates what is left to do.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="folder">The reproduction's files, of which some may be there.</param>
    /// <param name="hub">Says how large files are.</param>
    /// <param name="data">The questions, where they are there.</param>
    /// <param name="isFetched">Whether everything was fetched, so that the server need not be asked.</param>
    /// <param name="cancellationToken">Stops at once.</param>
    public static async Task<ReproductionEstimate> CreateAsync(ReproductionRecipe recipe, ReproductionFolder folder, HubClient hub, DistillationData? data, bool isFetched, CancellationToken cancellationToken)
    {
        var downloads = isFetched ? [] : await DownloadsAsync(recipe, folder, hub, cancellationToken).ConfigureAwait(false);
        if (recipe.Teacher.Parts is not null || File.Exists(folder.Annotated))
            return new() { Downloads = downloads };

        int stored = File.Exists(folder.Rationales) ? RationaleFile.Read(folder.Rationales).Select(record => (record.QuestionHash, record.SampleIndex)).Distinct().Count() : 0;
        int? questions = data is not null ? data.Training.Count + data.Validation.Count : recipe.Data.Expected is { } expected ? expected.Train + expected.Validation : null;
        int? calls = questions is { } count ? Math.Max(0, (count * recipe.Teacher.Samples) - stored) : null;
        double prompt = data is not null && data.Training.Count > 0
            ? data.Training.Concat(data.Validation).Average(question => (double)Characters(recipe, question))
            : Characters(recipe, new("question", new string('x', QuestionCharacters), []));
        int steps = recipe.Teacher.Prompt.Form == TeacherReplyForm.TwoSteps ? 2 : 1;
        long? input = (long?)(calls * steps * prompt / CharactersAToken), output = calls * (long)recipe.Teacher.ReplyTokens;
        var price = recipe.Teacher.InputPrice is null && recipe.Teacher.OutputPrice is null ? null : new ModelPrice(recipe.Teacher.InputPrice ?? 0, recipe.Teacher.OutputPrice ?? 0);
        return new()
        {
            Downloads = downloads,
            Model = recipe.Teacher.Options.GetValueOrDefault("teacherModel"),
            Calls = calls * steps,
            Stored = stored,
            InputTokens = input,
            OutputTokens = output,
            Cost = input is { } read && output is { } written ? price?.Of(read, written) : null,
            MaxCost = recipe.Teacher.MaxCost,
            AsksAgain = recipe.Teacher.Rationalize || recipe.Teacher.UnusableRetries > 0,
        };
    }

    /// <summary>The estimate in lines for a person.</summary>
    public IReadOnlyList<string> Lines()
    {
        var lines = new List<string>();
        foreach (var download in Downloads)
            lines.Add($"download: {download.Name}, {download.Problem ?? string.Create(CultureInfo.InvariantCulture, $"{download.Files} {(download.Files == 1 ? "file" : "files")}, {(download.Bytes is { } bytes ? Megabytes(bytes) : "size unknown")}")}");
        if (Downloads.Count == 0)
            lines.Add("download: nothing");
        if (Model is null)
            return [.. lines, "teacher: nothing to ask or pay"];
        if (Calls is not { } calls)
            return [.. lines, $"teacher: {Model}; how much is asked is known when the data are there (the recipe has no data.expected)"];
        lines.Add(string.Create(CultureInfo.InvariantCulture,
            $"teacher: {Model}, {calls:N0} calls{(AsksAgain ? " and more where a reply is wrong or of no use" : "")}{(Stored > 0 ? $" ({Stored:N0} rationales are stored)" : "")}, about {InputTokens:N0} tokens read and {OutputTokens:N0} written"));
        lines.Add(Cost is { } cost
            ? string.Create(CultureInfo.InvariantCulture, $"cost: about {cost:0.00} in the currency of the prices, {(MaxCost is { } most ? $"at most {most:0.00} (teacher.maxCost)" : "without a limit (teacher.maxCost sets one)")}")
            : "cost: unknown, since teacher.inputPrice and teacher.outputPrice are not set");
        return lines;
    }

    private static async Task<IReadOnlyList<EstimatedDownload>> DownloadsAsync(ReproductionRecipe recipe, ReproductionFolder folder, HubClient hub, CancellationToken cancellationToken)
    {
        var known = FetchedCommits.Read(folder);
        var datasets = new DatasetClient(hub);
        var found = new List<EstimatedDownload>();
        foreach (var source in recipe.Data.Sources.Where(DatasetName.IsName).Distinct(StringComparer.Ordinal))
            await AddAsync(source, () => datasets.FindMissingAsync(FetchedCommits.Pin(source, known), cancellationToken)).ConfigureAwait(false);
        if (recipe.Base.Parts is null && !Directory.Exists(recipe.Base.Model))
            await AddAsync(recipe.Base.Model, () => hub.FindMissingAsync(recipe.Base.Model, known?.Base ?? recipe.Base.Revision, cancellationToken)).ConfigureAwait(false);
        return found;

        async Task AddAsync(string name, Func<Task<IReadOnlyList<HubFile>>> find)
        {
            try
            {
                var files = await find().ConfigureAwait(false);
                if (files.Count > 0)
                    found.Add(new(name, files.Count, files.All(file => file.Length is not null) ? files.Sum(file => file.Length) : null, null));
            }
            catch (HubException e)
            {
                found.Add(new(name, 0, null, e.Message));
            }
        }
    }

    private static int Characters(ReproductionRecipe recipe, ScienceQuestion question) =>
        recipe.Teacher.Prompt.Explain(question, revealAnswer: false).Sum(message => message.Text.Length);

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB ({bytes:N0} bytes)");
}

/// <summary>What is missing of a data set's split or of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Files">How many files.</param>
/// <param name="Bytes">Their size; <see langword="null"/> where the server does not say.</param>
/// <param name="Problem">Why it is not known.</param>
internal sealed record EstimatedDownload(string Name, int Files, long? Bytes, string? Problem);
