using SciCoT.IO;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SciCoT.Models.Checkpoints;

/// <summary>Between a <see cref="T5Model"/> and a Hugging Face checkpoint folder.</summary>
internal static class T5Checkpoint
{
    public const string ConfigFileName = "config.json";

    /// <summary>The size above which Hugging Face splits weights into shards.</summary>
    public const long MaxShardBytes = 5_000_000_000;

    private const string Embedding = "shared.weight";
    private const string Head = "lm_head.weight";

    /// <summary>Other names under which the embedding may be stored.</summary>
    private static readonly string[] EmbeddingAliases = ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight"];

    /// <summary>In the first T5 checkpoints, but never used: cross-attention has no position bias.</summary>
    private const string UnusedBias = "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight";

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
        var model = new T5Model(config);
        try
        {
            if (precision != model.Precision)
                model.to(precision);
            Fill(model, files, directory);
            files.CheckUnchanged();
            model.Origin = directory;
            if (device is not null)
                model.to(device);
            if (weightFormat != WeightFormat.Float32)
                model.Narrow(weightFormat);
            model.eval();
            model.GenerationConfig = GenerationConfig.Read(directory);
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
        model.Config.Save(Path.Combine(directory, ConfigFileName), TorchName(precision));
        AtomicFile.WriteAllText(Path.Combine(directory, GenerationConfig.FileName), model.GenerationConfig ?? GenerationConfig.Of(model.Config));
        CheckpointFiles.Write(
            directory,
            [.. model.named_parameters().Select(p => KeyValuePair.Create(p.name, model.Adapter?.Merged(p.name) ?? p.parameter)).OrderBy(p => p.Key, StringComparer.Ordinal)],
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

    private static void Fill(T5Model model, CheckpointFiles files, string directory)
    {
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter, StringComparer.Ordinal);
        var sources = Sources(files, model.Config.TieWordEmbeddings);
        Check(parameters, sources, files, directory);
        foreach (var (name, parameter) in parameters)
        {
            using var value = files.Read(sources[name][0], model.Precision);
            FiniteWeights.Check(value, sources[name][0], directory);
            parameter.set_(value);
            foreach (var alias in sources[name].Skip(1))
            {
                using var other = files.Read(alias, model.Precision);
                if (!value.eq(other).all().item<bool>())
                    throw new InvalidFileException($"{directory}: {alias} differs from {sources[name][0]}, but this model has one matrix for both. "
                        + (alias == Head ? "If the head is a matrix of its own, config.json must say \"tie_word_embeddings\": false." : "Encoder and decoder with different embeddings are not T5."));
            }
        }
    }

    /// <summary>The stored names of each parameter: usually one, more where a shared matrix is stored under several.</summary>
    private static Dictionary<string, List<string>> Sources(CheckpointFiles files, bool tied)
    {
        var sources = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var name in files.Names.Where(n => n != UnusedBias).OrderByDescending(n => n == Embedding))
        {
            bool isEmbedding = EmbeddingAliases.Contains(name) || (tied && name == Head);
            var parameter = isEmbedding ? Embedding : name;
            if (!sources.TryGetValue(parameter, out var stored))
                sources[parameter] = stored = [];
            stored.Add(name);
        }

        return sources;
    }

    private static void Check(Dictionary<string, Parameter> parameters, Dictionary<string, List<string>> sources, CheckpointFiles files, string directory)
    {
        List<string> problems =
        [
            .. parameters.Keys.Where(name => !sources.ContainsKey(name)).Select(name => $"missing: {name}"),
            .. sources.Keys.Where(name => !parameters.ContainsKey(name)).Select(name => $"unexpected: {name}"),
            .. from source in sources
               where parameters.ContainsKey(source.Key)
               from name in source.Value
               where !files.Shape(name).SequenceEqual(parameters[source.Key].shape)
               select $"shape: {name} should be [{string.Join(", ", parameters[source.Key].shape)}] and is [{string.Join(", ", files.Shape(name))}]",
        ];
        if (problems.Count > 0)
            throw new InvalidFileException(
                $"{directory}: the tensors are not those of {ConfigFileName}. {string.Join("; ", problems)}. Check that {ConfigFileName} belongs to these weights.");
    }
}
