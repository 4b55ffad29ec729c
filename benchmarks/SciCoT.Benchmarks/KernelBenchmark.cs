using System.Diagnostics;
using System.Globalization;
using SciCoT.Compute;
using SciCoT.TileKernels;

namespace SciCoT.Benchmarks;

/// <summary>How fast the kernels multiply rows by matrices in tiles, on one thread, kernels in turn.</summary>
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
        Console.WriteLine($"{"GOP/s",-46}{string.Concat(RowCounts.Select(rows => FormattableString.Invariant($"{rows,6}")))} rows");
        ITileKernel[] halves = HalfKernels.Fast is { } fast ? [fast, HalfKernels.Portable] : [HalfKernels.Portable];
        foreach (var (inputs, outputs) in Shapes)
        {
            Print(inputs, outputs, NumberFormat.Int8, Int8Kernels.All, seconds);
            Print(inputs, outputs, NumberFormat.BFloat16Tiles, halves, seconds);
        }
    }

    private static void Print(int inputs, int outputs, NumberFormat format, IReadOnlyList<ITileKernel> kernels, double seconds)
    {
        long values = format == NumberFormat.Int8 ? Int8Layout.Bytes(outputs, inputs) : HalfLayout.Bytes(outputs, inputs);
        int numbers = checked((int)(values / sizeof(float)) + outputs), most = RowCounts[^1];
        using var matrixMemory = new NativeBuffer(numbers);
        using var rowMemory = new NativeBuffer((long)most * (inputs + outputs));
        using var roundedMemory = new NativeBuffer(InputRows.RoundedSize(format, most, inputs));
        new Span<float>(matrixMemory.Pointer, numbers).Fill(1);
        new Span<float>(rowMemory.Pointer, most * (inputs + outputs)).Fill(1);
        var matrix = new Matrix(matrixMemory.Pointer + outputs, format, matrixMemory.Pointer, outputs, inputs, inputs);
        var best = new double[kernels.Count, RowCounts.Length];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < RowCounts.Length; i++)
            {
                var x = new InputRows(rowMemory.Pointer, inputs, RowCounts[i], (byte*)roundedMemory.Pointer).RoundedFor(matrix);
                for (int kernel = 0; kernel < kernels.Count; kernel++)
                    best[kernel, i] = Math.Max(best[kernel, i], Rate(kernels[kernel], matrix, x, rowMemory.Pointer + (most * inputs), seconds));
            }
        }

        for (int kernel = 0; kernel < kernels.Count; kernel++)
        {
            string name = FormattableString.Invariant($"{inputs} → {outputs} {(format == NumberFormat.Int8 ? "int8" : "bfloat16")} {Name(kernels[kernel])}");
            Console.WriteLine($"{name,-46}{string.Concat(Enumerable.Range(0, RowCounts.Length).Select(i => FormattableString.Invariant($"{best[kernel, i],6:F0}")))}");
        }
    }

    private static double Rate(ITileKernel kernel, in Matrix matrix, in InputRows x, float* y, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        int times = 0;
        do
        {
            TileProducts.Multiply(kernel, matrix, 0, matrix.Outputs, x, y, matrix.Outputs, false);
            times++;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return 2.0 * times * x.Count * matrix.Inputs * matrix.Outputs / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
    }

    private static string Name(ITileKernel kernel)
    {
        var type = kernel.GetType();
        return type.IsGenericType ? type.GenericTypeArguments[0].Name : type.Name;
    }
}
