using SciCoT.IO;
using SciCoT.Models.Checkpoints;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>Between a <see cref="T5Model"/> and a Hugging Face checkpoint folder.</summary>
internal static class T5Checkpoint
{
    public const string ConfigFileName = "config.json";

    /// <summary>The size above which Hugging Face splits weights into shards.</summary>
    public const long MaxShardBytes = 5_000_000_000;

    /// <summary>How many tensors a message names.</summary>
    private const int MaxNames = 20;

    public static T5Model Load(string directory, Device? device, ScalarType? dtype, WeightFormat weightFormat, bool allowPickle)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var precision = Precision(dtype);
        if (!Enum.IsDefined(weightFormat))
            throw new ArgumentException($"Weights are kept as {string.Join(", ", Enum.GetNames<WeightFormat>())}; got {weightFormat}.", nameof(weightFormat));
        if (weightFormat != WeightFormat.Float32 && precision != ScalarType.Float32)
            throw new ArgumentException($"With {weightFormat} weights a model computes in float32; leave the precision out.", nameof(dtype));
        var config = T5Config.Load(Path.Combine(directory, ConfigFileName));
        using var files = CheckpointFiles.Open(directory, allowPickle);
        CheckSize(config, files, directory);
        TorchBackend.EnsureLoaded();

        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var names = Names(files, directory);
        config = config with { TieWordEmbeddings = SharesHead(config, files, names) };
        var model = new T5Model(config);
        try
        {
            if (precision != model.Precision)
                model.to(precision);
            // On another device weights are rounded there, as any model's: the CPU's are rounded as they are read.
            Fill(model, files, names, directory, device is null || device.type == DeviceType.CPU ? weightFormat : WeightFormat.Float32);
            files.CheckUnchanged();
            if (device is not null)
                model.to(device);
            if (weightFormat != WeightFormat.Float32)
                model.Narrow(weightFormat);
            model.eval();
            model.GenerationConfig = GenerationConfig.Read(directory);
            model.Origin = Origin(directory);
            foreach (var parameter in model.parameters())
                parameter.DetachFromDisposeScope();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes a checkpoint folder; weights above <paramref name="maxShardBytes"/> go into several files with an index.</summary>
    public static void Save(T5Model model, string directory, ScalarType? storeAs = null, long maxShardBytes = MaxShardBytes, bool merge = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        using var use = model.Use();
        if (model.WeightFormat != WeightFormat.Float32)
            throw new InvalidOperationException($"The model was loaded with {model.WeightFormat} weights, rounded for answering; load it with {nameof(WeightFormat.Float32)} to save it.");
        if (model.Adapter is not null != merge)
        {
            throw new InvalidOperationException(merge
                ? $"There is no adapter to merge; save the model with {nameof(T5Model.Save)}."
                : $"The model has an adapter attached, which {nameof(T5Model.Save)} would lose. Call {nameof(T5Model.SaveMerged)} to write both as one, or {nameof(LoraAdapter)}.{nameof(LoraAdapter.Save)} to write the adapter alone; {nameof(LoraAdapter.Merge)} and {nameof(LoraAdapter.Dispose)} take it off the model.");
        }

        var precision = storeAs ?? model.Precision;
        if (precision is not (ScalarType.Float32 or ScalarType.BFloat16 or ScalarType.Float16))
            throw new ArgumentException($"Weights are stored as float32, bfloat16 or float16; got {precision}.", nameof(storeAs));

        using var scope = NewDisposeScope();
        Directory.CreateDirectory(directory);
        var tensors = model.named_parameters().Select(p => KeyValuePair.Create(p.name, model.Adapter?.Merged(p.name) ?? p.parameter)).ToList();
        bool storesHead = model.lm_head is null && !model.Config.ScalesHead; // transformers 4 scales where there is none
        if (storesHead)
            tensors.Add(KeyValuePair.Create(TensorNames.Head, (Tensor)model.shared.weight));
        model.Config.Save(Path.Combine(directory, ConfigFileName), TorchName(precision), storesHead);
        AtomicFile.WriteAllText(Path.Combine(directory, GenerationConfig.FileName), model.GenerationConfig ?? GenerationConfig.Of(model.Config));
        CheckpointFiles.Write(
            directory,
            [.. tensors.OrderBy(p => p.Key, StringComparer.Ordinal)],
            precision,
            maxShardBytes);
    }

    private static string TorchName(ScalarType precision) => precision switch
    {
        ScalarType.Float32 => "float32",
        ScalarType.BFloat16 => "bfloat16",
        _ => "float16",
    };

    private static ScalarType Precision(ScalarType? dtype) => dtype switch
    {
        null or ScalarType.Float32 => ScalarType.Float32,
        ScalarType.BFloat16 => ScalarType.BFloat16,
        ScalarType.Float16 => throw new ArgumentException("T5's activations overflow float16 (its largest number is 65504); take bfloat16, which has float32's range, or float32.", nameof(dtype)),
        _ => throw new ArgumentException($"A T5 model computes in float32 or bfloat16; got {dtype}.", nameof(dtype)),
    };

    /// <summary>No memory is taken for a model that the files cannot fill by far; nearer mismatches are named in full later.</summary>
    private static void CheckSize(T5Config config, CheckpointFiles files, string directory)
    {
        if (config.ParameterCount > 4 * files.Values + (1 << 24))
            throw new InvalidFileException($"{directory}: {ConfigFileName} describes a model of {config.ParameterCount} parameters, but the files hold {files.Values} values. Check that {ConfigFileName} belongs to these weights.");
    }

    /// <summary>The name by which others can load the base of an adapter.</summary>
    private static string Origin(string directory)
    {
        const string Prefix = "models--";
        var snapshots = Directory.GetParent(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
        return snapshots is { Name: "snapshots", Parent.Name: { } repository } && repository.StartsWith(Prefix, StringComparison.Ordinal)
            ? repository[Prefix.Length..].Replace("--", "/", StringComparison.Ordinal)
            : directory;
    }

    private static TensorNames Names(CheckpointFiles files, string directory)
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
    private static bool SharesHead(T5Config config, CheckpointFiles files, TensorNames names)
    {
        bool tied = config.TieWordEmbeddings || config.StatesScaling; // a file of transformers 5, or of this library for it
        if (!tied || !names.Contains(TensorNames.Head))
            return tied;
        var embedding = names.All.Where(name => name == TensorNames.Embedding || TensorNames.IsAlias(name)).OrderByDescending(name => name == TensorNames.Embedding).FirstOrDefault();
        if (embedding is null)
            return true; // stored once, under the head's name
        return files.AreEqual(names.Stored(TensorNames.Head), names.Stored(embedding));
    }

    private static void Fill(T5Model model, CheckpointFiles files, TensorNames names, string directory, WeightFormat format)
    {
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter, StringComparer.Ordinal);
        var sources = Sources(names, model.Config.TieWordEmbeddings);
        Check(parameters, sources, files, names, directory);
        foreach (var name in parameters.Keys)
        {
            foreach (var alias in sources[name].Skip(1))
            {
                if (!files.AreEqual(names.Stored(sources[name][0]), names.Stored(alias)))
                {
                    throw new InvalidFileException($"{directory}: {alias} differs from {sources[name][0]}, but a T5 model has one matrix for both, and transformers does not agree with itself: "
                        + $"version 4 computes with the copy that it reads last, version 5 with each where it stands. "
                        + $"If {sources[name][0]} is the right one, load the folder in transformers, call model.tie_weights() and save it again; otherwise set {sources[name][0]} to the right one first.");
                }
            }
        }

        using (var weights = new WeightReading(model, files, directory, format))
        {
            foreach (var (name, parameter) in parameters)
                weights.Add(name, parameter, names.Stored(sources[name][0]));
            weights.Read();
        }

        model.LeftOutTensors = [.. sources.Keys.Where(name => !parameters.ContainsKey(name)).Order(StringComparer.Ordinal)];
    }

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

    private static void Check(Dictionary<string, Parameter> parameters, Dictionary<string, List<string>> sources, CheckpointFiles files, TensorNames names, string directory)
    {
        var missing = parameters.Keys.Where(name => !sources.ContainsKey(name)).ToArray();
        List<string> problems =
        [
            .. missing.Select(name => $"missing: {name}"),
            .. sources.Keys.Where(name => !parameters.ContainsKey(name) && TensorNames.IsOfT5(name)).Select(name => $"unexpected: {ForeignText.Shown(name)}"),
            .. from source in sources
               where parameters.ContainsKey(source.Key)
               from name in source.Value
               let shape = files.Shape(names.Stored(name))
               where !shape.SequenceEqual(parameters[source.Key].shape)
               select $"shape: {name} should be [{string.Join(", ", parameters[source.Key].shape)}] and is [{string.Join(", ", shape.Take(8))}]",
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
