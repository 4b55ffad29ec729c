using System.Text.Json;
using System.Text.Json.Serialization;
using SciCoT.Datasets;
using SciCoT.IO;

namespace SciCoT.Reproduction;

/// <summary>The files of a reproduction. Each is there whole or not at all, and a stage whose file is there is done.</summary>
internal sealed class ReproductionFolder
{
    private const string Remedy = "Delete the file to have its stage done again.";

    public ReproductionFolder(string directory) => Root = Path.GetFullPath(directory);

    public string Root { get; }

    /// <summary>What the rationales and figures depend on; the study keeps the rest.</summary>
    public string Plan => Path.Combine(Root, "reproduction.json");

    /// <summary>The commits of what was fetched.</summary>
    public string Fetched => Path.Combine(Root, "fetched.json");

    public string Rationales => Path.Combine(Root, "rationales.jsonl");

    /// <summary>What the teacher was asked, once all was asked.</summary>
    public string Annotated => Path.Combine(Root, "annotated.json");

    /// <summary>The base's files where it is made.</summary>
    public string Base => Path.Combine(Root, "base");

    /// <summary>The students and what they answered.</summary>
    public string Study => Path.Combine(Root, "study");

    public string Report => Path.Combine(Root, "report.md");

    public string Page => Path.Combine(Root, "report.html");

    /// <summary>What the base answered with so many examples in front.</summary>
    public string Shots(int count) => Path.Combine(Root, FormattableString.Invariant($"base-{count}-shot.jsonl"));

    /// <summary>Removes what a killed process left aside. The lock must be held; the study looks after its own folder.</summary>
    public void RemoveLeftovers()
    {
        foreach (var file in Directory.EnumerateFiles(Root, "*.tmp").Where(AtomicFile.IsAside).ToArray())
            File.Delete(file);
    }

    public static T? Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class => File.Exists(path) ? OutsideJson.Deserialize(File.ReadAllBytes(path), type, path, Remedy) : null;

    public static void Write<T>(string path, T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        AtomicFile.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(value, type));
}

/// <summary>The commits of what was fetched: a run that is continued takes the same ones.</summary>
/// <param name="Sources">The commit of each data set by the name in the recipe.</param>
/// <param name="Base">The base's; <see langword="null"/> for a folder.</param>
internal sealed record FetchedCommits(IReadOnlyDictionary<string, string> Sources, string? Base)
{
    /// <summary>Those of a folder; <see langword="null"/> before everything was fetched.</summary>
    public static FetchedCommits? Read(ReproductionFolder folder) => ReproductionFolder.Read(folder.Fetched, ReproductionJson.Default.FetchedCommits);

    /// <summary>A data set's name, at the commit that was fetched where one was.</summary>
    public static DatasetName Pin(string source, FetchedCommits? known) =>
        DatasetName.Parse(known?.Sources.GetValueOrDefault(source) is { } commit ? $"{source.Split('@')[0]}@{commit}" : source);
}

/// <summary>What the teacher's stored replies took.</summary>
internal sealed record AnnotatedTotals(string Teacher, int Questions, int Replies, long InputTokens, long OutputTokens, decimal? Cost);

[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(FetchedCommits))]
[JsonSerializable(typeof(AnnotatedTotals))]
internal sealed partial class ReproductionJson : JsonSerializerContext;
