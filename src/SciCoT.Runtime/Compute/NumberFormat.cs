using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>What the numbers of a matrix are.</summary>
internal enum NumberFormat
{
    Float32,

    BFloat16,

    /// <summary>bfloat16 numbers laid out as <see cref="HalfLayout"/> says.</summary>
    BFloat16Tiles,

    /// <summary>Whole numbers of 8 bits with a scale for each row, laid out as <see cref="Int8Layout"/> says.</summary>
    Int8,
}
