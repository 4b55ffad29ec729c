using System.Runtime.Intrinsics;
using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>The kernels, in vectors of any width.</summary>
/// <remarks>
/// This class chooses the code for a format or an activation. The code itself stands in the other classes named after
/// <see cref="ISimd{TVector}"/>, written once for all widths. Its methods are compiled with all optimisations at once: at the
/// first tier, one token would take seconds.
/// </remarks>
/// <param name="int8">Gives what multiplies by matrices of int8; called when there is one, because making a kernel takes time.</param>
/// <param name="halves">Gives what multiplies in bfloat16; null where the processor has no instructions for that, so that float32 is faster.</param>
internal sealed unsafe class SimdKernels<TSimd, TVector>(Func<ITileKernel> int8, Func<ITileKernel?>? halves = null) : IKernels
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    /// <summary>Whether many rows are computed in tiles. Always or never: a result must not depend on how many rows there are.</summary>
    private static bool HasTiles => TSimd.Width >= Vector256<float>.Count && Gemm.IsSupported;

    public NumberFormat HalfFormat => HasHalves ? NumberFormat.BFloat16Tiles : NumberFormat.BFloat16;

    private bool HasHalves => halves?.Invoke() is not null;

    public int ScratchSize(int inputs) => Math.Max(SimdProducts<TSimd, TVector>.Panel, 4 * inputs);

    public void Multiply(in Matrix matrix, int from, int to, in InputRows x, float* y, int yStride, bool add, float* scratch)
    {
        switch (matrix.Format)
        {
            case NumberFormat.Float32:
                SimdProducts<TSimd, TVector>.Multiply<SimdFormats<TSimd, TVector>.Float32>(matrix, from, to, x, y, yStride, add, scratch);
                break;
            case NumberFormat.BFloat16:
                SimdProducts<TSimd, TVector>.Multiply<SimdFormats<TSimd, TVector>.BFloat16>(matrix, from, to, x, y, yStride, add, scratch);
                break;
            case NumberFormat.BFloat16Tiles:
                TileProducts.Multiply(halves?.Invoke() ?? HalfKernels.Portable, matrix, from, to, x, y, yStride, add);
                break;
            default:
                TileProducts.Multiply(int8(), matrix, from, to, x, y, yStride, add);
                break;
        }
    }

    public void MultiplyMany(in Matrix matrix, in InputRows x, float* y, int yStride, bool add, float* scratch)
    {
        if (HasTiles && matrix.RowBytes == 0)
            GemmLoop<TSimd, TVector>.Multiply(x.Count, new Gemm.View(x.Data, x.Stride), matrix, new Gemm.View(y, yStride), add);
        else
            Multiply(matrix, 0, matrix.Outputs, x, y, yStride, add, scratch);
    }

    public void Read(in Matrix matrix, int row, float* target)
    {
        switch (matrix.Format)
        {
            case NumberFormat.Float32:
                Widen<SimdFormats<TSimd, TVector>.Float32>(matrix);
                break;
            case NumberFormat.BFloat16:
                Widen<SimdFormats<TSimd, TVector>.BFloat16>(matrix);
                break;
            case NumberFormat.BFloat16Tiles:
                HalfLayout.Read((ushort*)matrix.Data, matrix.Inputs, row, target);
                break;
            default:
                Int8Layout.Read((sbyte*)matrix.Data, matrix.Inputs, row, matrix.Scales[row], target);
                break;
        }

        void Widen<TFormat>(in Matrix from)
            where TFormat : struct, SimdFormats<TSimd, TVector>.IFormat =>
            SimdProducts<TSimd, TVector>.Widen<TFormat>(SimdProducts<TSimd, TVector>.Row<TFormat>(from, row), from.Inputs, target);
    }

    public float Normalize(float* x, float* gain, int size, float epsilon, float* y) => SimdNorms<TSimd, TVector>.Normalize(x, gain, size, epsilon, y);

    public void Scale(float* x, float* gain, int size, float scale, float* y) => SimdNorms<TSimd, TVector>.Scale(x, gain, size, scale, y);

    public void NormalizeBackward(float* gradient, float* x, float* gain, float scale, int size, float* residual, float* target, float* ofGain) =>
        SimdNorms<TSimd, TVector>.NormalizeBackward(gradient, x, gain, scale, size, residual, target, ofGain);

    public void Activate(Activation activation, float* x, float* gate, float* y, int count)
    {
        switch (activation)
        {
            case Activation.Relu:
                SimdPasses<TSimd, TVector>.Activate<SimdActivations<TSimd, TVector>.Relu>(x, gate, y, count);
                break;
            case Activation.Silu:
                SimdPasses<TSimd, TVector>.Activate<SimdActivations<TSimd, TVector>.Silu>(x, gate, y, count);
                break;
            default:
                SimdPasses<TSimd, TVector>.Activate<SimdActivations<TSimd, TVector>.GeluTanh>(x, gate, y, count);
                break;
        }
    }

    public void ActivateBackward(Activation activation, float* x, float* gate, float* gradient, float* ofGate, float* y, int count)
    {
        switch (activation)
        {
            case Activation.Relu:
                SimdPasses<TSimd, TVector>.ActivateBackward<SimdActivations<TSimd, TVector>.Relu>(x, gate, gradient, ofGate, y, count);
                break;
            case Activation.Silu:
                SimdPasses<TSimd, TVector>.ActivateBackward<SimdActivations<TSimd, TVector>.Silu>(x, gate, gradient, ofGate, y, count);
                break;
            default:
                SimdPasses<TSimd, TVector>.ActivateBackward<SimdActivations<TSimd, TVector>.GeluTanh>(x, gate, gradient, ofGate, y, count);
                break;
        }
    }

    public void Softmax(float* scores, float* bias, int count, float* mask) => SimdScores<TSimd, TVector>.Softmax(scores, bias, count, mask);

    public void SoftmaxBackward(float* weights, float* gradient, int count) => SimdScores<TSimd, TVector>.SoftmaxBackward(weights, gradient, count);

    public float LogSumExp(float* x, int count) => SimdScores<TSimd, TVector>.LogSumExp(x, count);

    public void Score(in KeyValueHead head, int positions, float* query, float* scores)
    {
        if (head.Format == NumberFormat.Float32)
            SimdAttention<TSimd, TVector>.Score<SimdPairs<TSimd, TVector>.Float32>(head, positions, query, scores);
        else
            SimdAttention<TSimd, TVector>.Score<SimdPairs<TSimd, TVector>.BFloat16>(head, positions, query, scores);
    }

    public void Mix(in KeyValueHead head, int positions, float* weights, float* y)
    {
        if (head.Format == NumberFormat.Float32)
            SimdAttention<TSimd, TVector>.Mix<SimdPairs<TSimd, TVector>.Float32>(head, positions, weights, y);
        else
            SimdAttention<TSimd, TVector>.Mix<SimdPairs<TSimd, TVector>.BFloat16>(head, positions, weights, y);
    }

    public void ScoreMany(float* queries, int rows, float* keys, int count, int stride, int size, float* scores, bool inHalves, float* scratch)
    {
        if (inHalves && HasHalves)
            HalfGemm.Multiply(rows, count, size, new Gemm.View(queries, stride), new Gemm.View(keys, 1, stride), new Gemm.View(scores, count));
        else
            MultiplyMany(new Matrix(keys, count, size, stride), new InputRows(queries, stride, rows), scores, count, false, scratch);
    }

    public void MixMany(float* weights, int rows, float* values, int count, int stride, int size, float* y, int yStride, bool inHalves)
    {
        if (inHalves && HasHalves)
            HalfGemm.Multiply(rows, size, count, new Gemm.View(weights, count), new Gemm.View(values, stride), new Gemm.View(y, yStride));
        else if (HasTiles)
            GemmLoop<TSimd, TVector>.Multiply(rows, size, count, new Gemm.View(weights, count), new Gemm.View(values, stride), new Gemm.View(y, yStride), add: false);
        else
        {
            for (int row = 0; row < rows; row++)
                SimdAttention<TSimd, TVector>.Mix(weights + ((long)row * count), count, values, stride, size, y + ((long)row * yStride));
        }
    }

    public void Add(float* a, float* b, float* y, int count) => SimdPasses<TSimd, TVector>.Add(a, b, y, count);

    public void MultiplyEach(float* a, float* b, float* y, int count) => SimdPasses<TSimd, TVector>.MultiplyEach(a, b, y, count);
}
