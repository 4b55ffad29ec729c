using SciCoT.Checkpoints;
using SciCoT.Compute;
using SciCoT.Models.T5;

namespace SciCoT.Models;

/// <summary>A T5 model that answers, in managed code alone: v1.0, v1.1 and Flan, mT5 and umT5, on every CPU that .NET runs on.</summary>
/// <remarks>
/// <para>Safe for concurrent callers. Its weights are private copies: a file that changes after loading changes no answer.</para>
/// <para>
/// It belongs to whoever loaded it, until it is handed over to a <see cref="Students.T5TextModel"/>. Disposing waits for steps under way
/// and frees the weights; later calls end with an <see cref="ObjectDisposedException"/>.
/// </para>
/// </remarks>
public sealed class T5InferenceModel : ISequenceModel
{
    private readonly ModelUse _use = new();
    private readonly WeightMemory _memory;
    private readonly T5Weights _weights;

    private T5InferenceModel(T5Config config, WeightMemory memory, WeightFormat format, string name, IKernels kernels)
    {
        (Config, _memory, WeightFormat, Name) = (config, memory, format, name);
        _weights = new T5Weights
        {
            Config = config,
            Kernels = kernels,
            Activation = T5Activation.KernelOf(config.FeedForwardProjection),
            Use = () => _use.Enter(this),
            Embedding = memory.Matrix(TensorNames.Embedding),
            Head = memory.Matrix(config.TieWordEmbeddings ? TensorNames.Embedding : TensorNames.Head),
            Encoder = T5WeightNames.Stack(memory, "encoder", config.EncoderLayers, isDecoder: false),
            Decoder = T5WeightNames.Stack(memory, "decoder", config.DecoderLayers, isDecoder: true),
        };
    }

    /// <summary>The model's shape and constants.</summary>
    public T5Config Config { get; }

    /// <summary>How the weights are kept.</summary>
    public WeightFormat WeightFormat { get; }

    /// <summary>Where the model was loaded from: a name on the Hub where the folder is of its cache, otherwise the folder.</summary>
    public string? Name { get; }

    /// <inheritdoc/>
    public int VocabularySize => Config.VocabularySize;

    /// <inheritdoc/>
    public int EosTokenId => Config.EosTokenId;

    /// <inheritdoc/>
    public int DecoderStartTokenId => Config.DecoderStartTokenId;

    /// <inheritdoc/>
    public int Width => Math.Max(Config.FeedForwardSize, Config.InnerSize);

    /// <summary>Loads a Hugging Face checkpoint folder: <c>config.json</c> and <c>model.safetensors</c>, whole or sharded with its index.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="format">How the weights are kept; other formats than float32 round them.</param>
    /// <param name="allowPickle">Whether <c>pytorch_model.bin</c> is read where there are no safetensors. The reader takes tensors only and executes nothing.</param>
    /// <exception cref="MissingFileException">A file of the checkpoint is missing.</exception>
    /// <exception cref="InvalidFileException">A file is damaged, or its tensors are not those of the configuration.</exception>
    public static T5InferenceModel Load(string directory, WeightFormat format = WeightFormat.Float32, bool allowPickle = false) =>
        Load(directory, format, allowPickle, Kernels.Best);

    internal static T5InferenceModel Load(string directory, WeightFormat format, bool allowPickle, IKernels kernels)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!Enum.IsDefined(format))
            throw new ArgumentException($"Weights are kept as {string.Join(", ", Enum.GetNames<WeightFormat>())}; got {format}.", nameof(format));
        var config = T5Config.Load(Path.Combine(directory, T5Layout.ConfigFileName));
        using var files = CheckpointFiles.Open(directory, allowPickle);
        T5Layout.CheckSize(config, files, directory);
        var names = T5Layout.Names(files, directory);
        config = config with { TieWordEmbeddings = T5Layout.SharesHead(config, files, names) };
        T5Parameter[] parameters = [.. T5Parameters.Of(config)];
        var sources = T5Layout.Match(parameters.ToDictionary(p => p.Name, p => p.Shape, StringComparer.Ordinal), config.TieWordEmbeddings, files, names, directory);
        _ = GenerationConfig.Read(directory); // a damaged one is refused, though this library's own options decide
        var memory = new WeightMemory(parameters, format);
        try
        {
            memory.Read(files, name => names.Stored(sources[name][0]), directory);
            files.CheckUnchanged();
            return new T5InferenceModel(config, memory, format, T5Layout.Origin(directory), kernels);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IEncodedSources Encode(IReadOnlyList<IReadOnlyList<int>> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return SourceEncoder.Encode(_weights, sources);
    }

    /// <summary>Frees the weights once no thread reads them.</summary>
    public void Dispose() => _use.Close(_memory.Dispose);
}
