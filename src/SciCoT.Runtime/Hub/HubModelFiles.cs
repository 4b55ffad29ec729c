using SciCoT.Checkpoints;
using SciCoT.Models;

namespace SciCoT.Hub;

/// <summary>Which of a repository's files make a checkpoint.</summary>
internal static class HubModelFiles
{
    private static readonly string[] Small =
    [
        "config.json", "generation_config.json",
        "spiece.model", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    ];

    /// <summary>The weights that are taken, by preference: whole before sharded, tensors alone before pickles.</summary>
    private static readonly (string File, bool IsPickle)[] Weights =
    [
        (CheckpointFiles.SingleFileName, false),
        (ShardIndex.FileName, false),
        (CheckpointFiles.PickleFileName, true),
        (ShardIndex.PickleFileName, true),
    ];

    /// <summary>The folders that are checkpoints, each with a slash behind it: those of two students, or the repository itself, which is <c>""</c>.</summary>
    public static IReadOnlyList<string> Folders(IReadOnlySet<string> listed) => listed.Contains(StudentFolders.Manifest) && !listed.Contains("config.json")
        ? [StudentFolders.RationaleStudent + "/", StudentFolders.AnswerStudent + "/"]
        : [""];

    /// <summary>What belongs to two students beside their checkpoints; the manifest stands last, so that a folder that has it is whole.</summary>
    public static IReadOnlyList<string> Beside(IReadOnlySet<string> listed) =>
        Folders(listed).Count > 1 ? [.. new[] { StudentFolders.Card, StudentFolders.Manifest }.Where(listed.Contains)] : [];

    /// <summary>Picks the files of one folder to fetch; the last one is the weights, or the table of their shards.</summary>
    /// <param name="repository">For the message.</param>
    /// <param name="all">The names of all files of the repository. Only names known here are ever taken from it.</param>
    /// <param name="folder">One of <see cref="Folders"/>.</param>
    /// <param name="allowPickle">Whether weights in <c>pytorch_model.bin</c> are taken where there are no others.</param>
    /// <exception cref="HubException">The folder has no checkpoint.</exception>
    public static IReadOnlyList<string> Pick(string repository, IReadOnlySet<string> all, string folder, bool allowPickle)
    {
        var listed = all.Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Select(name => name[folder.Length..]).ToHashSet(StringComparer.Ordinal);
        if (folder.Length > 0)
            repository = $"{repository}/{folder.TrimEnd('/')}";
        if (!listed.Contains("config.json"))
            throw new HubException($"{repository}: there is no config.json, so this is no model that transformers loads.");
        var weights = Weights.Where(w => listed.Contains(w.File)).ToArray();
        if (weights.FirstOrDefault(w => allowPickle || !w.IsPickle).File is { } chosen)
            return [.. Small.Where(listed.Contains).Append(chosen).Select(name => folder + name)];
        throw new HubException(weights.Length > 0
            ? $"{repository}: the weights are there only as {weights[0].File}, a pickle. Allow it with allowPickle (scicot: --allow-pickle): the reader takes tensors only and executes nothing."
            : $"{repository}: there are no weights here that are read; expected {CheckpointFiles.SingleFileName} or {ShardIndex.FileName}. {OtherFormats.Describe(listed)}".TrimEnd());
    }

    /// <summary>The files of one folder with their shards, before the table that names those is there: all files that are named like one.</summary>
    /// <inheritdoc cref="Pick"/>
    public static IReadOnlyList<string> PickWithShards(string repository, IReadOnlySet<string> all, string folder)
    {
        var names = Pick(repository, all, folder, allowPickle: false);
        return Path.GetFileName(names[^1]) != ShardIndex.FileName
            ? names
            : [.. names, .. all.Where(name => name.StartsWith(folder, StringComparison.Ordinal) && !name[folder.Length..].Contains('/', StringComparison.Ordinal) && name.EndsWith(".safetensors", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The shards that a table names; none where the file is no table.</summary>
    public static IReadOnlyList<string> Shards(string path) =>
        Path.GetFileName(path) is ShardIndex.FileName or ShardIndex.PickleFileName
            ? [.. ShardIndex.Read(path).Values.Distinct().Order(StringComparer.Ordinal)]
            : [];

    /// <summary>What a folder lacks to be a checkpoint or two students; <see langword="null"/> where it is one.</summary>
    public static string? Missing(string directory, bool allowPickle) => HubCache.IsThere(Path.Combine(directory, StudentFolders.Manifest)) && !HubCache.IsThere(Path.Combine(directory, "config.json"))
        ? MissingOf(directory, StudentFolders.RationaleStudent, allowPickle) ?? MissingOf(directory, StudentFolders.AnswerStudent, allowPickle)
        : MissingOfCheckpoint(directory, allowPickle);

    /// <summary>Whether a file's name is one of those that a checkpoint consists of.</summary>
    public static bool IsOne(string name) =>
        Small.Contains(name) || name.EndsWith(".safetensors", StringComparison.Ordinal) || name is ShardIndex.FileName or CheckpointFiles.PickleFileName or ShardIndex.PickleFileName;

    private static string? MissingOf(string directory, string student, bool allowPickle) =>
        MissingOfCheckpoint(Path.Combine(directory, student), allowPickle) is { } missing ? $"{student}/{missing}" : null;

    private static string? MissingOfCheckpoint(string directory, bool allowPickle)
    {
        if (!HubCache.IsThere(Path.Combine(directory, "config.json")))
            return "config.json";
        if (!HubCache.IsThere(Path.Combine(directory, "spiece.model")) && !HubCache.IsThere(Path.Combine(directory, "tokenizer.json")))
            return "spiece.model";
        var weights = Weights.Where(w => (allowPickle || !w.IsPickle) && HubCache.IsThere(Path.Combine(directory, w.File))).Select(w => w.File).FirstOrDefault();
        return weights is null
            ? CheckpointFiles.SingleFileName
            : Shards(Path.Combine(directory, weights)).FirstOrDefault(shard => !HubCache.IsThere(Path.Combine(directory, shard)));
    }
}
