using SciCoT.IO;

namespace SciCoT.Datasets;

/// <summary>Which files of a repository are which split: by the repository's own description, else by the files' names.</summary>
/// <param name="Splits">All splits, with the files' names in the repository.</param>
/// <param name="Default">The configuration that is meant where none is named; <see langword="null"/> where one must be.</param>
internal sealed record DatasetLayout(IReadOnlyList<DatasetSplit> Splits, string? Default)
{
    private IReadOnlyList<string> Configurations => [.. Splits.Select(split => split.Configuration).Distinct(StringComparer.Ordinal)];

    /// <summary>Finds the splits.</summary>
    /// <param name="repository">The data set, for messages.</param>
    /// <param name="readme">Its description, where there is one.</param>
    /// <param name="files">The names of its files.</param>
    /// <exception cref="DatasetException">There are no data that can be read.</exception>
    public static DatasetLayout Find(string repository, string? readme, IReadOnlyCollection<string> files)
    {
        string[] data = [.. files.Where(DataFileName.IsData).Order(StringComparer.Ordinal)];
        if (readme is not null && DatasetCard.Read(repository, readme, data) is { } described)
            return described;
        var splits = ByNames(data);
        if (splits.Count == 0)
            throw new DatasetException($"{repository}: there are no data here that are read ({DataFileName.Readable}); the repository has {(files.Count == 0 ? "no files" : string.Join(", ", files.Order(StringComparer.Ordinal).Take(8)))}. The Hub's own conversion to Parquet is often at revision refs/convert/parquet: add @refs/convert/parquet to the name.");
        return new DatasetLayout(splits, DefaultOf(splits));
    }

    /// <summary>The splits that a name means.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isOne">Whether one split is wanted, so that a name of several is refused.</param>
    /// <exception cref="DatasetException">There is no such configuration or split, or one must be named; the message names those that there are.</exception>
    public IReadOnlyList<DatasetSplit> Select(DatasetName name, bool isOne)
    {
        var (configuration, split) = (name.Configuration, name.Split);
        if (configuration is not null && split is null && !Configurations.Contains(configuration))
        {
            if (!Splits.Any(one => one.Name == configuration))
                throw new DatasetException($"{name}: there is no configuration and no split '{configuration}'.{Hint(configuration, [.. Configurations, .. SplitNames(Splits)])} Configurations: {string.Join(", ", Configurations)}; splits: {string.Join(", ", SplitNames(Splits))}.");
            (configuration, split) = (null, configuration);
        }

        if (configuration is not null && !Configurations.Contains(configuration))
            throw new DatasetException($"{name}: there is no configuration '{configuration}'.{Hint(configuration, Configurations)} Configurations: {string.Join(", ", Configurations)}.");
        configuration ??= isOne ? Default ?? throw new DatasetException($"{name}: the data set has several configurations; name one of {string.Join(", ", Configurations)}, for example {name.With(Configurations[0], split ?? Splits[0].Name)}.") : null;
        DatasetSplit[] within = [.. Splits.Where(one => configuration is null || one.Configuration == configuration)];
        DatasetSplit[] chosen = [.. within.Where(one => split is null || one.Name == split)];
        if (chosen.Length == 0)
            throw new DatasetException($"{name}: there is no split '{split}'.{Hint(split!, SplitNames(within))} Splits: {string.Join(", ", SplitNames(within))}.");
        return !isOne || chosen.Length == 1
            ? chosen
            : throw new DatasetException($"{name}: there are several splits; name one of {string.Join(", ", SplitNames(chosen))}, for example {name.With(configuration, chosen[^1].Name)}.");
    }

    /// <summary>The configuration that is meant where none is named.</summary>
    internal static string? DefaultOf(IReadOnlyList<DatasetSplit> splits)
    {
        string[] names = [.. splits.Select(split => split.Configuration).Distinct(StringComparer.Ordinal)];
        return names.Length == 1 ? names[0] : names.FirstOrDefault(name => name == DataFileName.DefaultConfiguration);
    }

    private static IReadOnlyList<DatasetSplit> ByNames(IReadOnlyList<string> files)
    {
        var named = files.Select(DataFileName.From).ToArray();
        // Where a repository has its data in several formats, one of them counts, so that no row comes twice.
        named = [.. named.GroupBy(file => file.Configuration).SelectMany(group => group.Where(file => file.Format == group.Min(one => one.Format)))];
        named = [.. named.GroupBy(file => (file.Configuration, file.Split)).SelectMany(group => group.Select(file => file.Base).Distinct().Count() > 1 && group.Select(file => file.Rest()).Distinct().Count() > 1 && group.All(file => file.Base.Any(char.IsAsciiLetter)) ? group.Select(file => file with { Configuration = file.Rest() }) : group)];
        return [.. named
            .GroupBy(file => (file.Configuration, file.Split))
            .OrderBy(group => group.Key.Configuration, StringComparer.Ordinal)
            .ThenBy(group => Array.IndexOf(["train", "validation", "test"], group.Key.Split) is >= 0 and var place ? place : 3)
            .ThenBy(group => group.Key.Split, StringComparer.Ordinal)
            .Select(group => new DatasetSplit(group.Key.Configuration, group.Key.Split, [.. group.Select(file => file.Path).Order(StringComparer.Ordinal)]))];
    }

    private static string[] SplitNames(IEnumerable<DatasetSplit> splits) => [.. splits.Select(split => split.Name).Distinct(StringComparer.Ordinal)];

    private static string Hint(string name, IReadOnlyList<string> known) =>
        NearestName.Of(name, known) is null && DataFileName.UsualSplit(name) is { } usual && known.Contains(usual) ? $" Did you mean \"{usual}\"?" : NearestName.Question(name, known);
}
