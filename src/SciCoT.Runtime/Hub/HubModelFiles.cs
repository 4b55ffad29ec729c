using SciCoT.Checkpoints;

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

    /// <summary>Picks the files to fetch; the last one is the weights, or the table of their shards.</summary>
    /// <param name="repository">For the message.</param>
    /// <param name="listed">The names of all files of the repository. Only names known here are ever taken from it.</param>
    /// <param name="allowPickle">Whether weights in <c>pytorch_model.bin</c> are taken where there are no others.</param>
    /// <exception cref="HubException">The repository has no checkpoint.</exception>
    public static IReadOnlyList<string> Pick(string repository, IReadOnlySet<string> listed, bool allowPickle)
    {
        if (!listed.Contains("config.json"))
            throw new HubException($"{repository}: there is no config.json, so this is no model that transformers loads.");
        var weights = Weights.Where(w => listed.Contains(w.File)).ToArray();
        if (weights.FirstOrDefault(w => allowPickle || !w.IsPickle).File is { } chosen)
            return [.. Small.Where(listed.Contains), chosen];
        throw new HubException(weights.Length > 0
            ? $"{repository}: the weights are there only as {weights[0].File}, a pickle. Allow it with allowPickle (scicot: --allow-pickle): the reader takes tensors only and executes nothing."
            : $"{repository}: there are no weights here that are read; expected {CheckpointFiles.SingleFileName} or {ShardIndex.FileName}. {OtherFormats.Describe(listed)}".TrimEnd());
    }

    /// <summary>The shards that a table names; none where the file is no table.</summary>
    public static IReadOnlyList<string> Shards(string path) =>
        Path.GetFileName(path) is ShardIndex.FileName or ShardIndex.PickleFileName
            ? [.. ShardIndex.Read(path).Values.Distinct().Order(StringComparer.Ordinal)]
            : [];

    /// <summary>What a folder lacks to be a checkpoint; <see langword="null"/> where it is one.</summary>
    public static string? Missing(string directory, bool allowPickle)
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
