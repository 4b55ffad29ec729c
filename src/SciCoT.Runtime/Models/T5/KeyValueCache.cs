using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>Keys and values of some rows. Each row has memory of its own, which it takes along when rows change places, leave, or join others.</summary>
/// <param name="shape">What is kept.</param>
internal sealed class KeyValueCache(KeyValueShape shape) : IDisposable
{
    private List<KeyValueRow> _rows = [];

    public int Rows => _rows.Count;

    /// <summary>Adds a row.</summary>
    /// <param name="positions">Positions that there must be room for.</param>
    public void Add(int positions) => _rows.Add(new KeyValueRow(shape, positions));

    /// <summary>Takes over all rows of another cache, which has none afterwards.</summary>
    public void Take(KeyValueCache other)
    {
        _rows.AddRange(other._rows);
        other._rows = [];
    }

    /// <summary>Keys and values of a row's head.</summary>
    public KeyValueHead Head(int layer, int row, int head) => _rows[row].Head(layer, head);

    /// <summary>Makes sure that rows have room.</summary>
    /// <param name="lengths">Positions that are used of each row.</param>
    /// <param name="added">Further positions that each needs room for.</param>
    /// <param name="most">Positions that a row will ever need.</param>
    /// <param name="members">Members of the team at most.</param>
    public void Reserve(IReadOnlyList<int> lengths, int added, int most, int members)
    {
        List<int>? full = null; // in most steps none is
        for (int row = 0; row < Rows; row++)
        {
            if (lengths[row] + added > _rows[row].Capacity)
                (full ??= []).Add(row);
        }

        if (full is not null)
            Grow(full, lengths, added, most, members);
    }

    private void Grow(List<int> full, IReadOnlyList<int> lengths, int added, int most, int members) =>
        ThreadTeam.Shared.For(members, full.Count, shape.NumbersOfLayer * shape.Layers * lengths.Max(), (_, from, to) =>
        {
            for (; from < to; from++)
            {
                int row = full[from];
                _rows[row].Grow((int)Math.Min(most, Math.Max(lengths[row] + added, 2L * _rows[row].Capacity)), lengths[row]);
            }
        });

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
            var place = free.TryDequeue(out var left) ? left : new KeyValueRow(shape, old[from].Capacity);
            if (place.Capacity < old[from].Capacity)
                place.Grow(old[from].Capacity, 0);
            rows[to] = place;
        }

        foreach (var left in free)
            left.Dispose();
        _rows = [.. rows.Select(row => row!)];
        if (copies.Count == 0)
            return;
        long size = shape.NumbersOfLayer * copies.Max(copy => lengths[copy.From]);
        ThreadTeam.Shared.For(members, copies.Count * shape.Layers, size, (_, from, to) =>
        {
            for (; from < to; from++)
            {
                var (source, target) = copies[from / shape.Layers];
                old[source].CopyTo(_rows[target], from % shape.Layers, lengths[source]);
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
