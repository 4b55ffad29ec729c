using System.Diagnostics;
using System.Globalization;
using SciCoT.Compute;

namespace SciCoT.Benchmarks;

/// <summary>How fast the kernels multiply rows by matrices, on one thread, kernels in turn.</summary>
internal static unsafe class KernelBenchmark
{
    private const int Rounds = 5;

    private static readonly (int Inputs, int Outputs)[] Shapes = [(512, 1024), (1024, 512), (512, 32128)];
    private static readonly int[] RowCounts = [1, 2, 4, 8, 16, 32, 256];

    /// <summary>Prints 10⁹ operations a second, a multiplication and an addition counted as two; the best of some rounds.</summary>
    /// <param name="args">Seconds for a figure and round.</param>
    public static void Run(string[] args)
    {
        double seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 0.1;
        Console.WriteLine($"{"int8, GOP/s",-28}{string.Concat(RowCounts.Select(rows => FormattableString.Invariant($"{rows,8}")))} rows");
        foreach (var (inputs, outputs) in Shapes)
        {
            using var matrixMemory = new NativeBuffer((Int8Layout.Bytes(outputs, inputs) / sizeof(float)) + outputs);
            using var rowMemory = new NativeBuffer((long)RowCounts[^1] * (inputs + outputs));
            using var roundedMemory = new NativeBuffer(InputRows.RoundedSize(RowCounts[^1], inputs));
            new Span<float>(matrixMemory.Pointer, checked((int)(Int8Layout.Bytes(outputs, inputs) / sizeof(float)) + outputs)).Fill(1);
            new Span<float>(rowMemory.Pointer, RowCounts[^1] * (inputs + outputs)).Fill(1);
            var matrix = new Matrix(matrixMemory.Pointer + outputs, NumberFormat.Int8, matrixMemory.Pointer, outputs, inputs, inputs);
            var best = new double[Int8Kernels.All.Count, RowCounts.Length];
            for (int round = 0; round < Rounds; round++)
            {
                for (int i = 0; i < RowCounts.Length; i++)
                {
                    var x = new InputRows(rowMemory.Pointer, inputs, RowCounts[i], (byte*)roundedMemory.Pointer).RoundedFor(matrix);
                    for (int kernel = 0; kernel < Int8Kernels.All.Count; kernel++)
                        best[kernel, i] = Math.Max(best[kernel, i], Rate(Int8Kernels.All[kernel], matrix, x, rowMemory.Pointer + (RowCounts[^1] * inputs), seconds));
                }
            }

            for (int kernel = 0; kernel < Int8Kernels.All.Count; kernel++)
            {
                string name = FormattableString.Invariant($"{inputs} → {outputs} {Name(Int8Kernels.All[kernel])}");
                Console.WriteLine($"{name,-28}{string.Concat(Enumerable.Range(0, RowCounts.Length).Select(i => FormattableString.Invariant($"{best[kernel, i],8:F0}")))}");
            }
        }
    }

    private static double Rate(IInt8Kernel kernel, in Matrix matrix, in InputRows x, float* y, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        int times = 0;
        do
        {
            Int8Products.Multiply(kernel, matrix, 0, matrix.Outputs, x, y, matrix.Outputs, false);
            times++;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return 2.0 * times * x.Count * matrix.Inputs * matrix.Outputs / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
    }

    private static string Name(IInt8Kernel kernel)
    {
        var type = kernel.GetType();
        return type.IsGenericType ? type.GenericTypeArguments[0].Name : "AVX-512";
    }
}
