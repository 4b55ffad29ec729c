using SciCoT.Compute;
using static TorchSharp.torch;
using Passes = SciCoT.Compute.SimdPasses<SciCoT.Compute.Simd512, System.Runtime.Intrinsics.Vector512<float>>;
using Scores = SciCoT.Compute.SimdScores<SciCoT.Compute.Simd512, System.Runtime.Intrinsics.Vector512<float>>;

namespace SciCoT.Fused;

/// <summary>
/// What <c>HeadLoss</c> computes, with products in bfloat16. The vocabulary is taken block by block: the logits of a block become powers of e while
/// they are in the cache, and later their gradient, which takes part in both products at once and is never stored as a whole.
/// </summary>
/// <param name="threads">Members of the team at most.</param>
/// <param name="hidden">The decoder's output, <c>[positions, model]</c>.</param>
/// <param name="weight">The head's matrix, <c>[vocabulary, model]</c>.</param>
/// <param name="labels"><c>[positions]</c>, int64.</param>
/// <param name="factors">The factor on each position's part, <c>[positions]</c>.</param>
/// <param name="labelSmoothing">Share of the probability spread evenly over the vocabulary.</param>
internal sealed unsafe class HalfHead(int threads, Tensor hidden, Tensor weight, Tensor labels, Tensor factors, double labelSmoothing)
{
    /// <summary>Words of a block.</summary>
    private const int Words = 256;

    /// <summary>Sums of blocks' gradients, added up at the end: their number does not depend on that of the threads.</summary>
    private const int Sums = 8;

    /// <summary>Rows of the gradient that are computed together, an even number.</summary>
    private const int Strip = 8;

    private readonly int _positions = checked((int)hidden.shape[0]);
    private readonly int _model = checked((int)hidden.shape[1]);
    private readonly int _vocabulary = checked((int)weight.shape[0]);
    private readonly int _blocks = checked((int)((weight.shape[0] + Words - 1) / Words));
    private readonly float* _hidden = Fusion.Numbers(hidden);
    private readonly float* _weight = Fusion.Numbers(weight);
    private readonly long* _labels = (long*)TensorMemory.Address(labels);
    private readonly float* _factors = Fusion.Numbers(factors);

    /// <summary>Computes the mean loss.</summary>
    /// <param name="powers">For the gradients: a power of e for each logit, <c>[block, position, word]</c>.</param>
    /// <param name="shares">For the gradients: what makes a probability of it, <c>[block, position]</c>.</param>
    public float Forward(out Tensor powers, out Tensor shares)
    {
        powers = empty((long)_positions * _vocabulary);
        shares = empty((long)_blocks * _positions);
        float* allPowers = Fusion.Numbers(powers), highs = Fusion.Numbers(shares);
        using var rows = new HalfRows(_positions, _model);
        using var sums = new NativeBuffer((long)_blocks * _positions);
        using var totals = new NativeBuffer((long)_blocks * _positions);
        using var own = new NativeBuffer(_positions);
        ThreadTeam.Shared.ForRanges(threads, _positions, HalfProducts.Block, (from, to) => rows.Put(_hidden + (from * _model), (int)(to - from), (int)from));
        ThreadTeam.Shared.ForEach(threads, _blocks, block =>
        {
            int first = block * Words, words = Math.Min(Words, _vocabulary - first);
            float* logits = allPowers + ((long)first * _positions);
            using (var tiles = HalfTiles.Of(new Gemm.View(_weight + ((long)first * _model), _model).Transposed, _model, words))
                HalfProducts.Multiply(rows.Row(0), _positions, tiles, new(logits, words));
            for (int position = 0; position < _positions; position++, logits += words)
            {
                long label = _labels[position] - first, at = ((long)block * _positions) + position;
                if (label >= 0 && label < words)
                    own.Pointer[position] = logits[label];
                if (labelSmoothing > 0)
                    totals.Pointer[at] = Passes.Sum(logits, words);
                (highs[at], sums.Pointer[at]) = Scores.Powers(logits, words);
            }
        });

        using var losses = new NativeBuffer(_positions);
        ThreadTeam.Shared.ForRanges(threads, _positions, HalfProducts.Block, (from, to) =>
        {
            for (long position = from; position < to; position++)
                losses.Pointer[position] = Loss(position, highs, sums.Pointer, totals.Pointer, own.Pointer[position]);
        });
        double loss = 0;
        for (int position = 0; position < _positions; position++)
            loss += losses.Pointer[position];
        return (float)(loss / _positions);
    }

    /// <summary>Computes the gradients.</summary>
    /// <param name="powers">As <see cref="Forward"/> gave them.</param>
    /// <param name="shares">As it gave them.</param>
    /// <param name="scale">The loss's gradient.</param>
    /// <param name="ofHidden">Gets that of the decoder's output.</param>
    /// <param name="ofWeight">Gets that of the matrix, where it is not null.</param>
    public void Backward(Tensor powers, Tensor shares, float scale, Tensor ofHidden, Tensor? ofWeight)
    {
        float* allPowers = Fusion.Numbers(powers), allShares = Fusion.Numbers(shares), target = Fusion.Numbers(ofHidden);
        float* ofWords = ofWeight is null ? null : Fusion.Numbers(ofWeight);
        using var scaled = new HalfTiles(_positions, _model);
        if (ofWeight is not null)
        {
            ThreadTeam.Shared.ForRanges(threads, _positions, HalfProducts.Block, (from, to) =>
            {
                using var strip = new NativeBuffer((to - from) * _model);
                for (long position = from; position < to; position++)
                    Passes.Multiply(_hidden + (position * _model), Scale(position), strip.Pointer + ((position - from) * _model), _model);
                scaled.Put(strip.Pointer, (int)from, (int)(to - from));
            });
        }

        long size = (long)_positions * _model;
        int parts = Math.Min(Sums, _blocks), each = (_blocks + parts - 1) / parts;
        using var sums = new NativeBuffer(parts * size);
        ThreadTeam.Shared.ForEach(threads, parts, part =>
        {
            float* sum = sums.Pointer + (part * size);
            int end = Math.Min(_blocks, (part + 1) * each);
            if (part * each >= end)
                new Span<float>(sum, checked((int)size)).Clear();
            for (int block = part * each; block < end; block++)
            {
                int first = block * Words, words = Math.Min(Words, _vocabulary - first);
                using var rows = new HalfRows(_positions, words);
                using var columns = new HalfTiles(_positions, words);
                Gradient(allPowers + ((long)first * _positions), allShares + ((long)block * _positions), first, words, rows, columns);
                using (var tiles = HalfTiles.Of(new Gemm.View(_weight + ((long)first * _model), _model), words, _model))
                    HalfProducts.Multiply(rows.Row(0), _positions, tiles, new(sum, _model), add: block > part * each);
                if (ofWords is not null)
                    HalfProducts.MultiplyTurned(columns, 0, words, scaled, new(ofWords + ((long)first * _model), _model));
            }
        });
        ThreadTeam.Shared.ForRanges(threads, _positions, HalfProducts.Block, (from, to) =>
        {
            for (long position = from; position < to; position++)
            {
                float* sum = sums.Pointer + (position * _model);
                for (int part = 1; part < parts; part++)
                    Kernels.Best.Add(sum, sums.Pointer + (part * size) + (position * _model), sum, _model);
                Passes.Multiply(sum, Scale(position), target + (position * _model), _model);
            }
        });

        float Scale(long position) => _factors[position] * (scale / _positions);
    }

    /// <summary>The loss of a position, whose highest logits become what makes probabilities of the powers.</summary>
    private float Loss(long position, float* highs, float* sums, float* totals, float own)
    {
        float highest = float.NegativeInfinity;
        for (long block = 0, at = position; block < _blocks; block++, at += _positions)
            highest = MathF.Max(highest, highs[at]);
        double sum = 0, total = 0;
        for (long block = 0, at = position; block < _blocks; block++, at += _positions)
        {
            sum += sums[at] * Math.Exp(highs[at] - highest);
            total += labelSmoothing > 0 ? totals[at] : 0;
        }

        double log = highest + Math.Log(sum);
        for (long block = 0, at = position; block < _blocks; block++, at += _positions)
            highs[at] = (float)Math.Exp(highs[at] - log);
        return (float)(_factors[position] * (log - ((1 - labelSmoothing) * own) - (labelSmoothing * total / _vocabulary)));
    }

    /// <summary>The gradient of a block's logits for the sum over positions, rounded for both products.</summary>
    private void Gradient(float* powers, float* shares, int first, int words, HalfRows rows, HalfTiles columns)
    {
        using var strip = new NativeBuffer(Strip * words);
        float spread = (float)(-labelSmoothing / _vocabulary), own = (float)(1 - labelSmoothing);
        for (int from = 0; from < _positions; from += Strip)
        {
            int count = Math.Min(Strip, _positions - from);
            for (int i = 0; i < count; i++)
            {
                float* row = strip.Pointer + (i * words);
                Passes.MultiplyAdd(powers + ((long)(from + i) * words), shares[from + i], spread, row, words);
                if (_labels[from + i] - first is >= 0 and var label && label < words)
                    row[label] -= own;
            }

            rows.Put(strip.Pointer, count, from);
            columns.Put(strip.Pointer, from, count);
        }
    }
}
