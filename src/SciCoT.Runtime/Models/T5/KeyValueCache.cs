using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>Keys and values of some rows in all layers: <c>[layers, rows, 2, capacity, inner]</c>.</summary>
internal sealed unsafe class KeyValueCache : IDisposable
{
    private readonly NativeBuffer _buffer;
    private readonly int _layers;
    private readonly int _inner;

    /// <param name="layers">Number of layers.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="capacity">Positions that each row has room for.</param>
    /// <param name="inner">Numbers in a key, of all heads together.</param>
    public KeyValueCache(int layers, int rows, int capacity, int inner)
    {
        (_layers, Rows, Capacity, _inner) = (layers, rows, capacity, inner);
        _buffer = new NativeBuffer(RowSize(capacity) * rows * layers);
    }

    public int Rows { get; }

    public int Capacity { get; }

    /// <summary>A row's keys in a layer.</summary>
    public float* Keys(int layer, int row) => _buffer.Pointer + ((((long)layer * Rows) + row) * RowSize(Capacity));

    /// <summary>A row's values in a layer.</summary>
    public float* Values(int layer, int row) => Keys(layer, row) + ((long)Capacity * _inner);

    /// <summary>Some of the rows in another cache.</summary>
    /// <param name="rows">The rows, which may be repeated.</param>
    /// <param name="capacity">The other's capacity.</param>
    /// <param name="length">Positions that are used.</param>
    /// <param name="members">Members of the team at most.</param>
    public KeyValueCache Choose(IReadOnlyList<int> rows, int capacity, int length, int members)
    {
        var chosen = new KeyValueCache(_layers, rows.Count, capacity, _inner);
        ThreadTeam.Shared.For(members, _layers * rows.Count, 2L * length * _inner, (_, from, to) =>
        {
            for (; from < to; from++)
            {
                int layer = from / rows.Count, row = from % rows.Count;
                CopyRow(Keys(layer, rows[row]), Capacity, chosen.Keys(layer, row), capacity, length);
            }
        });
        return chosen;
    }

    /// <summary>Rows of each source change places; those that stay are not touched.</summary>
    /// <param name="rows">For each place, the row that goes there.</param>
    /// <param name="rowsPerSource">Rows side by side that belong to one source.</param>
    /// <param name="length">Positions that are used.</param>
    /// <param name="moved">Where rows lie on their way.</param>
    /// <param name="members">Members of the team at most.</param>
    public void Rearrange(IReadOnlyList<int> rows, int rowsPerSource, int length, Workspace moved, int members)
    {
        int sources = Rows / rowsPerSource;
        long size = RowSize(length), each = rowsPerSource * size;
        using var crew = ThreadTeam.Shared.Rent(members, each * sources * _layers);
        float* room = moved.AtLeast(RowSize(Capacity) * rowsPerSource * crew.Size);
        crew.For(_layers * sources, crew.Grain(_layers * sources, each), (member, from, to) =>
        {
            float* own = room + (member * each);
            for (; from < to; from++)
            {
                int layer = from / sources, first = from % sources * rowsPerSource;
                for (int i = 0; i < rowsPerSource; i++)
                {
                    if (rows[first + i] != first + i)
                        CopyRow(Keys(layer, rows[first + i]), Capacity, own + (i * size), length, length);
                }

                for (int i = 0; i < rowsPerSource; i++)
                {
                    if (rows[first + i] != first + i)
                        CopyRow(own + (i * size), length, Keys(layer, first + i), Capacity, length);
                }
            }
        });
    }

    public void Dispose() => _buffer.Dispose();

    private void CopyRow(float* source, int capacity, float* target, int newCapacity, int length)
    {
        long bytes = (long)length * _inner * sizeof(float);
        Buffer.MemoryCopy(source, target, bytes, bytes);
        Buffer.MemoryCopy(source + ((long)capacity * _inner), target + ((long)newCapacity * _inner), bytes, bytes);
    }

    private long RowSize(int capacity) => 2L * capacity * _inner;
}
