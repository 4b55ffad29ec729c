using SciCoT.TileKernels.MachineCode;

namespace SciCoT.TileKernels;

/// <summary>Tiles of bfloat16 numbers with AVX512_BF16.</summary>
/// <remarks>Each sum is one chain whatever the numbers of rows and tiles: so it has the same bits.</remarks>
internal sealed class HalfTileCode(int rows, int tiles) : TileCode(rows, tiles, chains: 1)
{
    protected override void Start(int sums, int row) => Writer.Xor(sums, sums, sums);

    protected override void LoadWeights(int to, Address from) => Writer.Load(to, from);

    protected override void Multiply(int sums, int weights, Address x) => Writer.AddProductsOfHalves(sums, weights, x);

    protected override void Multiply(int sums, int weights, int x) => Writer.AddProductsOfHalves(sums, weights, x);
}
