namespace SciCoT.Models;

/// <summary>How a model keeps its weights; it computes in float32 with each of them.</summary>
public enum WeightFormat
{
    /// <summary>As they are stored: nothing is lost. Weights that were exported in another format stay in that format.</summary>
    Float32,

    /// <summary>Rounded to bfloat16 (8 significant bits): half the memory.</summary>
    BFloat16,

    /// <summary>
    /// What the decoder reads for every token rounded to 8-bit whole numbers with a scale for each output, the encoder and
    /// the embedding to bfloat16: a third of the memory.
    /// </summary>
    Int8,
}
