using SciCoT.TileKernels.MachineCode;

using static SciCoT.TileKernels.TileCall;

namespace SciCoT.TileKernels;

/// <summary>Tiles of int8 numbers with AVX512_VNNI.</summary>
/// <remarks>
/// Its products take unsigned numbers times signed ones. Weights become unsigned by 128 more, and a row's sums start with what that adds to
/// them, negative: <see cref="RoundedRow"/> has it on the cache line at its end, which lies before the beginning of the next row.
/// </remarks>
internal sealed class Int8TileCode(int rows, int tiles) : TileCode(rows, tiles, ChainsOf(rows * tiles))
{
    protected override void Begin()
    {
        Writer.Set(Register.Rax, 0x80808080);
        Writer.Repeat(Constant, Register.Rax);
    }

    protected override void Start(int sums, int row) => Writer.Repeat(sums, Row(row + 1, RoundedRow.CorrectionFromEnd));

    protected override void LoadWeights(int to, Address from) => Writer.Xor(to, Constant, from);

    protected override void Multiply(int sums, int weights, Address x) => Writer.AddProductsOfBytes(sums, weights, x);

    protected override void Multiply(int sums, int weights, int x) => Writer.AddProductsOfBytes(sums, weights, x);

    protected override void Add(int to, int from) => Writer.AddInt32(to, to, from);

    protected override void LoadScales(int to, int tile, Register from)
    {
        if (tile == 0)
            Writer.Move(from, At(Field.Scales));
        Writer.Load(to, new Address(from, tile * Int8Layout.TileOutputs * sizeof(float)));
    }

    protected override void Finish(int sums, int scales, int row)
    {
        Writer.ConvertInt32(sums, sums);
        Writer.MultiplyFloat32Repeated(Passing, scales, Row(row + 1, RoundedRow.ScaleFromEnd));
        Writer.MultiplyFloat32(sums, sums, Passing);
    }

    /// <summary>As many as the registers hold.</summary>
    private static int ChainsOf(int sums) => sums <= 4 ? 4 : sums <= 9 ? 2 : 1;
}
