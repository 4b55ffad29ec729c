using SciCoT.Compute;
using SciCoT.Models;

namespace SciCoT.Generation;

/// <summary>The scores of a step, <c>[rows, vocabulary]</c>, float32, in memory that is kept from step to step.</summary>
/// <param name="vocabulary">Number of tokens.</param>
internal sealed unsafe class ScoreTable(int vocabulary) : IDisposable
{
    private NativeBuffer _values = new(0);
    private long _size;

    public int Vocabulary => vocabulary;

    public int Rows { get; private set; }

    public float* Pointer => _values.Pointer;

    public Span<float> this[int row] => new(Pointer + ((long)row * vocabulary), vocabulary);

    /// <summary>Takes the logits of the token after the last that each row was given.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="added">Tokens that each row was given in the last step.</param>
    /// <param name="model">The model's name, for the message.</param>
    /// <returns>What a look at them tells.</returns>
    /// <exception cref="NonFiniteScoresException">One is NaN or infinite; what searches compare is finite, but for what they forbid themselves.</exception>
    public ScoreRows.Summary ReadLast(IDecoder decoder, int added, string? model)
    {
        Span<int> positions = decoder.Rows <= 256 ? stackalloc int[decoder.Rows] : new int[decoder.Rows];
        for (int row = 0; row < positions.Length; row++)
            positions[row] = checked(((row + 1) * added) - 1);
        Read(decoder, positions);
        var summary = ScoreRows.Summarize(this);
        return summary.AreFinite ? summary : throw new NonFiniteScoresException(model);
    }

    /// <summary>Takes the logits of positions of the last step, a row each.</summary>
    public void Read(IDecoder decoder, ReadOnlySpan<int> positions)
    {
        Resize(positions.Length);
        int atATime = Math.Max(1, int.MaxValue / vocabulary); // a span has no more numbers
        for (int row = 0; row < Rows; row += atATime)
        {
            int count = Math.Min(atATime, Rows - row);
            decoder.GetLogits(positions.Slice(row, count), new Span<float>(Pointer + ((long)row * vocabulary), count * vocabulary));
        }
    }

    /// <summary>Takes rows of numbers.</summary>
    public void Copy(ScoreTable other)
    {
        Resize(other.Rows);
        long bytes = (long)Rows * vocabulary * sizeof(float);
        Buffer.MemoryCopy(other.Pointer, Pointer, bytes, bytes);
    }

    /// <summary>Makes room for rows, without values.</summary>
    public void Resize(int rows)
    {
        long needed = (long)rows * vocabulary;
        if (needed > _size)
        {
            _values.Dispose();
            _values = new NativeBuffer(needed, isReturned: true);
            _size = needed;
        }

        Rows = rows;
    }

    public void Dispose() => _values.Dispose();
}
