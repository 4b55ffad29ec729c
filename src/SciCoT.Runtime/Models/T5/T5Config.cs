using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.Models.T5;

namespace SciCoT.Models;

/// <summary>The shape and constants of a T5 model, as a Hugging Face <c>config.json</c> states them.</summary>
/// <remarks>Defaults are those of Hugging Face's <c>T5Config</c>: a key that is absent from the file means them.</remarks>
public sealed record T5Config
{
    /// <summary>The family: <c>t5</c> (v1.0, v1.1 and Flan), <c>mt5</c>, or <c>umt5</c>, whose layers have a position bias each.</summary>
    /// <value>The default is <c>t5</c>.</value>
    public string ModelType { get; init; } = "t5";

    /// <summary>Number of entries in the vocabulary, padding to a round size included.</summary>
    /// <value>The default is 32128.</value>
    public int VocabularySize { get; init; } = 32128;

    /// <summary>Width of the hidden states.</summary>
    /// <value>The default is 512.</value>
    public int ModelSize { get; init; } = 512;

    /// <summary>Width of one attention head; independent of <see cref="ModelSize"/>.</summary>
    /// <value>The default is 64.</value>
    public int HeadSize { get; init; } = 64;

    /// <summary>Width of the feed-forward layers.</summary>
    /// <value>The default is 2048.</value>
    public int FeedForwardSize { get; init; } = 2048;

    /// <summary>Number of encoder blocks.</summary>
    /// <value>The default is 6.</value>
    public int EncoderLayers { get; init; } = 6;

    /// <summary>Number of decoder blocks.</summary>
    /// <value>The default is 6.</value>
    public int DecoderLayers { get; init; } = 6;

    /// <summary>Number of attention heads.</summary>
    /// <value>The default is 8.</value>
    public int Heads { get; init; } = 8;

    /// <summary>Number of buckets of the relative position bias.</summary>
    /// <value>The default is 32.</value>
    public int RelativeAttentionBuckets { get; init; } = 32;

    /// <summary>Distance from which on all positions share the last bucket.</summary>
    /// <value>The default is 128.</value>
    public int RelativeAttentionMaxDistance { get; init; } = 128;

    /// <summary>Share of activations dropped in training.</summary>
    /// <value>The default is 0.1.</value>
    public double DropoutRate { get; init; } = 0.1;

    /// <summary>Constant under the root of the RMS norm.</summary>
    /// <value>The default is 1e-6.</value>
    public double LayerNormEpsilon { get; init; } = 1e-6;

    /// <summary>Factor on all standard deviations of the random initialisation.</summary>
    /// <value>The default is 1.</value>
    public double InitializerFactor { get; init; } = 1.0;

    /// <summary>The feed-forward layer's form as the file names it: an activation, or <c>gated-</c> and an activation.</summary>
    /// <value>The default is <c>relu</c>.</value>
    public string FeedForwardProjection { get; init; } = "relu";

    /// <summary>Whether the head shares the embedding matrix (T5 v1.0) or has its own (v1.1 and Flan).</summary>
    /// <value>The default is <see langword="true"/>.</value>
    /// <remarks>
    /// transformers 5 writes <see langword="true"/> for every T5. Loading therefore decides by the weights: a stored head that
    /// differs from the embedding is the model's own. A umt5 with a head of its own is computed as transformers 4 does;
    /// transformers 5 (seen up to 5.17) scales its decoder's output in that case too.
    /// </remarks>
    public bool TieWordEmbeddings { get; init; } = true;

    /// <summary>
    /// Whether the decoder's output is multiplied by <c>d_model^-0.5</c> before a head that shares the embedding matrix. A head of
    /// its own and the models of <c>mt5</c> never scale, whatever this says.
    /// </summary>
    /// <value>The default is <see langword="true"/>, as in T5 v1.0.</value>
    public bool ScaleDecoderOutputs { get; init; } = true;

    /// <summary>The token that fills up short rows.</summary>
    /// <value>The default is 0.</value>
    public int PadTokenId { get; init; }

    /// <summary>The token that ends a sequence.</summary>
    /// <value>The default is 1.</value>
    public int EosTokenId { get; init; } = 1;

    /// <summary>The token that the decoder starts with.</summary>
    /// <value>The default is 0.</value>
    public int DecoderStartTokenId { get; init; }

    /// <summary>Whether the feed-forward layer is gated.</summary>
    public bool IsGated => FeedForwardProjection.StartsWith("gated-", StringComparison.Ordinal);

    /// <summary>Whether each layer has a position bias of its own; otherwise the first one's serves all of a stack.</summary>
    internal bool HasBiasInEachLayer => ModelType == "umt5";

    /// <summary>Whether the decoder's output is scaled before the head.</summary>
    internal bool ScalesHead => TieWordEmbeddings && ScaleDecoderOutputs && ModelType != "mt5";

    /// <summary>What the tied head of T5 v1.0 multiplies its input by.</summary>
    internal double HeadScale => Math.Pow(ModelSize, -0.5);

    /// <summary>Whether the file this came from says itself whether the decoder's output is scaled, as transformers 5 writes it.</summary>
    internal bool StatesScaling => Source?.ContainsKey(T5ConfigJson.ScalingKey) == true;

    /// <summary>Total width of the attention heads.</summary>
    internal int InnerSize => Heads * HeadSize;

    /// <summary>The largest input width of any weight matrix.</summary>
    internal int LargestInput => Math.Max(Math.Max(ModelSize, InnerSize), FeedForwardSize);

    /// <summary>Number of weights of a model of this shape.</summary>
    internal Int128 ParameterCount
    {
        get
        {
            Int128 model = ModelSize;
            var attention = 4 * model * InnerSize + model;
            var feedForward = (IsGated ? 3 : 2) * model * FeedForwardSize + model;
            var layers = EncoderLayers * (attention + feedForward) + DecoderLayers * (2 * attention + feedForward);
            var embeddings = (TieWordEmbeddings ? 1 : 2) * model * VocabularySize;
            Int128 biases = HasBiasInEachLayer ? EncoderLayers + DecoderLayers : 2;
            return embeddings + layers + 2 * model + biases * RelativeAttentionBuckets * Heads; // a final norm a stack
        }
    }

    /// <summary>The file's own object, so that keys this library does not know survive a round trip.</summary>
    private JsonObject? Source { get; init; }

    /// <summary>Two configurations are equal when their shapes and constants are; unknown keys do not count.</summary>
    public bool Equals(T5Config? other) => other is not null && Known(this) == Known(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Known(this).GetHashCode(StringComparison.Ordinal);

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="InvalidFileException">The file is no JSON object, a value has the wrong type or is out of range, or the model is no T5.</exception>
    public static T5Config Load(string path) => T5ConfigJson.Load(path);

    /// <summary>Writes the configuration as Hugging Face does, unknown keys of the loaded file included.</summary>
    /// <param name="path">The file; it is replaced as a whole.</param>
    public void Save(string path) => T5ConfigJson.Save(this, Source, path);

    /// <summary>Writes the configuration of a model whose weights are stored in a given precision.</summary>
    /// <param name="path">The file.</param>
    /// <param name="torchDtype">The precision.</param>
    /// <param name="storesHead">Whether the head is stored beside the embedding.</param>
    internal void Save(string path, string torchDtype, bool storesHead = false) => T5ConfigJson.Save(this, Source, path, torchDtype, storesHead);

    internal T5Config WithSource(JsonObject source) => this with { Source = source };

    /// <summary>Checks what makes a model computable.</summary>
    /// <exception cref="ArgumentException">A size is not positive, a token is outside the vocabulary, the activation is unknown.</exception>
    internal void Validate()
    {
        if (!T5ConfigJson.ModelTypes.Contains(ModelType))
            throw new ArgumentException($"model_type must be one of {string.Join(", ", T5ConfigJson.ModelTypes)}; got '{ModelType}'.");
        Positive(VocabularySize, "vocab_size", 1 << 24);
        Positive(ModelSize, "d_model", 1 << 16);
        Positive(HeadSize, "d_kv", 1 << 12);
        Positive(FeedForwardSize, "d_ff", 1 << 20);
        Positive(EncoderLayers, "num_layers", 1024);
        Positive(DecoderLayers, "num_decoder_layers", 1024);
        Positive(Heads, "num_heads", 1024);
        Positive(RelativeAttentionBuckets, "relative_attention_num_buckets", 1 << 16);
        Positive(RelativeAttentionMaxDistance, "relative_attention_max_distance", 1 << 20);
        // Half of the buckets (a quarter when both directions are told apart) hold exact distances.
        if (RelativeAttentionBuckets < 4 || RelativeAttentionMaxDistance <= RelativeAttentionBuckets / 2)
            throw new ArgumentException($"relative_attention_num_buckets must be at least 4 and relative_attention_max_distance above half of it; got {RelativeAttentionBuckets} and {RelativeAttentionMaxDistance}.");
        if (DropoutRate is not (>= 0 and < 1))
            throw new ArgumentException(FormattableString.Invariant($"dropout_rate must be from 0 to below 1; got {DropoutRate}."));
        if (LayerNormEpsilon is not (> 0 and < 1))
            throw new ArgumentException(FormattableString.Invariant($"layer_norm_epsilon must be above 0 and below 1; got {LayerNormEpsilon}."));
        if (InitializerFactor is not (>= 0 and < 1e6))
            throw new ArgumentException($"initializer_factor must be a finite number from 0; got {InitializerFactor}.");
        Token(PadTokenId, "pad_token_id");
        Token(EosTokenId, "eos_token_id");
        Token(DecoderStartTokenId, "decoder_start_token_id");
        _ = T5Activation.FunctionOf(FeedForwardProjection);

        static void Positive(int value, string key, int limit)
        {
            if (value < 1 || value > limit)
                throw new ArgumentException($"{key} must be from 1 to {limit}; got {value}.");
        }

        void Token(int id, string key)
        {
            if (id < 0 || id >= VocabularySize)
                throw new ArgumentException($"{key} must be a token of the vocabulary (0 to {VocabularySize - 1}); got {id}.");
        }
    }

    private static string Known(T5Config config) => T5ConfigJson.ToJson(config with { Source = null }, null).ToJsonString(new JsonSerializerOptions());
}
