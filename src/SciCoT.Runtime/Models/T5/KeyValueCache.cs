using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>Keys and values of some rows. Each row has memory of its own, which it takes along when rows change places, leave, or join others.</summary>
/// <param name="layers">Number of layers.</param>
/// <param name="inner">Numbers in a key, of all heads together.</param>
internal sealed unsafe class KeyValueCache(int layers, int inner) : IDisposable
{
    private List<KeyValueRow> _rows = [];

    public int Rows => _rows.Count;

    /// <summary>Adds a row.</summary>
    /// <param name="capacity">Positions that it has room for.</param>
    public void Add(int capacity) => _rows.Add(new KeyValueRow(layers, capacity, inner));

    /// <summary>Takes over all rows of another cache, which has none afterwards.</summary>
    public void Take(KeyValueCache other)
    {
        _rows.AddRange(other._rows);
        other._rows = [];
    }

    /// <summary>A row's keys in a layer.</summary>
    public float* Keys(int layer, int row) => _rows[row].Keys(layer);

    /// <summary>A row's values in a layer.</summary>
    public float* Values(int layer, int row) => _rows[row].Values(layer);

    /// <summary>Makes sure that rows have room.</summary>
    /// <param name="lengths">Positions that are used of each row.</param>
    /// <param name="added">Further positions that each needs room for.</param>
    /// <param name="most">Positions that a row will ever need.</param>
    /// <param name="members">Members of the team at most.</param>
    public void Reserve(IReadOnlyList<int> lengths, int added, int most, int members)
    {
        int[] full = [.. Enumerable.Range(0, Rows).Where(row => lengths[row] + added > _rows[row].Capacity)];
        if (full.Length == 0)
            return;
        ThreadTeam.Shared.For(members, full.Length, 2L * inner * layers * lengths.Max(), (_, from, to) =>
        {
            for (; from < to; from++)
            {
                int row = full[from];
                _rows[row].Grow((int)Math.Min(most, Math.Max(lengths[row] + added, 2L * _rows[row].Capacity)), lengths[row]);
            }
        });
    }

    /// <summary>Continues with some of the rows in a new order. A row that is repeated is copied, as often as it is repeated.</summary>
    /// <param name="chosen">The rows.</param>
    /// <param name="lengths">Positions that are used of each row as it is now.</param>
    /// <param name="members">Members of the team at most.</param>
    public void Select(ReadOnlySpan<int> chosen, IReadOnlyList<int> lengths, int members)
    {
        var (old, given) = (_rows, new bool[_rows.Count]);
        var copies = new List<(int From, int To)>();
        var rows = new KeyValueRow?[chosen.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            if (given[chosen[i]])
                copies.Add((chosen[i], i));
            else
                (rows[i], given[chosen[i]]) = (old[chosen[i]], true);
        }

        // What nobody continues gives its memory to copies.
        var free = new Queue<KeyValueRow>(old.Where((_, row) => !given[row]));
        foreach (var (from, to) in copies)
        {
            var place = free.TryDequeue(out var left) ? left : new KeyValueRow(layers, old[from].Capacity, inner);
            if (place.Capacity < old[from].Capacity)
                place.Grow(old[from].Capacity, 0);
            rows[to] = place;
        }

        foreach (var left in free)
            left.Dispose();
        _rows = [.. rows.Select(row => row!)];
        if (copies.Count == 0)
            return;
        long size = 2L * inner * copies.Max(copy => lengths[copy.From]);
        ThreadTeam.Shared.For(members, copies.Count * layers, size, (_, from, to) =>
        {
            for (; from < to; from++)
            {
                var (source, target) = copies[from / layers];
                old[source].CopyTo(_rows[target], from % layers, lengths[source]);
            }
        });
    }

    public void Dispose()
    {
        foreach (var row in _rows)
            row.Dispose();
        _rows = [];
    }
}
