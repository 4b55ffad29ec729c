using System.Diagnostics.CodeAnalysis;
using SciCoT.Checkpoints;
using SciCoT.Compute;
using SciCoT.Models.Layers;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>
/// T5 (arXiv 1910.10683) as a TorchSharp module, versions 1.0, 1.1 and Flan, mT5 and umT5, with Hugging Face's parameter names: its
/// <c>state_dict</c> has the keys of a <c>T5ForConditionalGeneration</c> checkpoint.
/// </summary>
/// <remarks>
/// <para>Calling it does not change it: once in evaluation mode it may be used by several threads at a time. Training is for one.</para>
/// <para>
/// Its owner is the code that made or loaded it, until it is passed to a <see cref="SciCoT.Students.T5TextModel"/>; its owner disposes of it.
/// Disposing waits for what other threads compute with it, and frees nothing under them: what is under way ends with an
/// <see cref="ObjectDisposedException"/> at its next step, as later calls do at once.
/// </para>
/// </remarks>
public sealed partial class T5Model : nn.Module
{
    private const DynamicallyAccessedMemberTypes Fields = DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.NonPublicFields;

    internal readonly T5Linear shared; // [vocabulary, model]
    internal readonly T5Stack encoder;
    internal readonly T5Stack decoder;
    internal readonly T5Linear? lm_head; // [vocabulary, model]; absent where the head is tied to the embedding

    /// <summary>Makes a model with random weights as Hugging Face initialises them, in training mode.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="seed">Seeds the weights; equal seeds give equal weights.</param>
    /// <exception cref="ArgumentException">The configuration is not computable.</exception>
    /// <exception cref="TorchBackendException">TorchSharp's native backend is missing or cannot load.</exception>
    public T5Model(T5Config config, long seed)
        : this(config)
    {
        T5Initializer.Initialize(this, seed);
    }

    /// <summary>Makes a model whose weights have memory but no values yet.</summary>
    /// <remarks><c>RegisterComponents</c> finds a module's parts by reflection over its fields: a program compiled ahead of time must keep them.</remarks>
    [DynamicDependency(Fields, typeof(T5Model))]
    [DynamicDependency(Fields, typeof(T5Stack))]
    [DynamicDependency(Fields, typeof(T5Block))]
    [DynamicDependency(Fields, typeof(T5Block.SelfAttentionLayer))]
    [DynamicDependency(Fields, typeof(T5Block.CrossAttentionLayer))]
    [DynamicDependency(Fields, typeof(T5Block.FeedForwardLayer))]
    [DynamicDependency(Fields, typeof(T5Attention))]
    [DynamicDependency(Fields, typeof(T5FeedForward))]
    [DynamicDependency(Fields, typeof(T5LayerNorm))]
    [DynamicDependency(Fields, typeof(T5Linear))]
    internal T5Model(T5Config config)
        : base(NameOnceChecked(config))
    {
        Config = config;
        shared = new T5Linear(config.VocabularySize, config.ModelSize);
        encoder = new T5Stack(config, isDecoder: false);
        decoder = new T5Stack(config, isDecoder: true);
        lm_head = config.TieWordEmbeddings ? null : new T5Linear(config.VocabularySize, config.ModelSize);
        RegisterComponents();
    }

    /// <summary>The model's shape and constants.</summary>
    public T5Config Config { get; }

    /// <summary>The text of the <c>generation_config.json</c> that came with the model, to be written back as it was.</summary>
    internal string? GenerationConfig { get; set; }

    /// <summary>Names of tensors in the checkpoint that no T5 model has, such as another head; they were left out when it was loaded.</summary>
    public IReadOnlyList<string> LeftOutTensors { get; internal set; } = [];

    /// <summary>Where the model was loaded from: a name on the Hub where the folder is of its cache, otherwise the folder.</summary>
    internal string? Origin { get; set; }

    /// <summary>The adapter that is attached, if any: then its weights are trained and the model's own are frozen.</summary>
    internal LoraAdapter? Adapter { get; set; }

    /// <summary>The weights by name; with an adapter attached also the adapter's, so that torch's own <c>save</c> and <c>load</c> lose nothing.</summary>
    /// <param name="destination">The dictionary to add to; by default a new one.</param>
    /// <param name="prefix">What the names begin with, before a dot.</param>
    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
    {
        var state = base.state_dict(destination, prefix);
        foreach (var (name, parameter) in Adapter?.Parameters() ?? [])
            state.Add(string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}", parameter);
        return state;
    }

    /// <summary>The weights that training changes: all, or those of the adapter that is attached.</summary>
    internal IEnumerable<(string name, TorchSharp.Modules.Parameter parameter)> TrainedParameters() => Adapter?.Parameters() ?? named_parameters();

    /// <summary>Where the weights lie.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed of.</exception>
    public Device Device
    {
        get
        {
            using var use = Use();
            return shared.weight.device;
        }
    }

    /// <summary>The precision of weights and activations.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed of.</exception>
    public ScalarType Precision
    {
        get
        {
            using var use = Use();
            return encoder.final_layer_norm.weight.dtype;
        }
    }

    /// <summary>What answering computes with; without it, torch does.</summary>
    internal IKernels? Kernels { get; set; } = Compute.Kernels.Best;

    /// <summary>
    /// Loads a Hugging Face checkpoint folder: <c>config.json</c> and <c>model.safetensors</c>, whole or sharded with its index.
    /// </summary>
    /// <param name="directory">The folder.</param>
    /// <param name="device">Where the weights go; the CPU by default.</param>
    /// <param name="dtype">The precision; by default float32, whatever the file stores. float32 and bfloat16 are supported.</param>
    /// <param name="allowPickle">
    /// Whether <c>pytorch_model.bin</c> is read where there are no safetensors. The reader takes tensors only and executes nothing;
    /// <see cref="Save(string)"/> turns such a folder into safetensors.
    /// </param>
    /// <returns>The model, in evaluation mode.</returns>
    /// <exception cref="MissingFileException">A file of the checkpoint is missing.</exception>
    /// <exception cref="InvalidFileException">A file is damaged, or its tensors are not those of the configuration.</exception>
    /// <exception cref="TorchBackendException">TorchSharp's native backend is missing or cannot load.</exception>
    /// <exception cref="ArgumentException">The precision is not supported.</exception>
    public static T5Model Load(string directory, Device? device = null, ScalarType? dtype = null, bool allowPickle = false) =>
        T5Checkpoint.Load(directory, device, dtype, allowPickle);

    /// <summary>Puts the model into training mode or out of it.</summary>
    /// <param name="on">Whether it is to be trained.</param>
    public override void train(bool on = true)
    {
        using var use = Use();
        base.train(on);
    }

    /// <summary>Writes <c>config.json</c>, <c>generation_config.json</c> and <c>model.safetensors</c> as Hugging Face lays them out.</summary>
    /// <param name="directory">The folder; it is made where it is missing, and its files are replaced as a whole.</param>
    /// <remarks>Weights are stored in the model's precision; above 5 GB they are split into shards with an index.</remarks>
    /// <exception cref="InvalidOperationException">An adapter is attached, which the folder would lose; see <see cref="SaveMerged"/>.</exception>
    public void Save(string directory) => T5Checkpoint.Save(this, directory);

    /// <summary>Writes the folder with the weights in another precision: half the size in bfloat16 or float16.</summary>
    /// <param name="directory">The folder; it is made where it is missing, and its files are replaced as a whole.</param>
    /// <param name="storeAs">float32, bfloat16 or float16.</param>
    /// <exception cref="ArgumentException">Weights are not stored in that precision.</exception>
    /// <exception cref="InvalidOperationException">An adapter is attached, which the folder would lose; see <see cref="SaveMerged"/>.</exception>
    public void Save(string directory, ScalarType storeAs) => T5Checkpoint.Save(this, directory, storeAs);

    /// <summary>Writes the folder with the attached adapter added to the weights; the model and its adapter stay as they are.</summary>
    /// <param name="directory">The folder; it is made where it is missing, and its files are replaced as a whole.</param>
    /// <param name="storeAs">float32, bfloat16 or float16; by default the model's precision.</param>
    /// <exception cref="InvalidOperationException">No adapter is attached.</exception>
    public void SaveMerged(string directory, ScalarType? storeAs = null) => T5Checkpoint.Save(this, directory, storeAs, merge: true);

    /// <summary>The logits of each target position, given the tokens before it.</summary>
    /// <param name="inputIds">Source tokens, <c>[batch, source]</c>, int64, padded on the right.</param>
    /// <param name="attentionMask">1 for a token, 0 for padding, <c>[batch, source]</c>.</param>
    /// <param name="decoderInputIds">Target tokens shifted right by the start token, <c>[batch, target]</c>, int64.</param>
    /// <returns><c>[batch, target, vocabulary]</c>.</returns>
    public Tensor forward(Tensor inputIds, Tensor attentionMask, Tensor decoderInputIds)
    {
        using var use = Use();
        // The scope holds on to every intermediate tensor: one that nothing refers to may be collected while it is in use.
        using var scope = NewDisposeScope();
        using var inputs = new KeptTensors(inputIds, attentionMask, decoderInputIds);
        return Head(Hidden(inputIds, attentionMask, decoderInputIds)).MoveToOuterDisposeScope();
    }

    /// <summary>Runs the encoder.</summary>
    /// <param name="inputIds"><c>[batch, source]</c>, int64.</param>
    /// <param name="attentionMask"><c>[batch, source]</c>, 1 for a token, 0 for padding.</param>
    /// <returns><c>[batch, source, model]</c>.</returns>
    public Tensor Encode(Tensor inputIds, Tensor attentionMask)
    {
        using var use = Use();
        using var scope = NewDisposeScope();
        using var inputs = new KeptTensors(inputIds, attentionMask);
        return Encode(inputIds, attentionMask, null).MoveToOuterDisposeScope();
    }

    /// <summary>The loss of teacher forcing: the mean negative log-likelihood of all labels that count.</summary>
    /// <param name="inputIds"><c>[batch, source]</c>, int64.</param>
    /// <param name="attentionMask"><c>[batch, source]</c>, 1 for a token, 0 for padding.</param>
    /// <param name="labels">Target tokens, each row ending in eos, <c>[batch, target]</c>, int64; −100 where a position does not count.</param>
    /// <param name="labelSmoothing">Share of the probability spread evenly over the vocabulary.</param>
    /// <returns>A scalar, float32.</returns>
    public Tensor Loss(Tensor inputIds, Tensor attentionMask, Tensor labels, double labelSmoothing = 0) =>
        Loss(inputIds, attentionMask, labels, null, labelSmoothing);

    /// <summary>The loss with a factor on each label's part: the weighted sum over the number of labels that count.</summary>
    /// <param name="inputIds"><c>[batch, source]</c>, int64.</param>
    /// <param name="attentionMask"><c>[batch, source]</c>, 1 for a token, 0 for padding.</param>
    /// <param name="labels"><c>[batch, target]</c>, int64; −100 where a position does not count.</param>
    /// <param name="weights"><c>[batch, target]</c> or <c>[batch, 1]</c>, float32; <see langword="null"/> where all labels count alike.</param>
    /// <param name="labelSmoothing">Share of the probability spread evenly over the vocabulary.</param>
    internal Tensor Loss(Tensor inputIds, Tensor attentionMask, Tensor labels, Tensor? weights, double labelSmoothing = 0)
    {
        using var use = Use();
        using var scope = NewDisposeScope();
        using var inputs = new KeptTensors(inputIds, attentionMask, labels, weights);
        var hidden = Hidden(inputIds, attentionMask, ShiftRight(labels)).flatten(0, 1);
        var counted = labels.flatten().ne(KeptScalar.Of((long)IgnoredLabel)).nonzero().squeeze(1); // padding needs no logits
        var factors = weights?.expand(labels.shape).flatten().index_select(0, counted);
        var (input, targets, head) = (HeadInput(hidden.index_select(0, counted)), labels.flatten().index_select(0, counted), lm_head ?? shared);
        if (head.Adapter is null)
            return HeadLoss.Of(input, head.weight, targets, factors, labelSmoothing).MoveToOuterDisposeScope();

        var each = nn.functional.cross_entropy(head.forward(input).to_type(ScalarType.Float32), targets, reduction: nn.Reduction.None, label_smoothing: labelSmoothing);
        return (factors is null ? each : each * factors).mean().MoveToOuterDisposeScope();
    }

    /// <summary>Marks a label position that does not count.</summary>
    public const int IgnoredLabel = -100;

    /// <summary>The decoder's input for given labels: the start token, then the labels but the last, ignored ones as padding.</summary>
    /// <param name="labels"><c>[batch, target]</c>, int64.</param>
    /// <returns><c>[batch, target]</c>, int64.</returns>
    public Tensor ShiftRight(Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        using var scope = NewDisposeScope();
        using var inputs = new KeptTensors(labels);
        var start = labels.new_full([labels.shape[0], 1], KeptScalar.Of((long)Config.DecoderStartTokenId));
        var before = labels.narrow(1, 0, labels.shape[1] - 1);
        return cat([start, before.masked_fill(before == KeptScalar.Of((long)IgnoredLabel), KeptScalar.Of((long)Config.PadTokenId))], 1).MoveToOuterDisposeScope();
    }

    /// <summary>The base class calls the native library, so that all checks must come before it.</summary>
    private static string NameOnceChecked(T5Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        TorchBackend.EnsureLoaded();
        return nameof(T5Model);
    }

    internal Tensor Encode(Tensor inputIds, Tensor attentionMask, Action<Tensor>? observe) =>
        encoder.forward(shared.Embed(inputIds), T5Stack.AdditiveMask(attentionMask, Precision), observe: observe);

    internal Tensor Decode(Tensor decoderInputIds, Tensor memory, Tensor attentionMask, Action<Tensor>? observe = null) =>
        decoder.forward(shared.Embed(decoderInputIds), T5Stack.AdditiveMask(attentionMask, Precision), memory, observe);

    /// <summary>Whether, while training, blocks are computed a second time for their gradients instead of keeping what they computed.</summary>
    internal void UseGradientCheckpointing(bool use) => encoder.Checkpointing = decoder.Checkpointing = use;

    /// <summary>Has somebody told of each block whose weights have their gradients, from the next forward pass on.</summary>
    /// <param name="reached">Given whether it is the decoder's, and its number; <see langword="null"/> for nobody.</param>
    internal void WatchGradients(Action<bool, int>? reached)
    {
        encoder.GradientsReached = reached is null ? null : block => reached(false, block);
        decoder.GradientsReached = reached is null ? null : block => reached(true, block);
    }

    /// <summary>The logits of decoder outputs.</summary>
    internal Tensor Head(Tensor hidden) => (lm_head ?? shared).forward(HeadInput(hidden));

    /// <summary>What the head multiplies.</summary>
    private Tensor HeadInput(Tensor hidden) => Config.ScalesHead ? hidden * KeptScalar.Of(Config.HeadScale) : hidden;

    /// <summary>The decoder's output of teacher forcing. Both sides are embedded at once: the gradient of the table is as large as the table.</summary>
    private Tensor Hidden(Tensor inputIds, Tensor attentionMask, Tensor decoderInputIds)
    {
        var embedded = shared.Embed(cat([inputIds.flatten(), decoderInputIds.flatten()], 0)); // [all tokens, model]
        if (Adapter is not null && encoder.Checkpointing)
            embedded.requires_grad_(true); // a block that is computed twice passes gradients on only if its input asks for them
        var source = embedded.narrow(0, 0, inputIds.numel()).view([.. inputIds.shape, Config.ModelSize]);
        var target = embedded.narrow(0, inputIds.numel(), decoderInputIds.numel()).view([.. decoderInputIds.shape, Config.ModelSize]);
        var mask = T5Stack.AdditiveMask(attentionMask, Precision);
        return decoder.forward(target, mask, encoder.forward(source, mask));
    }
}
