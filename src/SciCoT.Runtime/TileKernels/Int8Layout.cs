using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SciCoT.TileKernels;

/// <summary>
/// How matrices of int8 lie in memory: tiles of sixteen outputs, and in a tile four inputs of each output after another,
/// <c>[tile, four inputs, output, input]</c>, as instructions take them that add up four products. What lies where outputs or inputs are
/// missing, in the last tile or at a row's end, counts for nothing: rows that the matrix is multiplied by have zeros there.
/// </summary>
internal static unsafe class Int8Layout
{
    /// <summary>Outputs of a tile.</summary>
    public const int TileOutputs = 16;

    /// <summary>Inputs of an output that lie side by side.</summary>
    public const int Group = 4;

    /// <summary>Bytes of a group of inputs of all outputs of a tile: a cache line.</summary>
    public const int GroupBytes = TileOutputs * Group;

    /// <summary>Groups of a row.</summary>
    public static int Groups(int inputs) => (inputs + Group - 1) / Group;

    /// <summary>Bytes of a matrix.</summary>
    public static long Bytes(long outputs, int inputs) => (outputs + TileOutputs - 1) / TileOutputs * Groups(inputs) * GroupBytes;

    /// <summary>Puts an output's weights in their places.</summary>
    /// <param name="row">The weights.</param>
    /// <param name="inputs">How many they are.</param>
    /// <param name="output">The output.</param>
    /// <param name="matrix">The matrix.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(sbyte* row, int inputs, long output, sbyte* matrix)
    {
        sbyte* to = At(matrix, inputs, output);
        int i = 0;
        for (; i <= inputs - Group; i += Group, to += GroupBytes)
            *(int*)to = Unsafe.ReadUnaligned<int>(row + i);
        for (int left = 0; i < inputs; i++, left++)
            to[left] = row[i];
    }

    /// <summary>An output's weights one after another, as checkpoints store them.</summary>
    public static void Read(sbyte* matrix, int inputs, long output, sbyte* row)
    {
        sbyte* from = At(matrix, inputs, output);
        for (int i = 0; i < inputs; i++)
            row[i] = from[(i / Group * GroupBytes) + (i % Group)];
    }

    /// <summary>An output's weights as the numbers that they stand for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(sbyte* matrix, int inputs, long output, float scale, float* row)
    {
        int i = 0;
        sbyte* from = At(matrix, inputs, output);
        for (; i <= inputs - Group; i += Group, from += GroupBytes)
            Vector128.Store(Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(int*)from).AsSByte()))) * scale, row + i);
        for (int left = 0; i < inputs; i++, left++)
            row[i] = from[left] * scale;
    }

    private static sbyte* At(sbyte* matrix, int inputs, long output) =>
        matrix + (output / TileOutputs * Groups(inputs) * GroupBytes) + (output % TileOutputs * Group);
}
