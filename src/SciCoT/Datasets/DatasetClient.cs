using System.Runtime.CompilerServices;
using SciCoT.Hub;
using SciCoT.IO;
using SciCoT.Questions;
using SciCoT.Questions.Parquet;

namespace SciCoT.Datasets;

/// <summary>Reads data sets by name from the Hugging Face Hub, over the cache that Python's tools share.</summary>
/// <remarks>Safe for concurrent callers. The <see cref="HubClient"/> stays the caller's.</remarks>
/// <param name="hub">Fetches the files.</param>
/// <include file="Examples.xml" path="examples/DatasetClient/example"/>
public sealed class DatasetClient(HubClient hub)
{
    /// <summary>Brings a data set, a configuration or a split into the cache. What is there already is not fetched again.</summary>
    /// <param name="name">The data set or a part of it. Without a configuration all of them are fetched, without a split all splits.</param>
    /// <param name="progress">Told of every piece that arrives.</param>
    /// <param name="cancellationToken">Stops at once; a later call continues.</param>
    /// <returns>The splits with the paths of their files.</returns>
    /// <exception cref="DatasetException">There is no such configuration or split, or no data that are read.</exception>
    /// <exception cref="HubException">The data set cannot be had; the message says why and what to do.</exception>
    internal Task<DatasetSnapshot> DownloadAsync(DatasetName name, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default) =>
        DownloadAsync(name, isOne: false, progress, cancellationToken);

    /// <summary>The files of a source of data: a file itself, or those of a data set's split, which are fetched.</summary>
    /// <param name="source">A file's path, or a name such as <c>hf:allenai/ai2_arc/ARC-Easy/test</c>.</param>
    /// <param name="progress">Told of every piece that arrives.</param>
    /// <param name="cancellationToken">Stops at once.</param>
    /// <exception cref="DatasetException">The name is none, or does not name one split.</exception>
    /// <exception cref="HubException">The data set cannot be had.</exception>
    public async Task<IReadOnlyList<string>> FindFilesAsync(string source, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        if (!DatasetName.IsName(source))
            return [source];
        return (await DownloadSplitAsync(DatasetName.Parse(source), progress, cancellationToken).ConfigureAwait(false)).Splits[0].Files;
    }

    /// <summary>Brings one split into the cache.</summary>
    /// <exception cref="DatasetException">The name does not name one split.</exception>
    /// <exception cref="HubException">The data set cannot be had.</exception>
    internal Task<DatasetSnapshot> DownloadSplitAsync(DatasetName name, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default) =>
        DownloadAsync(name, isOne: true, progress, cancellationToken);

    /// <summary>The files of one split that the cache lacks, with their sizes. Of the data set only its description is fetched.</summary>
    /// <exception cref="DatasetException">The name does not name one split.</exception>
    /// <exception cref="HubException">The data set cannot be had.</exception>
    internal async Task<IReadOnlyList<HubFile>> FindMissingAsync(DatasetName name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var dataset = await hub.OpenDatasetAsync(name.Repository, name.Revision, cancellationToken).ConfigureAwait(false);
        var chosen = DatasetLayout.Find(name.Repository, await dataset.ReadmeAsync(cancellationToken).ConfigureAwait(false), dataset.Files).Select(name, isOne: true);
        var missing = new List<HubFile>();
        foreach (var file in chosen.SelectMany(split => split.Files))
        {
            if (await dataset.DescribeMissingAsync(file, cancellationToken).ConfigureAwait(false) is { } described)
                missing.Add(described);
        }

        return missing;
    }

    /// <summary>Reads the questions of a file or of a data set's split, shard after shard.</summary>
    /// <param name="source">A file's path, or a name such as <c>hf:allenai/ai2_arc/ARC-Easy/test</c>.</param>
    /// <param name="options">How to read them; by default the files tell all.</param>
    /// <param name="cancellationToken">Stops between two rows.</param>
    /// <exception cref="DatasetException">The name is none, or does not name one split.</exception>
    /// <exception cref="HubException">The data set cannot be had.</exception>
    /// <exception cref="InvalidFileException">A file is damaged.</exception>
    /// <exception cref="BadRowException">A row is no question, and <see cref="QuestionReaderOptions.OnBadRow"/> is not set.</exception>
    public async IAsyncEnumerable<QuestionRow> ReadAsync(string source, QuestionReaderOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var file in await FindFilesAsync(source, progress: null, cancellationToken).ConfigureAwait(false))
        {
            foreach (var row in QuestionReader.Read(file, options))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return row;
            }
        }
    }

    /// <summary>Counts the rows of a data file, good and bad ones.</summary>
    internal static long CountRows(string path)
    {
        if (IsParquet(path))
            return ParquetRows.CountOf(path);
        long others = 0;
        return QuestionReader.Read(path, new() { OnBadRow = _ => others++, OnImage = _ => others++ }).LongCount() + others;
    }

    private static bool IsParquet(string path)
    {
        Span<byte> beginning = stackalloc byte[4];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false) == beginning.Length && beginning.SequenceEqual(TabularText.ParquetMagic);
    }

    private async Task<DatasetSnapshot> DownloadAsync(DatasetName name, bool isOne, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        var dataset = await hub.OpenDatasetAsync(name.Repository, name.Revision, cancellationToken).ConfigureAwait(false);
        var readme = await dataset.ReadmeAsync(cancellationToken).ConfigureAwait(false);
        var chosen = DatasetLayout.Find(name.Repository, readme, dataset.Files).Select(name, isOne);
        ShardNames.CheckWhole(name, chosen);
        var splits = new List<DatasetSplit>();
        foreach (var split in chosen)
        {
            var files = new List<string>();
            foreach (var file in split.Files)
                files.Add(await dataset.FetchAsync(file, progress, cancellationToken).ConfigureAwait(false));
            splits.Add(split with { Files = files });
        }

        dataset.Complete();
        return new DatasetSnapshot(name, dataset.Commit, dataset.Directory, splits);
    }
}
