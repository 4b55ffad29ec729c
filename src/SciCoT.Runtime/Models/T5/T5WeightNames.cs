using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>Puts together what kernels read, from parameters under Hugging Face's names.</summary>
internal static class T5WeightNames
{
    public static T5Weights.Stack Stack(WeightMemory memory, string stack, int blocks, bool isDecoder) => new(
        [.. Enumerable.Range(0, blocks).Select(block => Block(memory, stack, block, isDecoder))],
        [.. Enumerable.Range(0, blocks).Select(block => Bias(stack, block)).Where(memory.Contains).Select(memory.Matrix)],
        memory.Vector($"{stack}.final_layer_norm.weight"));

    private static T5Weights.Block Block(WeightMemory memory, string stack, int block, bool isDecoder) => new(
        Attention(memory, T5Parameters.Layer(stack, block, 0), "SelfAttention"),
        isDecoder ? Attention(memory, T5Parameters.Layer(stack, block, 1), "EncDecAttention") : null,
        FeedForward(memory, T5Parameters.Layer(stack, block, isDecoder ? 2 : 1)));

    private static T5Weights.Attention Attention(WeightMemory memory, string layer, string name)
    {
        return new(memory.Vector($"{layer}.layer_norm.weight"), Of("q"), Of("k"), Of("v"), Of("o"));

        Matrix Of(string part) => memory.Matrix($"{layer}.{name}.{part}.weight");
    }

    private static T5Weights.FeedForward FeedForward(WeightMemory memory, string layer)
    {
        bool isGated = memory.Contains($"{layer}.DenseReluDense.wi_1.weight");
        return new(
            memory.Vector($"{layer}.layer_norm.weight"),
            memory.Matrix($"{layer}.DenseReluDense.{(isGated ? "wi_0" : "wi")}.weight"),
            isGated ? memory.Matrix($"{layer}.DenseReluDense.wi_1.weight") : null,
            memory.Matrix($"{layer}.DenseReluDense.wo.weight"));
    }

    private static string Bias(string stack, int block) => $"{T5Parameters.Layer(stack, block, 0)}.SelfAttention.relative_attention_bias.weight";
}
