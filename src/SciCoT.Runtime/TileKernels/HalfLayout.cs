using System.Runtime.CompilerServices;

namespace SciCoT.TileKernels;

/// <summary>
/// How matrices of bfloat16 lie in memory for instructions that add up two products: as <see cref="Int8Layout"/>, with two inputs of each
/// output side by side, <c>[tile, two inputs, output, input]</c>. At the end of an odd number of inputs lies a zero.
/// </summary>
internal static unsafe class HalfLayout
{
    private const int Group = 2;

    private const int GroupNumbers = Int8Layout.TileOutputs * Group;

    /// <summary>Groups of a row.</summary>
    public static int Groups(int inputs) => (inputs + Group - 1) / Group;

    /// <summary>Bytes of a matrix.</summary>
    public static long Bytes(long outputs, int inputs) =>
        (outputs + Int8Layout.TileOutputs - 1) / Int8Layout.TileOutputs * Groups(inputs) * Int8Layout.GroupBytes;

    /// <summary>Puts an output's weights in their places.</summary>
    /// <param name="row">The weights.</param>
    /// <param name="inputs">How many they are.</param>
    /// <param name="output">The output.</param>
    /// <param name="matrix">The matrix.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(ushort* row, int inputs, long output, ushort* matrix)
    {
        ushort* to = At(matrix, inputs, output);
        int i = 0;
        for (; i <= inputs - Group; i += Group, to += GroupNumbers)
            *(uint*)to = Unsafe.ReadUnaligned<uint>(row + i);
        if (i < inputs)
            *(uint*)to = row[i];
    }

    /// <summary>An output's weights one after another, as checkpoints store them.</summary>
    public static void Read(ushort* matrix, int inputs, long output, ushort* row)
    {
        ushort* from = At(matrix, inputs, output);
        for (int i = 0; i < inputs; i++)
            row[i] = from[(i / Group * GroupNumbers) + (i % Group)];
    }

    /// <summary>An output's weights as float32 numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(ushort* matrix, int inputs, long output, float* row)
    {
        ushort* from = At(matrix, inputs, output);
        for (int i = 0; i < inputs; i++)
            row[i] = BitConverter.Int32BitsToSingle(from[(i / Group * GroupNumbers) + (i % Group)] << 16);
    }

    private static ushort* At(ushort* matrix, int inputs, long output) =>
        matrix + (output / Int8Layout.TileOutputs * Groups(inputs) * GroupNumbers) + (output % Int8Layout.TileOutputs * Group);
}
