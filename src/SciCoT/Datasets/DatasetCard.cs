using System.Text;
using System.Text.RegularExpressions;

namespace SciCoT.Datasets;

/// <summary>The part <c>configs</c> of a repository's description: which files are which split of which configuration.</summary>
internal static class DatasetCard
{
    /// <summary>Reads it; <see langword="null"/> where the description does not say.</summary>
    /// <param name="repository">The data set, for messages.</param>
    /// <param name="readme">The description.</param>
    /// <param name="files">The names of the data files, in order.</param>
    /// <exception cref="DatasetException">It names files that are not there.</exception>
    public static DatasetLayout? Read(string repository, string readme, IReadOnlyList<string> files)
    {
        if (CardYaml.Read(readme) is not { } card || !card.TryGetValue("configs", out var configs))
            return null;
        var splits = new List<DatasetSplit>();
        string? chosen = null;
        foreach (var config in Items(configs).OfType<Dictionary<string, object?>>())
        {
            if (!config.TryGetValue("data_files", out var data) && !config.ContainsKey("data_dir"))
                continue;
            var name = config.GetValueOrDefault("config_name") as string ?? DataFileName.DefaultConfiguration;
            if (config.GetValueOrDefault("default") is "true" or "True")
                chosen = name;
            var folder = config.GetValueOrDefault("data_dir") is string directory ? directory.Trim('/') + "/" : "";
            splits.AddRange(SplitsOf(name, data ?? "**", folder).Select(split => split with { Files = Matches(repository, split, files) }));
        }

        return splits.Count == 0 ? null : new DatasetLayout(splits, chosen ?? DatasetLayout.DefaultOf(splits));

        IEnumerable<DatasetSplit> SplitsOf(string configuration, object? data, string folder)
        {
            switch (data)
            {
                case Dictionary<string, object?> table when !table.ContainsKey("path"):
                    return table.Select(split => new DatasetSplit(configuration, split.Key, Patterns(split.Value, folder)));
                case List<object?> list when list.All(item => item is Dictionary<string, object?>):
                    return list.Cast<Dictionary<string, object?>>().GroupBy(item => item.GetValueOrDefault("split") as string ?? "train")
                        .Select(group => new DatasetSplit(configuration, group.Key, [.. group.SelectMany(item => Patterns(item.GetValueOrDefault("path"), folder))]));
                default:
                    var matched = Patterns(data is Dictionary<string, object?> one ? one.GetValueOrDefault("path") : data, folder).SelectMany(pattern => Matching(pattern, files)).Distinct().ToArray();
                    return matched.GroupBy(file => DataFileName.From(file).Split).Select(group => new DatasetSplit(configuration, group.Key, [.. group]));
            }
        }
    }

    private static List<string> Patterns(object? value, string folder) => [.. Items(value).OfType<string>().Select(path => folder + (path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path))];

    private static IEnumerable<object?> Items(object? value) => value as List<object?> ?? [value];

    private static string[] Matches(string repository, DatasetSplit split, IReadOnlyList<string> files)
    {
        // Patterns count in their order; the shards of one are in the order of their names.
        string[] matched = [.. split.Files.SelectMany(pattern => Matching(pattern, files)).Distinct(StringComparer.Ordinal)];
        return matched.Length > 0
            ? matched
            : throw new DatasetException($"{repository}: its README.md names {string.Join(", ", split.Files.Take(4))} for {split.Configuration}/{split.Name}, but there is no such file that is read ({DataFileName.Readable}).");
    }

    private static string[] Matching(string pattern, IReadOnlyList<string> files)
    {
        if (files.Contains(pattern))
            return [pattern];
        var glob = Glob(pattern);
        return [.. files.Where(file => glob.IsMatch(file))];
    }

    /// <summary>A pattern of file names: * and ? stay within a folder, ** does not, and a folder means all files in it.</summary>
    private static Regex Glob(string pattern)
    {
        var regex = new StringBuilder(@"\A");
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern.AsSpan(i).StartsWith("**/"))
                (_, i) = (regex.Append("(.*/)?"), i + 2);
            else if (pattern.AsSpan(i).StartsWith("**"))
                (_, i) = (regex.Append(".*"), i + 1);
            else if (pattern[i] == '[' && pattern.IndexOf(']', i) is > 0 and var end && end > i + 1)
                (_, i) = (regex.Append('[').Append(pattern[i + 1] is '!' or '^' ? "^" : "").Append(Regex.Escape(pattern[(i + (pattern[i + 1] is '!' or '^' ? 2 : 1))..end]).Replace("]", @"\]", StringComparison.Ordinal)).Append(']'), end);
            else
                regex.Append(pattern[i] switch { '*' => "[^/]*", '?' => "[^/]", var letter => Regex.Escape(letter.ToString()) });
        }

        return new Regex(regex.Append(@"(/.*)?\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }
}
