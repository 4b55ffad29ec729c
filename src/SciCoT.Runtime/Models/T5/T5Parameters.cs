namespace SciCoT.Models.T5;

/// <summary>A parameter of a T5 model.</summary>
/// <param name="Name">Its Hugging Face name.</param>
/// <param name="Shape">Its dimensions: outputs and inputs of a matrix, or the numbers of a norm.</param>
/// <param name="Rounding">How it is kept where a format asks for 8-bit weights; norms and position biases are never rounded, they are few.</param>
internal sealed record T5Parameter(string Name, long[] Shape, WeightFormat Rounding)
{
    /// <summary>How it is kept in a format.</summary>
    public WeightFormat In(WeightFormat format) => Rounding < format ? Rounding : format;
}

/// <summary>The parameters that a T5 model of a given shape has.</summary>
internal static class T5Parameters
{
    public static IEnumerable<T5Parameter> Of(T5Config config)
    {
        yield return new("shared.weight", [config.VocabularySize, config.ModelSize], WeightFormat.Int8);
        foreach (var parameter in Stack(config, "encoder", config.EncoderLayers, isDecoder: false).Concat(Stack(config, "decoder", config.DecoderLayers, isDecoder: true)))
            yield return parameter;
        if (!config.TieWordEmbeddings)
            yield return new("lm_head.weight", [config.VocabularySize, config.ModelSize], WeightFormat.Int8);
    }

    /// <summary>The name of a block's layer.</summary>
    public static string Layer(string stack, int block, int layer) => FormattableString.Invariant($"{stack}.block.{block}.layer.{layer}");

    private static IEnumerable<T5Parameter> Stack(T5Config config, string stack, int blocks, bool isDecoder)
    {
        for (int block = 0; block < blocks; block++)
        {
            int layer = 0;
            foreach (var parameter in Attention(config, Layer(stack, block, layer++), "SelfAttention"))
                yield return parameter;
            if (block == 0 || config.HasBiasInEachLayer)
                yield return new($"{Layer(stack, block, 0)}.SelfAttention.relative_attention_bias.weight", [config.RelativeAttentionBuckets, config.Heads], WeightFormat.Float32);
            if (isDecoder)
            {
                foreach (var parameter in Attention(config, Layer(stack, block, layer++), "EncDecAttention"))
                    yield return parameter;
            }

            foreach (var parameter in FeedForward(config, Layer(stack, block, layer)))
                yield return parameter;
        }

        yield return new($"{stack}.final_layer_norm.weight", [config.ModelSize], WeightFormat.Float32);
    }

    private static T5Parameter[] Attention(T5Config config, string layer, string name) =>
    [
        new($"{layer}.{name}.q.weight", [config.InnerSize, config.ModelSize], WeightFormat.Int8),
        new($"{layer}.{name}.k.weight", [config.InnerSize, config.ModelSize], WeightFormat.Int8),
        new($"{layer}.{name}.v.weight", [config.InnerSize, config.ModelSize], WeightFormat.Int8),
        new($"{layer}.{name}.o.weight", [config.ModelSize, config.InnerSize], WeightFormat.Int8),
        new($"{layer}.layer_norm.weight", [config.ModelSize], WeightFormat.Float32),
    ];

    private static IEnumerable<T5Parameter> FeedForward(T5Config config, string layer)
    {
        string[] inputs = config.IsGated ? ["wi_0", "wi_1"] : ["wi"];
        foreach (var input in inputs)
            yield return new($"{layer}.DenseReluDense.{input}.weight", [config.FeedForwardSize, config.ModelSize], WeightFormat.Int8);
        yield return new($"{layer}.DenseReluDense.wo.weight", [config.ModelSize, config.FeedForwardSize], WeightFormat.Int8);
        yield return new($"{layer}.layer_norm.weight", [config.ModelSize], WeightFormat.Float32);
    }
}
