namespace SciCoT.Compute;

/// <summary>Which rows keep what rounding to int8 leaves of them as a second row: 15 bits in place of 8, for twice the work.</summary>
internal enum Rests
{
    None,

    /// <summary>Rows with a number that is large beside the others, which would leave them few bits.</summary>
    OfOutliers,

    OfAll,
}
