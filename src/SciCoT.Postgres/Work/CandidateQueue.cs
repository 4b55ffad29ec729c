namespace SciCoT.Postgres.Work;

/// <summary>The units that a worker may still be handed, in the order in which it asks for them.</summary>
/// <remarks>
/// It begins at a random one, so that workers with the same questions do not ask for the same units. Where others are ahead, it asks
/// for more and more at a time until it is past them.
/// </remarks>
internal sealed class CandidateQueue
{
    private const int LargestWindow = 4096;

    private readonly LinkedList<Guid> _units;
    private int _window, _passed;

    public CandidateQueue(IReadOnlyList<Guid> units, Random random)
    {
        int first = units.Count == 0 ? 0 : random.Next(units.Count);
        _units = new(units.Skip(first).Concat(units.Take(first)));
    }

    public int Count => _units.Count;

    /// <summary>Whether all were asked for since the last one that was got: others have them.</summary>
    public bool IsPassed => _passed >= _units.Count;

    /// <summary>Takes the next ones out.</summary>
    /// <param name="wanted">How many the worker wants.</param>
    public Guid[] Next(int wanted)
    {
        var window = new Guid[Math.Min(Math.Max(_window, wanted), _units.Count)];
        for (int i = 0; i < window.Length; i++)
        {
            window[i] = _units.First!.Value;
            _units.RemoveFirst();
        }

        return window;
    }

    /// <summary>Puts back what was neither got nor has ended.</summary>
    /// <param name="window">What was taken out.</param>
    /// <param name="wanted">How many the worker wanted.</param>
    /// <param name="taken">Those that it got.</param>
    /// <param name="ended">Those that have ended.</param>
    public void Return(Guid[] window, int wanted, HashSet<Guid> taken, HashSet<Guid> ended)
    {
        bool isSatisfied = taken.Count >= wanted;
        Guid[] left = [.. window.Where(unit => !taken.Contains(unit) && !ended.Contains(unit))];
        if (isSatisfied)
        {
            // Some of them may be free.
            foreach (var unit in left.Reverse())
                _units.AddFirst(unit);
        }
        else
        {
            foreach (var unit in left)
                _units.AddLast(unit);
        }

        _window = isSatisfied ? wanted : Math.Min(2 * Math.Max(window.Length, wanted), LargestWindow);
        _passed = taken.Count > 0 ? 0 : _passed + left.Length;
    }

    /// <summary>Puts back a unit whose lease was lost before it was begun.</summary>
    public void Add(Guid unit) => _units.AddFirst(unit);

    /// <summary>Asks for all of them again.</summary>
    public void Restart() => _passed = 0;
}
