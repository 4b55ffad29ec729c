using System.Globalization;
using System.Runtime.Intrinsics.X86;
using SciCoT.Compute;
using SciCoT.TileKernels;
using SciCoT.TileKernels.MachineCode;

namespace SciCoT.Tests.TileKernels;

/// <summary>Which kernels are generated, and what happens where the system refuses memory for them.</summary>
public unsafe class GeneratedKernelTests
{
    [Fact]
    public void TryCreate_MemoryRefused_IsNone()
    {
        Assert.Null(GeneratedKernel.TryCreate((rows, tiles) => new Int8TileCode(rows, tiles), _ => 0));
    }

    [Fact]
    public void Int8Kernels_ProcessorHasTheInstructions_BeginWithTheGeneratedOne()
    {
        Assert.SkipUnless(ProcessorFeatures.HasVnni, "This processor has no AVX512_VNNI.");
        Assert.IsType<GeneratedKernel>(Int8Kernels.Best);
    }

    [Fact]
    public void Kernels_ProcessorMultipliesHalves_TakeThemInTiles()
    {
        Assert.Equal(ProcessorFeatures.HasBFloat16, HalfKernels.Fast is GeneratedKernel);
        Assert.Equal(ProcessorFeatures.HasBFloat16 ? NumberFormat.BFloat16Tiles : NumberFormat.BFloat16, Kernels.Best.HalfFormat);
        Assert.Equal(NumberFormat.BFloat16, Kernels.All[^1].HalfFormat);
    }

    [Fact]
    public void ProcessorFeatures_AreThoseThatTheSystemLists()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && X86Base.IsSupported, "Only Linux on x64 lists them in a file.");
        string[] flags = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("flags", StringComparison.Ordinal)).Split(' ');
        if (ProcessorFeatures.HasVnni)
            Assert.Contains("avx512_vnni", flags);
        if (ProcessorFeatures.HasBFloat16)
            Assert.Contains("avx512_bf16", flags);
        if (Avx512BW.IsSupported && Environment.GetEnvironmentVariable(ProcessorFeatures.Switch) is null)
            Assert.Equal((flags.Contains("avx512_vnni"), flags.Contains("avx512_bf16")), (ProcessorFeatures.HasVnni, ProcessorFeatures.HasBFloat16));
    }

    [Fact]
    public void Place_Code_RunsAndCannotBeWrittenTo()
    {
        Assert.SkipUnless(X86Base.IsSupported, "The code is x64's.");
        nint code = ExecutableMemory.Place([0xB8, 42, 0, 0, 0, 0xC3]); // mov eax, 42; ret
        Assert.SkipWhen(code == 0, "The system gives no executable memory.");
        Assert.Equal(42, ((delegate* unmanaged<int>)code)());
        if (!OperatingSystem.IsLinux())
            return;
        string page = File.ReadLines("/proc/self/maps").First(line => Holds(line, code));
        Assert.Equal("r-xp", page.Split(' ')[1]);
    }

    private static bool Holds(string line, nint address)
    {
        nint[] ends = [.. line.Split(' ')[0].Split('-').Select(end => (nint)ulong.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        return ends[0] <= address && address < ends[1];
    }
}
