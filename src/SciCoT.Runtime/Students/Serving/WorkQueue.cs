namespace SciCoT.Students.Serving;

/// <summary>What waits for a model, oldest first. Not safe for concurrent callers; the scheduler locks.</summary>
internal sealed class WorkQueue
{
    private readonly List<WorkItem> _waiting = [];

    public int Count => _waiting.Count;

    public int Rows { get; private set; }

    public WorkItem Oldest => _waiting[0];

    public void Add(WorkItem item)
    {
        _waiting.Add(item);
        Rows += item.Rows;
    }

    /// <summary>Takes an item out, if it is still there.</summary>
    public bool Remove(WorkItem item)
    {
        if (!_waiting.Remove(item))
            return false;
        Rows -= item.Rows;
        return true;
    }

    /// <summary>Takes those that come first, as long as they are of a kind and there is room for them.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="rows">Rows that there is room for.</param>
    public IReadOnlyList<WorkItem> TakeFirst(object kind, int rows)
    {
        int count = 0;
        for (; count < _waiting.Count && _waiting[count].Kind.Equals(kind) && _waiting[count].Rows <= rows; count++)
            rows -= _waiting[count].Rows;
        var taken = _waiting.GetRange(0, count);
        _waiting.RemoveRange(0, count);
        Rows -= taken.Sum(item => item.Rows);
        return taken;
    }

    /// <summary>
    /// Takes the oldest item, so that nobody waits for ever, and those of its kind that are nearest to it in length, so that
    /// little of the batch is padding.
    /// </summary>
    /// <param name="maxRows">Upper bound of the batch's rows; the oldest item is taken whatever it needs.</param>
    public IReadOnlyList<WorkItem> TakeBatch(int maxRows)
    {
        var oldest = Oldest;
        var batch = new List<WorkItem>();
        int rows = 0;
        foreach (var item in _waiting.Where(item => item.Kind.Equals(oldest.Kind)).OrderBy(item => Math.Abs(item.Length - oldest.Length)))
        {
            // The order is stable: the oldest comes first, and of equal lengths the older.
            if (rows > 0 && rows + item.Rows > maxRows)
                break;
            batch.Add(item);
            rows += item.Rows;
        }

        var taken = batch.ToHashSet();
        _waiting.RemoveAll(taken.Contains);
        Rows -= rows;
        return batch;
    }
}
