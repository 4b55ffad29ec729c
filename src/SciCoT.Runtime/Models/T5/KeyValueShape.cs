using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>What keys and values are kept of each position.</summary>
/// <param name="Layers">Number of layers.</param>
/// <param name="Heads">Heads of a layer.</param>
/// <param name="Size">Numbers in a head's key.</param>
/// <param name="Format">What the numbers are kept as: float32 or bfloat16.</param>
internal sealed record KeyValueShape(int Layers, int Heads, int Size, NumberFormat Format)
{
    /// <summary>Bytes of so many positions, which fill whole blocks, in all layers.</summary>
    public long Bytes(int positions) => Layers * Heads * KeyValueHead.Bytes(positions, Size, Format);

    /// <summary>Numbers that a layer keeps of a position, which tells what copying it costs.</summary>
    public long NumbersOfLayer => 2L * Heads * Size;
}
