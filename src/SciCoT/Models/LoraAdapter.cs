using SciCoT.Checkpoints;
using SciCoT.Compute;
using SciCoT.IO;
using SciCoT.Models.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>
/// A low-rank adapter on a model (LoRA, arXiv 2106.09685). While it is attached the model computes with it, only its weights are
/// trained, and the base's are frozen; it is stored in PEFT's layout.
/// </summary>
/// <remarks>
/// Training a small adapter takes the gradients and optimizer states of a few percent of the weights, so that a large base can
/// be taught in little memory; the base may then be in bfloat16. Merge before the model answers questions: the merged model costs
/// no more than the base. Its owner is the code that attached it. Disposing of it waits for what is computed with the model. Not safe for
/// concurrent callers.
/// </remarks>
/// <include file="Examples.xml" path="examples/LoraAdapter/example"/>
public sealed class LoraAdapter : IDisposable
{
    /// <summary>The name of the file with the weights.</summary>
    internal const string WeightsFileName = LoraConfigJson.WeightsFileName;

    /// <summary>PEFT wraps a model twice, which its keys show.</summary>
    private const string KeyPrefix = "base_model.model.";

    private readonly T5Model _model;
    private readonly IReadOnlyDictionary<string, T5Linear> _linears;
    private Parameter[] _frozen = [];
    private bool _isDisposed;

    private LoraAdapter(T5Model model, LoraConfig config)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(config);
        if (model.Adapter is not null)
            throw new InvalidOperationException("The model has an adapter already; merge or dispose it first.");
        (_model, Config, _linears) = (model, config, Targets(model, config));
    }

    /// <summary>The adapter's shape.</summary>
    public LoraConfig Config { get; }

    /// <summary>The numbers that are trained.</summary>
    public long ParameterCount => Parameters().Sum(p => p.parameter.numel());

    /// <summary>Puts a fresh adapter on a model; the model computes as before until it is trained.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="config">The shape.</param>
    /// <param name="seed">Seeds the random part.</param>
    /// <exception cref="ArgumentException">A value of the configuration is out of range, or the model has no such layer.</exception>
    /// <exception cref="InvalidOperationException">The model has an adapter already.</exception>
    public static LoraAdapter Attach(T5Model model, LoraConfig config, long seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var alone = model.UseAlone();
        var adapter = new LoraAdapter(model, config);
        using var generator = new Generator(unchecked((ulong)seed), model.Device);
        using var _ = no_grad();
        adapter.Attach(layer => layer.Initialize(generator));
        return adapter;
    }

    /// <summary>Puts a stored adapter on a model.</summary>
    /// <param name="model">The model that the adapter was trained on; it stays the caller's.</param>
    /// <param name="directory">The folder with <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>, as PEFT or this library wrote it.</param>
    /// <exception cref="MissingFileException">A file of the folder is missing.</exception>
    /// <exception cref="InvalidFileException">A file is damaged, describes more than plain LoRA, or does not fit the model.</exception>
    /// <exception cref="InvalidOperationException">The model has an adapter already.</exception>
    public static LoraAdapter Load(T5Model model, string directory)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        using var alone = model.UseAlone();
        var config = LoraConfig.Load(Path.Combine(directory, LoraConfigJson.FileName));
        try
        {
            var adapter = new LoraAdapter(model, config);
            adapter.Read(Path.Combine(directory, WeightsFileName));
            return adapter;
        }
        catch (ArgumentException e) when (e.ParamName == nameof(config))
        {
            throw new InvalidFileException($"{directory}: {e.Message} Check that the adapter was made for this model.", e);
        }
    }

    /// <summary>Writes the adapter as PEFT lays it out; the base is not written, but named: by <see cref="LoraConfig.BaseModel"/>, or by where it was loaded from.</summary>
    /// <param name="directory">The folder; it is made where it is missing, and its files are replaced as a whole.</param>
    public void Save(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        using var alone = _model.UseAlone(evenIfDisposed: true);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Directory.CreateDirectory(directory);
        SafetensorsWriter.Write(
            Path.Combine(directory, WeightsFileName),
            [.. Parameters().Select(p => KeyValuePair.Create(KeyPrefix + p.name, (Tensor)p.parameter)).OrderBy(p => p.Key, StringComparer.Ordinal)],
            ScalarType.Float32);
        (Config with { BaseModel = Config.BaseModel ?? _model.Origin }).Save(Path.Combine(directory, LoraConfigJson.FileName));
    }

    /// <summary>
    /// Adds the adapter to the base's weights and takes it off: the model computes as with the adapter, to within rounding, and can
    /// be saved as any other. The adapter cannot be used afterwards.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The adapter or its model is disposed of.</exception>
    public void Merge()
    {
        using var alone = _model.UseAlone();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using (NewDisposeScope())
        using (no_grad())
        {
            foreach (var linear in _linears.Values)
                linear.weight.copy_(linear.weight.to_type(ScalarType.Float32).Plus(linear.Adapter!.WeightChange()));
        }

        Dispose();
    }

    /// <summary>Takes the adapter off the model, whose weights are as they were, and frees it.</summary>
    public void Dispose()
    {
        using var alone = _model.UseAlone(evenIfDisposed: true);
        if (_isDisposed)
            return;
        _isDisposed = true;
        foreach (var linear in _linears.Values)
        {
            linear.Adapter?.Dispose();
            linear.Adapter = null;
        }

        _model.Adapter = null;
        if (_model.IsDisposed)
            return;
        foreach (var parameter in _frozen)
            parameter.requires_grad = true;
    }

    /// <summary>A layer's weight with what merging would add to it; <see langword="null"/> for a parameter that the adapter leaves as it is.</summary>
    /// <param name="parameter">The parameter's name in the model.</param>
    internal Tensor? Merged(string parameter)
    {
        const string Weight = ".weight";
        if (!parameter.EndsWith(Weight, StringComparison.Ordinal) || !_linears.TryGetValue(parameter[..^Weight.Length], out var linear))
            return null;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return linear.weight.to_type(ScalarType.Float32).Plus(linear.Adapter!.WeightChange()).to_type(linear.weight.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The weights under the names that PEFT gives them, without its prefix.</summary>
    internal IEnumerable<(string name, Parameter parameter)> Parameters() => _linears.SelectMany(pair => new[]
    {
        (name: $"{pair.Key}.lora_A.weight", parameter: pair.Value.Adapter!.A),
        (name: $"{pair.Key}.lora_B.weight", parameter: pair.Value.Adapter.B),
    });

    private void Attach(Action<LoraLayer> fill)
    {
        foreach (var (name, linear) in _linears)
        {
            linear.Adapter = new LoraLayer(linear, Config.For(name));
            fill(linear.Adapter);
        }

        _model.Adapter = this;
        _frozen = [.. _model.parameters().Where(parameter => parameter.requires_grad)];
        foreach (var parameter in _frozen)
            parameter.requires_grad = false;
    }

    private void Read(string path)
    {
        if (!File.Exists(path))
            throw new MissingFileException($"{path}: the adapter's weights are missing. Weights in other formats (adapter_model.bin) must be converted first, for example with save_pretrained(safe_serialization=True).", path);

        using var file = new SafetensorsFile(path);
        var stored = file.Header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        Check(stored, path); // before memory is taken
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Attach(_ => { });
        try
        {
            foreach (var (name, parameter) in Parameters())
            {
                var value = file.Read(stored[KeyPrefix + name], ScalarType.Float32);
                TensorReading.CheckFinite(value, KeyPrefix + name, path);
                parameter.copy_(value);
            }

            file.CheckUnchanged();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private void Check(Dictionary<string, SafetensorsEntry> stored, string path)
    {
        if (stored.Keys.Where(IsEmbedding).Select(name => ForeignText.Shown(name)).ToArray() is { Length: > 0 } embeddings)
            throw new InvalidFileException($"{path}: the adapter carries embeddings along ({string.Join(", ", embeddings.Take(20))}), trained or of another size; this library reads plain LoRA without them. {LoraConfigJson.MergeRemedy}");
        var expected = _linears.SelectMany(pair => new[]
        {
            (Name: $"{KeyPrefix}{pair.Key}.lora_A.weight", Shape: new[] { Config.For(pair.Key).Rank, pair.Value.weight.shape[1] }),
            (Name: $"{KeyPrefix}{pair.Key}.lora_B.weight", Shape: new[] { pair.Value.weight.shape[0], Config.For(pair.Key).Rank }),
        }).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape, StringComparer.Ordinal);
        string[] problems =
        [
            .. expected.Keys.Where(name => !stored.ContainsKey(name)).Select(name => $"missing: {name}"),
            .. stored.Keys.Where(name => !expected.ContainsKey(name)).Select(name => $"unexpected: {ForeignText.Shown(name)}"),
            .. expected.Where(tensor => stored.TryGetValue(tensor.Key, out var entry) && !entry.Shape.SequenceEqual(tensor.Value))
                .Select(tensor => $"shape: {tensor.Key} should be [{string.Join(", ", tensor.Value)}] and is [{string.Join(", ", stored[tensor.Key].Shape)}]"),
        ];
        if (problems.Length > 0)
            throw new InvalidFileException($"{path}: the tensors are not those of {LoraConfigJson.FileName} on this model. {string.Join("; ", problems.Take(20))}{(problems.Length > 20 ? $"; and {problems.Length - 20} more" : "")}. Check that the adapter was made for this model.");
    }

    /// <summary>Whether a tensor is of the embedding or the head as such; PEFT saves them along when they were trained or resized.</summary>
    private static bool IsEmbedding(string name) => name.Contains("lora_embedding_", StringComparison.Ordinal)
        || (!name.Contains(".lora_", StringComparison.Ordinal) && (name.Contains("shared.", StringComparison.Ordinal) || name.Contains("embed_tokens.", StringComparison.Ordinal) || name.Contains("lm_head.", StringComparison.Ordinal)));

    /// <summary>The layers that the configuration names, with their names in the model.</summary>
    private static Dictionary<string, T5Linear> Targets(T5Model model, LoraConfig config)
    {
        config.Validate();
        var layers = model.named_modules()
            .Where(named => named.module is T5Linear && LoraConfig.Layers.Contains(named.name[(named.name.LastIndexOf('.') + 1)..]))
            .ToDictionary(named => named.name, named => (T5Linear)named.module, StringComparer.Ordinal);
        // A gated feed-forward layer has wi_0 and wi_1, a plain one wi: a list may name both forms.
        if (config.TargetModules.FirstOrDefault(target => target is not ("wi" or "wi_0" or "wi_1") && !layers.Keys.Any(name => Names(target, name))) is { } nowhere)
            throw new ArgumentException($"target_modules names '{nowhere}', but the model has no such layer{(nowhere == "lm_head" ? " (its head is tied to the embedding)" : "")}.", nameof(config));
        var targets = layers.Where(layer => config.TargetModules.Any(target => Names(target, layer.Key))).ToDictionary(StringComparer.Ordinal);
        return targets.Count > 0
            ? targets
            : throw new ArgumentException($"target_modules names {string.Join(", ", config.TargetModules)}, but the model has none of these layers.", nameof(config));

        static bool Names(string target, string layer) => layer == target || layer.EndsWith("." + target, StringComparison.Ordinal);
    }
}
