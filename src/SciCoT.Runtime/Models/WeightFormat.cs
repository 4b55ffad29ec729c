namespace SciCoT.Models;

/// <summary>How a model keeps its weights; it computes in float32, except the products with int8 weights and, where the processor can, bfloat16 ones.</summary>
public enum WeightFormat
{
    /// <summary>As they are stored: nothing is lost. Weights that were exported in another format stay in that format.</summary>
    Float32,

    /// <summary>
    /// Rounded to bfloat16 (8 significant bits): half the memory. On processors with AVX512_BF16 what they are multiplied by is rounded
    /// likewise; sums are float32 numbers.
    /// </summary>
    BFloat16,

    /// <summary>
    /// Matrices rounded to 8-bit whole numbers with a scale for each output (an embedding that is not the head's to bfloat16): a third of
    /// the memory or less. What they are multiplied by is rounded in the same way, with a scale for each row, and the products are computed
    /// in whole numbers.
    /// </summary>
    Int8,
}
