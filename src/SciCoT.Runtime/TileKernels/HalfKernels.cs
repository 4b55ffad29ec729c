using SciCoT.TileKernels.MachineCode;


namespace SciCoT.TileKernels;

/// <summary>The kernels for matrices of bfloat16 in tiles that this processor can run.</summary>
internal static class HalfKernels
{
    /// <summary>One that computes in the processor's own bfloat16 arithmetic; null where it has none.</summary>
    public static ITileKernel? Fast { get; } =
        ProcessorFeatures.HasBFloat16 ? GeneratedKernel.TryCreate((rows, tiles) => new HalfTileCode(rows, tiles), ExecutableMemory.Place) : null;

    /// <summary>One for every processor.</summary>
    public static ITileKernel Portable { get; } = new PortableHalfKernel();
}
