using SciCoT.Checkpoints;
using SciCoT.Compute;
using SciCoT.IO;
using SciCoT.Models.T5;

namespace SciCoT.Models;

/// <summary>A T5 model that answers, in managed code alone: v1.0, v1.1 and Flan, mT5 and umT5, on every CPU that .NET runs on.</summary>
/// <remarks>
/// <para>Safe for concurrent callers. Its weights are private copies: a file that changes after loading changes no answer.</para>
/// <para>
/// Its owner is the code that loaded it, until it is passed to a <see cref="Students.T5TextModel"/>. Disposing waits for steps under way
/// and frees the weights; later calls end with an <see cref="ObjectDisposedException"/>.
/// </para>
/// </remarks>
/// <include file="Examples.xml" path="examples/T5InferenceModel/example"/>
public sealed class T5InferenceModel : ISequenceModel
{
    private readonly ModelUse _use = new();
    private readonly WeightMemory _memory;
    private readonly T5Weights _weights;

    private readonly string? _generation;

    private T5InferenceModel(T5Config config, WeightMemory memory, WeightFormat format, string name, string? generation, IKernels kernels)
    {
        (Config, _memory, WeightFormat, Name, _generation) = (config, memory, format, name, generation);
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

    /// <summary>The tensors of the checkpoint that are no weights of T5.</summary>
    internal IReadOnlyList<string> LeftOutTensors { get; private init; } = [];

    /// <summary>Loads a Hugging Face checkpoint folder: <c>config.json</c> and <c>model.safetensors</c>, whole or sharded with its index.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="format">
    /// How the weights are kept; other formats than float32 round them. A folder that <see cref="Save"/> wrote in a rounded format stays in
    /// that format unless a narrower one is asked for.
    /// </param>
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
        format = (WeightFormat)Math.Max((int)format, (int)Exported(files, directory));
        var names = T5Layout.Names(files, directory);
        config = config with { TieWordEmbeddings = T5Layout.SharesHead(config, files, names) };
        T5Parameter[] parameters = [.. T5Parameters.Of(config)];
        var sources = T5Layout.Match(parameters.ToDictionary(p => p.Name, p => p.Shape, StringComparer.Ordinal), config.TieWordEmbeddings, files, names, directory);
        var generation = GenerationConfig.Read(directory); // a damaged one is refused, though this library's own options decide
        var memory = new WeightMemory(parameters, format, format == WeightFormat.BFloat16 ? kernels.HalfFormat : NumberFormat.BFloat16);
        try
        {
            memory.Read(files, name => names.Stored(sources[name][0]), directory);
            files.CheckUnchanged();
            return new T5InferenceModel(config, memory, format, T5Layout.Origin(directory), generation, kernels)
            {
                LeftOutTensors = T5Layout.LeftOut(sources, parameters.Select(parameter => parameter.Name)),
            };
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Writes a checkpoint folder with the weights as they are kept, <see cref="WeightFormat"/>: a start from it rounds nothing and reads
    /// less. Float32 and bfloat16 folders load in transformers too, int8 folders here alone.
    /// </summary>
    /// <remarks>
    /// An int8 matrix is stored as a tensor of the dtype I8 under its own name, and a float32 number for each row under that name followed
    /// by <c>_scale</c>: <c>weight[row, column] = int8[row, column] · scale[row]</c>.
    /// </remarks>
    /// <param name="directory">Is made where needed. Each file is written aside and renamed.</param>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    public void Save(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        using var use = _use.Enter(this);
        bool storesHead = Config.TieWordEmbeddings && !Config.ScalesHead; // transformers 4 scales where there is none
        _memory.Save(Path.Combine(directory, CheckpointFiles.SingleFileName), WeightFormat, storesHead ? [(TensorNames.Head, TensorNames.Embedding)] : []);
        AtomicFile.WriteAllText(Path.Combine(directory, GenerationConfig.FileName), _generation ?? GenerationConfig.Of(Config));
        Config.Save(Path.Combine(directory, T5Layout.ConfigFileName), WeightMemory.NameOf(WeightFormat == WeightFormat.BFloat16 ? WeightFormat.BFloat16 : WeightFormat.Float32), storesHead);
    }

    private static WeightFormat Exported(CheckpointFiles files, string directory) =>
        files.Rounding is not { } rounding ? WeightFormat.Float32
        : Array.Find(Enum.GetValues<WeightFormat>(), format => WeightMemory.NameOf(format) == rounding) is var known && WeightMemory.NameOf(known) == rounding ? known
        : throw new InvalidFileException($"{directory}: the weights were exported in the format '{ForeignText.Shown(rounding)}'; this version of the library reads {string.Join(", ", Enum.GetValues<WeightFormat>().Select(WeightMemory.NameOf))}. Export the model again, or take a newer version.");

    /// <inheritdoc/>
    public IEncodedSources Encode(IReadOnlyList<IReadOnlyList<int>> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return SourceEncoder.Encode(_weights, sources);
    }

    /// <summary>Frees the weights once no thread reads them.</summary>
    public void Dispose() => _use.Close(_memory.Dispose);
}
