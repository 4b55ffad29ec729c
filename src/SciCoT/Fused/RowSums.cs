using SciCoT.Compute;

namespace SciCoT.Fused;

/// <summary>The gradient of a norm's weight, whose parts come from blocks of rows and are added up in the order of the rows.</summary>
/// <param name="rows">All rows.</param>
/// <param name="size">Numbers in a row.</param>
internal sealed unsafe class RowSums(int rows, int size) : IDisposable
{
    private readonly int _blocks = (rows + HalfProducts.Block - 1) / HalfProducts.Block;
    private readonly NativeBuffer _sums = new((long)(rows + HalfProducts.Block - 1) / HalfProducts.Block * size);

    /// <summary>Takes a block's rows through the norm, back and once more forth.</summary>
    /// <param name="ofNormed">The gradient of the block's normed rows.</param>
    /// <param name="x">The norm's input, all rows.</param>
    /// <param name="gain">The norm's weight.</param>
    /// <param name="scales">The scales of all rows.</param>
    /// <param name="from">The block's first row.</param>
    /// <param name="count">Its number of rows.</param>
    /// <param name="residual">What is added to the gradient of the input, all rows.</param>
    /// <param name="ofHidden">Gets the gradient of the input, all rows.</param>
    /// <param name="normed">Gets the block's normed rows.</param>
    public void NormalizeBackward(float* ofNormed, float* x, float* gain, float* scales, int from, int count, float* residual, float* ofHidden, float* normed)
    {
        float* sum = _sums.Pointer + ((long)from / HalfProducts.Block * size);
        new Span<float>(sum, size).Clear();
        for (int row = 0; row < count; row++)
        {
            long at = (long)(from + row) * size;
            Kernels.Best.NormalizeBackward(ofNormed + (row * size), x + at, gain, scales[from + row], size, residual + at, ofHidden + at, sum);
            Kernels.Best.Scale(x + at, gain, size, scales[from + row], normed + (row * size));
        }
    }

    /// <summary>Adds up all blocks.</summary>
    public void Sum(float* ofGain)
    {
        new Span<float>(_sums.Pointer, size).CopyTo(new Span<float>(ofGain, size));
        for (int block = 1; block < _blocks; block++)
            Kernels.Best.Add(ofGain, _sums.Pointer + ((long)block * size), ofGain, size);
    }

    public void Dispose() => _sums.Dispose();
}
