namespace SciCoT.Checkpoints;

/// <summary>The element types that weights may be stored in.</summary>
internal enum WeightType
{
    Float64,
    Float32,
    BFloat16,
    Float16,
}
