using SciCoT.TileKernels.MachineCode;


namespace SciCoT.TileKernels;

/// <summary>The kernels for matrices of bfloat16 in tiles that this processor can run.</summary>
internal static class HalfKernels
{
    /// <summary>One that computes in the processor's own bfloat16 arithmetic; null where it has none.</summary>
    public static ITileKernel? Fast { get; } = Create(sizeof(int));

    /// <summary>The same for rows that lie in tiles too, sixteen side by side: the next inputs are a cache line away.</summary>
    public static ITileKernel? FastOfTiles => OfTiles.Kernel;

    /// <summary>One for every processor.</summary>
    public static ITileKernel Portable { get; } = new PortableHalfKernel();

    private static ITileKernel? Create(int group) =>
        ProcessorFeatures.HasBFloat16 ? GeneratedKernel.TryCreate((rows, tiles) => new HalfTileCode(rows, tiles, group), ExecutableMemory.Place) : null;

    /// <summary>Made when it is first used, which is in training only.</summary>
    private static class OfTiles
    {
        public static ITileKernel? Kernel { get; } = Create(Int8Layout.GroupBytes);
    }
}
