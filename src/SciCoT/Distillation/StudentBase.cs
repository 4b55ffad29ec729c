using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Tokenization;

namespace SciCoT.Distillation;

/// <summary>The start of a student: a pretrained checkpoint folder, or random weights of a given shape.</summary>
/// <include file="Examples.xml" path="examples/StudentBase/example"/>
public sealed class StudentBase
{
    private readonly Func<T5Model> _model;
    private readonly Func<T5Tokenizer> _tokenizer;

    private readonly Func<long, StudentBase>? _seeded;
    private readonly Lazy<string?> _weightsHash;
    private readonly Lazy<string?> _tokenizerHash;

    private StudentBase(
        string name, string description, Func<T5Model> model, Func<T5Tokenizer> tokenizer, Func<string?> weightsHash, Func<string?> tokenizerHash, Func<long, StudentBase>? seeded = null)
    {
        _weightsHash = new(weightsHash);
        _tokenizerHash = new(tokenizerHash);
        Name = name;
        Description = description;
        _model = model;
        _tokenizer = tokenizer;
        _seeded = seeded;
    }

    /// <summary>What it is, in a word or two, as in a table's row.</summary>
    internal string Name { get; }

    /// <summary>What it is, in words that identify it in a run's records.</summary>
    public string Description { get; }

    /// <summary>The model on the Hub that it is; <see langword="null"/> for random weights and folders of other origin.</summary>
    internal string? HubName { get; private init; }

    /// <summary>Where a student from it computes; the CPU where it is <see langword="null"/>.</summary>
    internal TorchSharp.torch.Device? Device { get; private init; }

    /// <summary>The device's name.</summary>
    internal string DeviceName => Device?.ToString() ?? "cpu";

    /// <summary>A hash of the checkpoint's files; <see langword="null"/> for random weights, which <see cref="Description"/> tells in full.</summary>
    internal string? WeightsHash => _weightsHash.Value;

    /// <summary>A hash of the tokenizer where it is no part of <see cref="WeightsHash"/>.</summary>
    internal string? TokenizerHash => _tokenizerHash.Value;

    /// <summary>Starts from a Hugging Face folder such as a Flan-T5-small download.</summary>
    /// <param name="directory">The folder with <c>config.json</c>, <c>model.safetensors</c> and a tokenizer.</param>
    /// <param name="device">Where the student is trained; the CPU by default.</param>
    /// <param name="allowPickle">Whether <c>pytorch_model.bin</c> is read where there are no safetensors; only its tensors are, nothing is executed.</param>
    public static StudentBase FromCheckpoint(string directory, TorchSharp.torch.Device? device = null, bool allowPickle = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(directory));
        return new StudentBase(
            name,
            $"checkpoint {name}",
            () => T5Model.Load(directory, device, allowPickle: allowPickle),
            () => VocabularyFit.Checked(T5Tokenizer.Load(directory), directory),
            () => BaseHash.Checkpoint(directory),
            () => null)
        {
            Device = device,
            HubName = Hub.HubNames.OfSnapshot(directory),
        };
    }

    /// <summary>Starts from random weights.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="tokenizerPath">A tokenizer file, or a folder that holds one.</param>
    /// <param name="seed">Seeds the weights.</param>
    public static StudentBase FromScratch(T5Config config, string tokenizerPath, long seed)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentException.ThrowIfNullOrWhiteSpace(tokenizerPath);
        return new StudentBase(
            "random weights",
            $"random weights (seed {seed}) of {config}",
            () => new T5Model(config, seed),
            () => T5Tokenizer.Load(tokenizerPath) is var tokenizer && VocabularyFit.Why(tokenizer, tokenizerPath, config.VocabularySize, "the student's configuration") is { } why ? throw new InvalidFileException(why) : tokenizer,
            () => null,
            () => BaseHash.Tokenizer(tokenizerPath),
            other => FromScratch(config, tokenizerPath, other));
    }

    /// <summary>The same with other random weights; a checkpoint stays what it is.</summary>
    internal StudentBase WithSeed(long seed) => _seeded?.Invoke(seed) ?? this;

    internal T5Model CreateModel() => _model();

    internal T5Tokenizer CreateTokenizer() => _tokenizer();
}
