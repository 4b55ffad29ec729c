using System.Text.RegularExpressions;

namespace SciCoT.Datasets;

/// <summary>What a data file's path in a repository says of its configuration and split.</summary>
/// <param name="Path">The path.</param>
/// <param name="Configuration">The configuration by its folder; <c>default</c> where it lies in none.</param>
/// <param name="Split">The split by the file's name or folder.</param>
/// <param name="Base">The file's name without extensions and shard number.</param>
/// <param name="Format">The place of the file's format among those that are read; the first is preferred.</param>
internal sealed partial record DataFileName(string Path, string Configuration, string Split, string Base, int Format)
{
    public const string DefaultConfiguration = "default";

    private static readonly string[] Endings = [".parquet", ".jsonl", ".ndjson", ".json", ".csv", ".tsv"];

    /// <summary>JSON files beside data that hold none.</summary>
    private static readonly string[] NotData = ["dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json", "config.json", "package.json"];

    private static readonly Dictionary<string, string> Splits = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = "train",
        ["training"] = "train",
        ["validation"] = "validation",
        ["valid"] = "validation",
        ["val"] = "validation",
        ["dev"] = "validation",
        ["test"] = "test",
        ["testing"] = "test",
        ["eval"] = "test",
        ["evaluation"] = "test",
    };

    /// <summary>The extensions that are read, for messages.</summary>
    public static string Readable => string.Join(", ", Endings) + ", also in .gz";

    /// <summary>The name that a split of this name usually has, as <c>validation</c> for <c>dev</c>.</summary>
    public static string? UsualSplit(string name) => Splits.GetValueOrDefault(name);

    /// <summary>Whether a file's name is one of data.</summary>
    public static bool IsData(string path) =>
        FormatOf(path) >= 0 && !NotData.Contains(System.IO.Path.GetFileName(path), StringComparer.OrdinalIgnoreCase) && !path.Split('/').Any(part => part[0] is '.' or '_');

    public static DataFileName From(string path)
    {
        var parts = path.Split('/');
        var stem = parts[^1];
        if (stem.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            stem = stem[..^3];
        int format = FormatOf(path);
        stem = stem[..^Endings[format].Length];
        var shard = Shard().Match(stem);
        var name = shard.Success ? shard.Groups["name"].Value : stem;
        var folders = parts[..^1].Where(folder => !folder.Equals("data", StringComparison.OrdinalIgnoreCase)).ToList();
        var split = SplitIn(name);
        if (split is null && folders.FindLastIndex(Splits.ContainsKey) is >= 0 and var folder)
        {
            split = Splits[folders[folder]];
            folders.RemoveAt(folder);
        }

        split ??= shard.Success ? name : "train"; // what no name tells is to learn from
        return new DataFileName(path, folders.Count == 0 ? DefaultConfiguration : string.Join('-', folders), split, name, format);
    }

    /// <summary>The file's name without the word that names the split: a configuration where files of one split differ in it.</summary>
    public string Rest()
    {
        var rest = Word().Replace(Base, word => Splits.ContainsKey(word.Value) ? "" : word.Value).Trim('-', '_', '.', ' ');
        return rest.Length == 0 ? Configuration : Configuration == DefaultConfiguration ? rest : $"{Configuration}-{rest}";
    }

    private static int FormatOf(string path)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        int format = Array.FindIndex(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        return format == 0 && name.Length != path.Length ? -1 : format; // Parquet is packed within
    }

    private static string? SplitIn(string name) =>
        Word().Matches(name).Select(word => Splits.GetValueOrDefault(word.Value)).LastOrDefault(split => split is not null);

    [GeneratedRegex(@"\A(?<name>.{1,1000}?)-\d{5}-of-\d{5}\z")]
    private static partial Regex Shard();

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Word();
}
