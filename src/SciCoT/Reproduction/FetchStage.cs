using SciCoT.Datasets;
using SciCoT.Distillation;
using SciCoT.Hub;
using SciCoT.IO;
using SciCoT.Questions;

namespace SciCoT.Reproduction;

/// <summary>Brings data and base from the Hub and notes their commits, so that a run that is continued reads the same ones.</summary>
internal sealed class FetchStage(ReproductionRecipe recipe, HubClient hub, ReproductionFolder folder)
{
    private readonly DatasetClient _datasets = new(hub);

    /// <summary>Fetches what is not there.</summary>
    /// <returns>The files of each source, and the base's folder; <see langword="null"/> where it is made.</returns>
    public async Task<(IReadOnlyDictionary<string, IReadOnlyList<string>> Files, string? Base)> RunAsync(IProgress<ReproductionProgress>? progress, CancellationToken cancellationToken)
    {
        var known = FetchedCommits.Read(folder);
        var arrived = new SynchronousProgress<HubProgress>(piece => progress?.Report(new($"Downloading {piece.File}", piece.FileBytes, piece.FileLength ?? piece.FileBytes)));
        var files = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var commits = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in recipe.Data.Sources.Distinct(StringComparer.Ordinal))
        {
            if (!DatasetName.IsName(source))
            {
                files[source] = [source];
                continue;
            }

            var snapshot = await _datasets.DownloadSplitAsync(FetchedCommits.Pin(source, known), arrived, cancellationToken).ConfigureAwait(false);
            (files[source], commits[source]) = (snapshot.Splits[0].Files, snapshot.Commit);
        }

        var (model, commit) = (recipe.Base.Model, (string?)null);
        if (recipe.Base.Parts is null && !Directory.Exists(model))
        {
            var snapshot = await hub.DownloadAsync(model, known?.Base ?? recipe.Base.Revision, allowPickle: false, arrived, cancellationToken).ConfigureAwait(false);
            (model, commit) = (snapshot.Directory, snapshot.Commit);
        }

        if (known is null)
            ReproductionFolder.Write(folder.Fetched, new(commits, commit), ReproductionJson.Default.FetchedCommits);
        return (files, recipe.Base.Parts is null ? model : null);
    }

    /// <summary>Reads the questions.</summary>
    /// <param name="files">The files of each source.</param>
    /// <param name="log">Takes a line about images that are left out, and about identifiers that change.</param>
    /// <returns>The questions, and those of the first training source, which few-shot examples are drawn from.</returns>
    public (DistillationData Data, IReadOnlyList<ScienceQuestion> Examples) Read(IReadOnlyDictionary<string, IReadOnlyList<string>> files, TextWriter log)
    {
        (string Split, string Source)[] sources =
        [
            .. recipe.Data.Train.Select(source => ("train", source)),
            .. recipe.Data.Validation.Select(source => ("val", source)),
            .. recipe.Data.Test.Select(source => ("test", source)),
        ];
        var questions = QuestionIds.MakeUnique([.. sources.Select(source => (source.Source, ReadRows(source.Source, source.Split)))], log);
        return (new(Of("train"), Of("val"), Of("test")), questions[0]);

        ScienceQuestion[] Of(string split) => [.. sources.Index().Where(source => source.Item.Split == split).SelectMany(source => questions[source.Index])];

        IReadOnlyList<QuestionRow> ReadRows(string source, string split)
        {
            int images = 0;
            var reading = new QuestionReaderOptions { Split = split, RightLast = recipe.Data.Task == Prompting.HarnessTask.SciQ, OnImage = _ => images++ };
            QuestionRow[] rows = [.. files[source].SelectMany(file => QuestionReader.Read(file, reading))];
            if (images > 0)
                log.WriteLine($"{source}: {images} questions have an image and were left out.");
            return rows.Length > 0 ? rows : throw new InvalidFileException($"{source}: there is no question in it.");
        }
    }
}
