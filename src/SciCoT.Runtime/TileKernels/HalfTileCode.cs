using SciCoT.TileKernels.MachineCode;

namespace SciCoT.TileKernels;

/// <summary>Tiles of bfloat16 numbers with AVX512_BF16.</summary>
/// <remarks>Each sum is one chain whatever the numbers of rows and tiles: so it has the same bits.</remarks>
/// <param name="rows">Number of rows.</param>
/// <param name="tiles">Number of tiles.</param>
/// <param name="group">Bytes from a row's inputs to the next ones.</param>
internal sealed class HalfTileCode(int rows, int tiles, int group) : TileCode(rows, tiles, chains: 1, group)
{
    protected override void Start(int sums, int row) => Writer.Xor(sums, sums, sums);

    protected override void LoadWeights(int to, Address from) => Writer.Load(to, from);

    protected override void Multiply(int sums, int weights, Address x) => Writer.AddProductsOfHalves(sums, weights, x);

    protected override void Multiply(int sums, int weights, int x) => Writer.AddProductsOfHalves(sums, weights, x);
}
