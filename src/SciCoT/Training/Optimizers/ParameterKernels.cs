using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SciCoT.Compute;
using SciCoT.Fused;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Training.Optimizers;

/// <summary>Passes over all parameters in the processor's memory, shared by the members of the team. Their results do not depend on the number of members.</summary>
internal static unsafe class ParameterKernels
{
    /// <summary>Numbers in a part of a pass.</summary>
    private const int Grain = 1 << 16;

    private delegate void Part(int tensor, long from, int count, int part);

    /// <summary>Whether all tensors are float32 numbers in the processor's memory, one after another.</summary>
    public static bool Apply(Tensor[] tensors) =>
        tensors.All(tensor => tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32 && !tensor.is_sparse && tensor.is_contiguous());

    /// <summary>The norm of all tensors together.</summary>
    public static double Norm(Tensor[] tensors)
    {
        var addresses = Addresses(tensors);
        double[]? sums = null;
        ForEach(tensors, count => sums = new double[count], (tensor, from, count, part) => sums![part] = SquareSum((float*)addresses[tensor] + from, count));
        return Math.Sqrt(sums!.Sum());
    }

    /// <summary>An update of AdamW, in torch's order of operations.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="gradients">Their gradients, which stay as they are.</param>
    /// <param name="first">The first moments.</param>
    /// <param name="second">The second moments.</param>
    /// <param name="update">The update's constants.</param>
    public static void AdamW(Tensor[] parameters, Tensor[] gradients, Tensor[] first, Tensor[] second, AdamWUpdate update)
    {
        nint[] p = Addresses(parameters), g = Addresses(gradients), m = Addresses(first), v = Addresses(second);
        ForEach(parameters, null, (tensor, from, count, _) =>
            update.Apply((float*)p[tensor] + from, (float*)g[tensor] + from, (float*)m[tensor] + from, (float*)v[tensor] + from, count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SquareSum(float* x, int count)
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        int width = Vector512<float>.Count, i = 0;
        for (; i <= count - (4 * width); i += 4 * width)
        {
            a = Add(a, x + i);
            b = Add(b, x + i + width);
            c = Add(c, x + i + (2 * width));
            d = Add(d, x + i + (3 * width));
        }

        double rest = 0;
        for (; i < count; i++)
            rest += (double)x[i] * x[i];
        return Vector512.Sum((a + b) + (c + d)) + rest;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<float> Add(Vector512<float> sum, float* at)
        {
            var value = Vector512.Load(at);
            return Vector512.FusedMultiplyAdd(value, value, sum);
        }
    }

    private static nint[] Addresses(Tensor[] tensors) => Array.ConvertAll(tensors, tensor => (nint)Fusion.Numbers(tensor));

    private static void ForEach(Tensor[] tensors, Action<int>? prepare, Part body)
    {
        var parts = new List<(int Tensor, long From, int Count)>();
        for (int tensor = 0; tensor < tensors.Length; tensor++)
        {
            long all = tensors[tensor].numel();
            for (long from = 0; from < all; from += Grain)
                parts.Add((tensor, from, (int)Math.Min(Grain, all - from)));
        }

        prepare?.Invoke(parts.Count);
        ThreadTeam.Shared.ForEach(Fusion.Threads, parts.Count, part => body(parts[part].Tensor, parts[part].From, parts[part].Count, part));
    }
}
