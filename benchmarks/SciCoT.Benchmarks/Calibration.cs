using System.Diagnostics;
using static TorchSharp.torch;

namespace SciCoT.Benchmarks;

/// <summary>What the machine gives in this run, so that figures of different machines and hours can be compared.</summary>
internal static class Calibration
{
    /// <summary>Rate of torch's product of two float32 matrices of 2048 × 2048, in 10⁹ operations a second; the median of several.</summary>
    public static double SgemmRate()
    {
        const int Size = 2048;
        using var scope = NewDisposeScope();
        var a = randn(Size, Size);
        var b = randn(Size, Size);
        var product = zeros(Size, Size); // its pages are there before the first timing
        var seconds = new double[11];
        for (int i = 0; i < seconds.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            product.addmm_(a, b, beta: 0);
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(seconds);
        return 2.0 * Size * Size * Size / seconds[seconds.Length / 2] / 1e9;
    }
}
