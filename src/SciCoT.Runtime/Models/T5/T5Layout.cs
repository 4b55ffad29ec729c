using SciCoT.Checkpoints;
using SciCoT.IO;

namespace SciCoT.Models.T5;

/// <summary>How the tensors of a checkpoint folder belong to the parameters of a T5 model.</summary>
internal static class T5Layout
{
    public const string ConfigFileName = "config.json";

    /// <summary>How many tensors a message names.</summary>
    private const int MaxNames = 20;

    /// <summary>No memory is taken for a model that the files cannot fill by far; nearer mismatches are named in full later.</summary>
    public static void CheckSize(T5Config config, CheckpointFiles files, string directory)
    {
        if (config.ParameterCount > 4 * files.Values + (1 << 24))
            throw new InvalidFileException($"{directory}: {ConfigFileName} describes a model of {config.ParameterCount} parameters, but the files hold {files.Values} values. Check that {ConfigFileName} belongs to these weights.");
    }

    /// <summary>The name by which others can load the base of an adapter.</summary>
    public static string Origin(string directory)
    {
        const string Prefix = "models--";
        var snapshots = Directory.GetParent(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
        return snapshots is { Name: "snapshots", Parent.Name: { } repository } && repository.StartsWith(Prefix, StringComparison.Ordinal)
            ? repository[Prefix.Length..].Replace("--", "/", StringComparison.Ordinal)
            : directory;
    }

    public static TensorNames Names(CheckpointFiles files, string directory)
    {
        try
        {
            return new TensorNames(files.Names);
        }
        catch (InvalidFileException e)
        {
            throw new InvalidFileException($"{directory}: {e.Message}", e);
        }
    }

    /// <summary>
    /// Whether the head is the embedding. A stored head that differs is a matrix of its own, whatever the configuration says:
    /// transformers 5 calls every T5 tied. Where one is stored that is equal, or none, the configuration decides.
    /// </summary>
    public static bool SharesHead(T5Config config, CheckpointFiles files, TensorNames names)
    {
        bool tied = config.TieWordEmbeddings || config.StatesScaling; // a file of transformers 5, or of this library for it
        if (!tied || !names.Contains(TensorNames.Head))
            return tied;
        var embedding = names.All.Where(name => name == TensorNames.Embedding || TensorNames.IsAlias(name)).OrderByDescending(name => name == TensorNames.Embedding).FirstOrDefault();
        if (embedding is null)
            return true; // stored once, under the head's name
        return files.AreEqual(names.Stored(TensorNames.Head), names.Stored(embedding));
    }

    /// <summary>The stored names of each parameter, once all parameters are known to be there.</summary>
    /// <param name="shapes">The model's parameters with their shapes.</param>
    /// <param name="tied">Whether the head is the embedding.</param>
    /// <param name="files">The checkpoint.</param>
    /// <param name="names">The names in it.</param>
    /// <param name="directory">Its folder, for messages.</param>
    /// <exception cref="InvalidFileException">A tensor is missing, is of no T5, or has another shape; or two that must be equal are not.</exception>
    public static Dictionary<string, List<string>> Match(IReadOnlyDictionary<string, long[]> shapes, bool tied, CheckpointFiles files, TensorNames names, string directory)
    {
        var sources = Sources(names, tied);
        Check(shapes, sources, files, names, directory);
        foreach (var name in shapes.Keys)
        {
            foreach (var alias in sources[name].Skip(1))
            {
                if (!files.AreEqual(names.Stored(sources[name][0]), names.Stored(alias)))
                {
                    throw new InvalidFileException($"{directory}: {alias} differs from {sources[name][0]}, but a T5 model has one matrix for both, and transformers' versions disagree: "
                        + $"4 computes with the copy that it reads last, 5 with each where it stands. "
                        + $"If {sources[name][0]} is the right one, load the folder in transformers, call model.tie_weights() and save it again; otherwise set {sources[name][0]} first.");
                }
            }
        }

        return sources;
    }

    /// <summary>The tensors of a checkpoint that are no parameters of the model, of what <see cref="Match"/> returned.</summary>
    public static IReadOnlyList<string> LeftOut(IReadOnlyDictionary<string, List<string>> sources, IEnumerable<string> parameters) =>
        [.. sources.Keys.Except(parameters).Order(StringComparer.Ordinal)];

    /// <summary>The stored names of each parameter: usually one, more where a shared matrix is stored under several.</summary>
    private static Dictionary<string, List<string>> Sources(TensorNames names, bool tied)
    {
        var sources = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var name in names.All.Where(name => !TensorNames.IsUnused(name)).OrderByDescending(name => name == TensorNames.Embedding))
        {
            bool isEmbedding = TensorNames.IsAlias(name) || (tied && name == TensorNames.Head);
            var parameter = isEmbedding ? TensorNames.Embedding : name;
            if (!sources.TryGetValue(parameter, out var stored))
                sources[parameter] = stored = [];
            stored.Add(name);
        }

        return sources;
    }

    private static void Check(IReadOnlyDictionary<string, long[]> shapes, Dictionary<string, List<string>> sources, CheckpointFiles files, TensorNames names, string directory)
    {
        var missing = shapes.Keys.Where(name => !sources.ContainsKey(name)).ToArray();
        List<string> problems =
        [
            .. missing.Select(name => $"missing: {name}"),
            .. sources.Keys.Where(name => !shapes.ContainsKey(name) && TensorNames.IsOfT5(name)).Select(name => $"unexpected: {ForeignText.Shown(name)}"),
            .. from source in sources
               where shapes.ContainsKey(source.Key)
               from name in source.Value
               let shape = files.Shape(names.Stored(name))
               where !shape.SequenceEqual(shapes[source.Key])
               select $"shape: {name} should be [{string.Join(", ", shapes[source.Key])}] and is [{string.Join(", ", shape.Take(8))}]",
        ];
        if (problems.Count == 0)
            return;
        var more = problems.Count > MaxNames ? $"; and {problems.Count - MaxNames} more" : "";
        throw new InvalidFileException(
            $"{directory}: the tensors are not those of {ConfigFileName}. {string.Join("; ", problems.Take(MaxNames))}{more}. {Remedy(missing, problems.Count, names)}");
    }

    private static string Remedy(string[] missing, int problems, TensorNames names)
    {
        if (!names.All.Any(TensorNames.IsOfT5))
            return "No name is of a T5 model: check that these are T5's weights.";
        if (!names.HasDecoder)
            return "This is an encoder alone (T5EncoderModel), which cannot write: take the checkpoint of the whole model, saved from T5ForConditionalGeneration.";
        if (!names.All.Any(name => name.StartsWith("encoder.block.", StringComparison.Ordinal)))
            return "This is a decoder alone: take the checkpoint of the whole model, saved from T5ForConditionalGeneration.";
        return missing is [TensorNames.Head] && problems == 1
            ? $"The head is not stored: the model may have been saved without it (T5Model); save it from T5ForConditionalGeneration. If the head shares the embedding, {ConfigFileName} must say \"tie_word_embeddings\": true."
            : $"Check that {ConfigFileName} belongs to these weights.";
    }
}
