using SciCoT.Checkpoints;
using SciCoT.IO;
using SciCoT.Models.T5;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>Between a <see cref="T5Model"/> and a Hugging Face checkpoint folder.</summary>
internal static class T5Checkpoint
{
    /// <summary>The size above which Hugging Face splits weights into shards.</summary>
    public const long MaxShardBytes = 5_000_000_000;

    public static T5Model Load(string directory, Device? device, ScalarType? dtype, bool allowPickle)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var precision = Precision(dtype);
        var config = T5Config.Load(Path.Combine(directory, T5Layout.ConfigFileName));
        using var files = CheckpointFiles.Open(directory, allowPickle);
        if (files.Rounding is { } rounding && rounding != WeightMemory.NameOf(WeightFormat.BFloat16))
            throw new InvalidFileException($"{directory}: the weights were rounded to {ForeignText.Shown(rounding)} by an export, for answering on a CPU; training and other devices need them as they were trained. Load the folder that was exported, or {nameof(T5InferenceModel)} from this one.");
        T5Layout.CheckSize(config, files, directory);
        TorchBackend.EnsureLoaded();

        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var names = T5Layout.Names(files, directory);
        config = config with { TieWordEmbeddings = T5Layout.SharesHead(config, files, names) };
        var model = new T5Model(config);
        try
        {
            if (precision != model.Precision)
                model.to(precision);
            Fill(model, files, names, directory);
            files.CheckUnchanged();
            if (device is not null)
                model.to(device);
            model.eval();
            model.GenerationConfig = GenerationConfig.Read(directory);
            model.Origin = T5Layout.Origin(directory);
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
        model.Config.Save(Path.Combine(directory, T5Layout.ConfigFileName), TorchName(precision), storesHead);
        AtomicFile.WriteAllText(Path.Combine(directory, GenerationConfig.FileName), model.GenerationConfig ?? GenerationConfig.Of(model.Config));
        CheckpointWriter.Write(
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

    private static void Fill(T5Model model, CheckpointFiles files, TensorNames names, string directory)
    {
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter, StringComparer.Ordinal);
        var sources = T5Layout.Match(parameters.ToDictionary(p => p.Key, p => p.Value.shape, StringComparer.Ordinal), model.Config.TieWordEmbeddings, files, names, directory);
        using (var weights = new WeightReading(model, files, directory))
        {
            foreach (var (name, parameter) in parameters)
                weights.Add(parameter, names.Stored(sources[name][0]));
            weights.Read();
        }

        model.LeftOutTensors = T5Layout.LeftOut(sources, parameters.Keys);
    }
}
