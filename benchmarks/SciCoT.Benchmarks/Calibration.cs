using System.Diagnostics;
using System.Runtime.Intrinsics;
using SciCoT.Compute;
using static TorchSharp.torch;

namespace SciCoT.Benchmarks;

/// <summary>What the machine gives with a number of threads.</summary>
/// <param name="Threads">Threads that computed.</param>
/// <param name="GemmGigaflops">torch's float32 product of 2048 × 2048 matrices, in 10⁹ operations a second.</param>
/// <param name="CopyGigabytes">Bytes read and written by a copy, in 10⁹ a second.</param>
/// <param name="ReadGigabytes">Bytes read from a block as large as Flan-T5-small's decoder in float32, in 10⁹ a second.</param>
internal sealed record MachineRates(int Threads, double GemmGigaflops, double CopyGigabytes, double ReadGigabytes);

/// <summary>What the machine gives in this run, so that figures of different machines and hours can be compared.</summary>
internal static class Calibration
{
    private const int Times = 11;

    /// <summary>The processor as the system names it, its family and model, and the vectors that the library computes with.</summary>
    public static string Processor
    {
        get
        {
            const string Info = "/proc/cpuinfo";
            string[] lines = File.Exists(Info) ? File.ReadAllLines(Info) : [];
            string Value(string name) => lines.FirstOrDefault(line => line.StartsWith(name + "\t", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "?";
            string vectors = Simd512.IsSupported ? "AVX-512" : Simd256.IsSupported ? "AVX2" : "128 bits";
            return $"{Value("model name")}, family {Value("cpu family")}, model {Value("model\t")}, {Environment.ProcessorCount} processors, vectors of {vectors}";
        }
    }

    /// <summary>Rate of torch's product of two float32 matrices of 2048 × 2048, in 10⁹ operations a second; the median of several.</summary>
    public static double SgemmRate()
    {
        const int Size = 2048;
        using var scope = NewDisposeScope();
        var a = randn(Size, Size);
        var b = randn(Size, Size);
        var product = zeros(Size, Size); // its pages are there before the first timing
        return 2.0 * Size * Size * Size / 1e9 / Median(() => product.addmm_(a, b, beta: 0));
    }

    /// <summary>All rates with a number of threads.</summary>
    public static MachineRates Rates(int threads)
    {
        set_num_threads(threads);
        return new(threads, SgemmRate(), CopyRate(), ReadRate(threads));
    }

    /// <summary>How fast all threads together read what does not fit into a cache.</summary>
    private static unsafe double ReadRate(int threads)
    {
        const long Count = 38L << 20; // numbers, as many as the decoder reads for a token
        const int Part = 1 << 16;
        using var memory = ones(Count);
        float* numbers = (float*)TensorMemory.Address(memory);
        long sink = 0;
        double seconds = Median(() => ThreadTeam.Shared.For(threads, (int)(Count / Part), Part, (_, part, to) =>
        {
            var folded = Vector512<int>.Zero;
            for (; part < to; part++)
            {
                var from = (int*)(numbers + ((long)part * Part));
                for (int i = 0; i < Part; i += 4 * Vector512<int>.Count)
                    folded ^= Vector512.Load(from + i) ^ Vector512.Load(from + i + 16) ^ Vector512.Load(from + i + 32) ^ Vector512.Load(from + i + 48);
            }

            Interlocked.Add(ref sink, Vector512.Sum(folded));
        }));
        GC.KeepAlive(sink);
        return Count * sizeof(float) / 1e9 / seconds;
    }

    private static double CopyRate()
    {
        const long Count = 64L << 20;
        using var from = ones(Count);
        using var to = empty(Count);
        return 2.0 * Count * sizeof(float) / 1e9 / Median(() => to.copy_(from));
    }

    /// <summary>The median time of an action in seconds, after one run that is not counted.</summary>
    private static double Median(Action action)
    {
        action();
        var seconds = new double[Times];
        for (int i = 0; i < seconds.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(seconds);
        return seconds[seconds.Length / 2];
    }
}
