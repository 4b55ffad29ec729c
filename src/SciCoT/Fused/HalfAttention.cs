using SciCoT.Compute;
using static TorchSharp.torch;

namespace SciCoT.Fused;

/// <summary>
/// The parts of <see cref="FusedAttention"/> around its heads, with products in bfloat16. Blocks of rows go from product to product in one thread's
/// cache; numbers are rounded once for all products that take them.
/// </summary>
/// <param name="threads">Members of the team at most.</param>
/// <param name="plan">The layer's constants.</param>
/// <param name="sizes">Its sizes.</param>
/// <param name="parts">Its inputs.</param>
/// <param name="memory">What it keeps for the gradients.</param>
internal sealed unsafe class HalfAttention(int threads, AttentionPlan plan, AttentionSizes sizes, AttentionInputs parts, AttentionMemory memory)
{
    private readonly int _model = sizes.Model;
    private readonly int _inner = sizes.Inner;
    private readonly float* _x = Fusion.Numbers(parts.Hidden);
    private readonly float* _gain = Fusion.Numbers(parts.Gain);
    private readonly float* _source = parts.Memory is null ? null : Fusion.Numbers(parts.Memory);
    private readonly AttentionMemory _memory = memory;
    private readonly AttentionInputs _parts = parts;

    /// <summary>Computes queries, keys and values.</summary>
    public void Project()
    {
        using var queries = HalfTiles.Of(threads, Fusion.View(_parts.Query).Transposed, _model, _inner);
        using var keys = HalfTiles.Of(threads, Fusion.View(_parts.Key).Transposed, _model, _inner);
        using var values = HalfTiles.Of(threads, Fusion.View(_parts.Value).Transposed, _model, _inner);
        Blocks(sizes.QueryRows, (from, count) =>
        {
            using var normed = new NativeBuffer((long)count * _model);
            using var rows = new HalfRows(count, _model);
            for (int row = 0; row < count; row++)
                _memory.Scales[from + row] = Kernels.Best.Normalize(_x + (((long)from + row) * _model), _gain, _model, plan.Epsilon, normed.Pointer + (row * _model));
            byte* rounded = rows.Put(normed.Pointer, count);
            HalfProducts.Multiply(rounded, count, queries, Inner(_memory.Queries, from));
            if (_source is not null)
                return;
            HalfProducts.Multiply(rounded, count, keys, Inner(_memory.Keys, from));
            HalfProducts.Multiply(rounded, count, values, Inner(_memory.Values, from));
        });
        if (_source is null)
            return;
        Blocks(sizes.KeyRows, (from, count) =>
        {
            using var rows = new HalfRows(count, _model);
            byte* rounded = rows.Put(_source + ((long)from * _model), count);
            HalfProducts.Multiply(rounded, count, keys, Inner(_memory.Keys, from));
            HalfProducts.Multiply(rounded, count, values, Inner(_memory.Values, from));
        });
    }

    /// <summary>Computes the layer's result from the mixed values.</summary>
    public void Finish(float* result)
    {
        using var outputs = HalfTiles.Of(threads, Fusion.View(_parts.Output).Transposed, _inner, _model);
        Blocks(sizes.QueryRows, (from, count) =>
        {
            long at = (long)from * _model;
            using var product = new NativeBuffer((long)count * _model);
            using var rows = new HalfRows(count, _inner);
            HalfProducts.Multiply(rows.Put(Inner(_memory.Mixed, from).Data, count), count, outputs, new(product.Pointer, _model));
            TeamPasses.AddDropped(_x + at, product.Pointer, plan.Output, at, result + at, count * _model);
        });
    }

    /// <summary>Computes the gradients of the mixed values and of the output's matrix.</summary>
    /// <param name="g">Of the result.</param>
    /// <param name="of">Gets that of the mixed values.</param>
    /// <param name="ofOutput">Gets that of the matrix.</param>
    public void BackwardOutput(float* g, InsideGradients of, Tensor ofOutput)
    {
        using var outputs = HalfTiles.Of(threads, Fusion.View(_parts.Output), _model, _inner);
        using var layerTiles = new HalfTiles(sizes.QueryRows, _model);
        using var mixedTiles = new HalfTiles(sizes.QueryRows, _inner);
        Blocks(sizes.QueryRows, (from, count) =>
        {
            long at = (long)from * _model;
            using var dropped = new NativeBuffer(plan.Output.IsNone ? 0 : (long)count * _model);
            using var rows = new HalfRows(count, _model);
            float* ofLayer = g + at;
            if (!plan.Output.IsNone)
                TeamPasses.Drop(g + at, plan.Output, at, ofLayer = dropped.Pointer, count * _model);
            layerTiles.Put(ofLayer, from, count);
            mixedTiles.Put(Inner(_memory.Mixed, from).Data, from, count);
            HalfProducts.Multiply(rows.Put(ofLayer, count), count, outputs, Inner(of.Mixed, from));
        });
        HalfProducts.MultiplyTurned(threads, layerTiles, mixedTiles, Fusion.View(ofOutput));
    }

    /// <summary>Computes the gradients of the inputs and of the matrices before the heads.</summary>
    /// <param name="g">Of the result.</param>
    /// <param name="of">Those of queries, keys and values.</param>
    /// <param name="inputs">Get those of the input, the norm's weight and the memory.</param>
    /// <param name="matrices">Get those of the matrices.</param>
    public void BackwardInputs(float* g, InsideGradients of, (Tensor Hidden, Tensor Gain, Tensor? Memory) inputs, (Tensor Query, Tensor Key, Tensor Value) matrices)
    {
        using var queries = HalfTiles.Of(threads, Fusion.View(_parts.Query), _inner, _model);
        using var keys = HalfTiles.Of(threads, Fusion.View(_parts.Key), _inner, _model);
        using var values = HalfTiles.Of(threads, Fusion.View(_parts.Value), _inner, _model);
        using var ofQueries = new HalfTiles(sizes.QueryRows, _inner);
        using var ofKeys = new HalfTiles(sizes.KeyRows, _inner);
        using var ofValues = new HalfTiles(sizes.KeyRows, _inner);
        using var normedTiles = new HalfTiles(sizes.QueryRows, _model);
        using var sourceTiles = _source is null ? null : new HalfTiles(sizes.KeyRows, _model);
        using var gains = new RowSums(sizes.QueryRows, _model);
        float* ofHidden = Fusion.Numbers(inputs.Hidden), ofMemory = inputs.Memory is null ? null : Fusion.Numbers(inputs.Memory);
        Blocks(sizes.QueryRows, (from, count) =>
        {
            using var ofNormed = new NativeBuffer((long)count * _model);
            using var normed = new NativeBuffer((long)count * _model);
            using var rows = new HalfRows(count, _inner);
            Through(rows, of.Queries, from, count, ofQueries, queries, ofNormed.Pointer, add: false);
            if (_source is null)
                ThroughBoth(rows, from, count, ofNormed.Pointer, add: true);
            gains.NormalizeBackward(ofNormed.Pointer, _x, _gain, _memory.Scales, from, count, g, ofHidden, normed.Pointer);
            normedTiles.Put(normed.Pointer, from, count);
        });
        gains.Sum(Fusion.Numbers(inputs.Gain));
        if (_source is not null)
        {
            Blocks(sizes.KeyRows, (from, count) =>
            {
                using var rows = new HalfRows(count, _inner);
                ThroughBoth(rows, from, count, ofMemory + ((long)from * _model), add: false);
                sourceTiles!.Put(_source + ((long)from * _model), from, count);
            });
        }

        HalfProducts.MultiplyTurned(threads, ofQueries, normedTiles, Fusion.View(matrices.Query));
        HalfProducts.MultiplyTurned(threads, ofKeys, sourceTiles ?? normedTiles, Fusion.View(matrices.Key));
        HalfProducts.MultiplyTurned(threads, ofValues, sourceTiles ?? normedTiles, Fusion.View(matrices.Value));

        void ThroughBoth(HalfRows rows, int from, int count, float* ofSource, bool add)
        {
            Through(rows, of.Keys, from, count, ofKeys, keys, ofSource, add);
            Through(rows, of.Values, from, count, ofValues, values, ofSource, add: true);
        }

        void Through(HalfRows rows, float* gradient, int from, int count, HalfTiles tiles, HalfTiles matrix, float* target, bool add)
        {
            float* block = Inner(gradient, from).Data;
            tiles.Put(block, from, count);
            HalfProducts.Multiply(rows.Put(block, count), count, matrix, new(target, _model), add);
        }
    }

    /// <summary>The rows from one on, inside the layer.</summary>
    private Gemm.View Inner(float* rows, int from) => new(rows + ((long)from * _inner), _inner);

    private void Blocks(int rows, Action<int, int> body) =>
        ThreadTeam.Shared.ForRanges(threads, rows, HalfProducts.Block, (from, to) => body((int)from, (int)(to - from)));
}
