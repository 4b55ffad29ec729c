namespace SciCoT.Compute;

/// <summary>What the numbers of a matrix are.</summary>
internal enum NumberFormat
{
    Float32,

    BFloat16,

    /// <summary>Whole numbers of 8 bits with a scale for each row, laid out as <see cref="Int8Layout"/> says.</summary>
    Int8,
}
