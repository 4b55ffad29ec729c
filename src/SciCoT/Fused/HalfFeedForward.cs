using SciCoT.Compute;
using static TorchSharp.torch;

namespace SciCoT.Fused;

/// <summary>
/// What <see cref="FusedFeedForward"/> computes, with products in bfloat16. Blocks of rows go through the whole layer in one thread's cache; numbers
/// are rounded once for all products that take them.
/// </summary>
/// <param name="threads">Members of the team at most.</param>
/// <param name="sizes">Rows, and the widths outside and inside.</param>
/// <param name="epsilon">The norm's.</param>
/// <param name="activation">The activation.</param>
/// <param name="innerDropout">Dropout between the matrices.</param>
/// <param name="outputDropout">Dropout of the layer's output.</param>
internal sealed unsafe class HalfFeedForward(int threads, (int Rows, int Model, int Wide) sizes, float epsilon, Activation activation, DropoutStream innerDropout, DropoutStream outputDropout)
{
    /// <summary>Rows that pass the activation together on the way back, an even number.</summary>
    private const int Strip = 8;

    private readonly int _rows = sizes.Rows;
    private readonly int _model = sizes.Model;
    private readonly int _wide = sizes.Wide;

    /// <summary>Computes the layer.</summary>
    /// <param name="x">The input, <c>[rows, model]</c>.</param>
    /// <param name="gain">The norm's weight.</param>
    /// <param name="matrices">The matrices; the gate may be null.</param>
    /// <param name="kept">Gets the norms' scales and what the activation and the gate are given.</param>
    /// <param name="y">The result, <c>[rows, model]</c>.</param>
    public void Forward(float* x, float* gain, (Tensor Input, Tensor? Gate, Tensor Output) matrices, (nint Scales, nint Values, nint Gates) kept, float* y)
    {
        using var inputs = HalfTiles.Of(threads, Fusion.View(matrices.Input).Transposed, _model, _wide);
        using var gates = matrices.Gate is null ? null : HalfTiles.Of(threads, Fusion.View(matrices.Gate).Transposed, _model, _wide);
        using var outputs = HalfTiles.Of(threads, Fusion.View(matrices.Output).Transposed, _wide, _model);
        float* scales = (float*)kept.Scales, allValues = (float*)kept.Values, allGates = (float*)kept.Gates;
        ThreadTeam.Shared.ForRanges(threads, _rows, HalfProducts.Block, (from, to) =>
        {
            int count = (int)(to - from);
            long at = from * _model, wideAt = from * _wide;
            using var outside = new NativeBuffer((long)count * _model);
            using var inside = new NativeBuffer((long)count * _wide);
            using var outsideRows = new HalfRows(count, _model);
            using var insideRows = new HalfRows(count, _wide);

            float* values = allValues + wideAt, gate = gates is null ? null : allGates + wideAt;
            for (int row = 0; row < count; row++)
                scales[from + row] = Kernels.Best.Normalize(x + at + (row * _model), gain, _model, epsilon, outside.Pointer + (row * _model));
            byte* normed = outsideRows.Put(outside.Pointer, count);
            HalfProducts.Multiply(normed, count, inputs, new(values, _wide));
            if (gates is not null)
                HalfProducts.Multiply(normed, count, gates, new(gate, _wide));
            TeamPasses.Activate(activation, values, gate, innerDropout, wideAt, inside.Pointer, count * _wide);
            HalfProducts.Multiply(insideRows.Put(inside.Pointer, count), count, outputs, new(outside.Pointer, _model));
            TeamPasses.AddDropped(x + at, outside.Pointer, outputDropout, at, y + at, count * _model);
        });
    }

    /// <summary>Computes the gradients.</summary>
    /// <param name="g">Of the result.</param>
    /// <param name="x">The input.</param>
    /// <param name="gain">The norm's weight.</param>
    /// <param name="matrices">The matrices; the gate may be null.</param>
    /// <param name="kept">What <see cref="Forward"/> kept.</param>
    /// <param name="ofHidden">Gets the input's.</param>
    /// <param name="ofGain">Gets that of the norm's weight.</param>
    /// <param name="ofMatrices">Get those of the matrices.</param>
    public void Backward(
        float* g, float* x, float* gain, (Tensor Input, Tensor? Gate, Tensor Output) matrices, (nint Scales, nint Values, nint Gates) kept,
        float* ofHidden, float* ofGain, (Tensor Input, Tensor? Gate, Tensor Output) ofMatrices)
    {
        using var inputs = HalfTiles.Of(threads, Fusion.View(matrices.Input), _wide, _model);
        using var gates = matrices.Gate is null ? null : HalfTiles.Of(threads, Fusion.View(matrices.Gate), _wide, _model);
        using var outputs = HalfTiles.Of(threads, Fusion.View(matrices.Output), _model, _wide);
        using var layerTiles = new HalfTiles(_rows, _model);
        using var normedTiles = new HalfTiles(_rows, _model);
        using var innerTiles = new HalfTiles(_rows, _wide);
        using var ofValuesTiles = new HalfTiles(_rows, _wide);
        using var ofGatesTiles = gates is null ? null : new HalfTiles(_rows, _wide);
        using var gains = new RowSums(_rows, _model);
        float* scales = (float*)kept.Scales, allValues = (float*)kept.Values, allGates = (float*)kept.Gates;
        ThreadTeam.Shared.ForRanges(threads, _rows, HalfProducts.Block, (first, to) =>
        {
            int from = (int)first, count = (int)(to - first);
            long at = first * _model;
            using var outside = new NativeBuffer((long)count * _model); // of the layer's output; later of the normed rows
            using var normed = new NativeBuffer((long)count * _model);
            using var ofInside = new NativeBuffer((long)count * _wide);
            using var strip = new NativeBuffer(2L * Strip * _wide);
            using var outsideRows = new HalfRows(count, _model);
            using var ofValuesRows = new HalfRows(count, _wide);
            using var ofGatesRows = gates is null ? null : new HalfRows(count, _wide);

            float* ofLayer = g + at;
            if (!outputDropout.IsNone)
                TeamPasses.Drop(g + at, outputDropout, at, ofLayer = outside.Pointer, count * _model);
            layerTiles.Put(ofLayer, from, count);
            HalfProducts.Multiply(outsideRows.Put(ofLayer, count), count, outputs, new(ofInside.Pointer, _wide));

            float* inner = strip.Pointer, ofGates = gates is null ? null : inner + (Strip * _wide);
            for (int row = 0; row < count; row += Strip)
            {
                int rows = Math.Min(Strip, count - row);
                long wideAt = (first + row) * _wide;
                float* ofValues = ofInside.Pointer + (row * _wide);
                TeamPasses.ActivateBackward(activation, allValues + wideAt, gates is null ? null : allGates + wideAt, innerDropout, wideAt, ofValues, ofGates, inner, rows * _wide);
                innerTiles.Put(inner, from + row, rows);
                ofValuesTiles.Put(ofValues, from + row, rows);
                ofValuesRows.Put(ofValues, rows, row);
                ofGatesTiles?.Put(ofGates, from + row, rows);
                ofGatesRows?.Put(ofGates, rows, row);
            }

            HalfProducts.Multiply(ofValuesRows.Row(0), count, inputs, new(outside.Pointer, _model));
            if (gates is not null)
                HalfProducts.Multiply(ofGatesRows!.Row(0), count, gates, new(outside.Pointer, _model), add: true);
            gains.NormalizeBackward(outside.Pointer, x, gain, scales, from, count, g, ofHidden, normed.Pointer);
            normedTiles.Put(normed.Pointer, from, count);
        });

        gains.Sum(ofGain);
        HalfProducts.MultiplyTurned(threads, layerTiles, innerTiles, Fusion.View(ofMatrices.Output));
        HalfProducts.MultiplyTurned(threads, ofValuesTiles, normedTiles, Fusion.View(ofMatrices.Input));
        if (gates is not null)
            HalfProducts.MultiplyTurned(threads, ofGatesTiles!, normedTiles, Fusion.View(ofMatrices.Gate!));
    }
}
