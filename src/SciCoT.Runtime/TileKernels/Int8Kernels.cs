using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using SciCoT.TileKernels.MachineCode;

namespace SciCoT.TileKernels;

/// <summary>The int8 kernels that this processor can run.</summary>
internal static class Int8Kernels
{
    /// <summary>All of them, the fastest first.</summary>
    public static IReadOnlyList<ITileKernel> All { get; } = [.. Supported()];

    /// <summary>The fastest; the first of <see cref="All"/>.</summary>
    public static ITileKernel Best { get; } = All[0];

    /// <summary>The fastest of those with vectors of 128 bits.</summary>
    public static ITileKernel Narrow { get; } = All.First(kernel => kernel is Int8Kernel<Int8Dots.Arm, Vector128<int>> or Int8Kernel<Int8Dots.Portable, Vector128<int>>);

    private static IEnumerable<ITileKernel> Supported()
    {
        if (ProcessorFeatures.HasVnni && GeneratedKernel.TryCreate((rows, tiles) => new Int8TileCode(rows, tiles), ExecutableMemory.Place) is { } generated)
            yield return generated;
        if (Vector256.IsHardwareAccelerated && AvxVnni.IsSupported)
            yield return new Int8Kernel<Int8Dots.Vnni, Vector256<int>>();
        if (Vector256.IsHardwareAccelerated && Avx2.IsSupported)
            yield return new Int8AvxKernel();
        if (Dp.IsSupported)
            yield return new Int8Kernel<Int8Dots.Arm, Vector128<int>>();
        yield return new Int8Kernel<Int8Dots.Portable, Vector128<int>>();
    }
}
