using System.Runtime.CompilerServices;

namespace SciCoT.Compute.Generated;

/// <summary>Products of int8 numbers in AVX-512.</summary>
internal sealed unsafe class GeneratedInt8Kernel : IInt8Kernel
{
    private readonly GeneratedTiles _tiles;

    private GeneratedInt8Kernel(GeneratedTiles tiles) => _tiles = tiles;

    public int Rows => TileCode.MostRows;

    public int Tiles => TileCode.MostTiles;

    /// <summary>The kernel; null where the processor lacks the instructions or the system refuses memory for the code.</summary>
    /// <param name="place">Puts code where it can be executed.</param>
    public static GeneratedInt8Kernel? TryCreate(CodePlace place) =>
        ProcessorFeatures.HasVnni && GeneratedTiles.TryCreate((rows, tiles) => new Int8TileCode(rows, tiles), place) is { } tiles ? new GeneratedInt8Kernel(tiles) : null;

    [SkipLocalsInit]
    public void Multiply(in Int8Block block)
    {
        long bytes = (long)block.Groups * Int8Layout.GroupBytes;
        TileCall call;
        call.Weights = block.Weights;
        call.WholeEnd = block.Weights + (bytes / (TileCode.Unrolled * Int8Layout.GroupBytes) * TileCode.Unrolled * Int8Layout.GroupBytes);
        call.End = block.Weights + bytes;
        call.TileBytes = bytes;
        call.X = block.X;
        call.Stride = block.Stride;
        call.Ahead = block.AheadBytes > 0 ? block.Ahead : block.Weights;
        call.AheadStep = block.AheadBytes / block.Groups;
        call.Y = block.Y;
        call.YStride = block.YStride * sizeof(float);
        call.Scales = block.Scales;
        call.Ending = (block.Adds ? TileEnd.Add : TileEnd.Store) | (block.Parts == 2 ? TileEnd.Pairs : TileEnd.Store);
        _tiles.Multiply(block.Rows, block.Tiles, &call);
    }
}
