using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SciCoT.TileKernels.MachineCode;

/// <summary>Instructions that the processor has and .NET does not offer.</summary>
internal static class ProcessorFeatures
{
    /// <summary>The environment variable that turns generated code off where it is <c>0</c>.</summary>
    public const string Switch = "SCICOT_GENERATED_KERNELS";

    private const int Leaf = 7;
    private const int VnniBit = 11;
    private const int BFloat16Bit = 5;

    /// <summary>AVX512_VNNI: products of int8 numbers.</summary>
    public static bool HasVnni { get; } = IsUsable && ((X86Base.CpuId(Leaf, 0).Ecx >> VnniBit) & 1) != 0;

    /// <summary>AVX512_BF16: products of bfloat16 numbers.</summary>
    public static bool HasBFloat16 { get; } = IsUsable && X86Base.CpuId(Leaf, 0).Eax >= 1 && ((X86Base.CpuId(Leaf, 1).Eax >> BFloat16Bit) & 1) != 0;

    /// <summary>Whether code in AVX-512 may run: .NET has looked whether the system keeps the registers (XCR0), and whether its user turned AVX-512 off.</summary>
    private static bool IsUsable =>
        Avx512BW.IsSupported && Vector512.IsHardwareAccelerated && Environment.Is64BitProcess && X86Base.CpuId(0, 0).Eax >= Leaf
        && Environment.GetEnvironmentVariable(Switch) != "0";
}
