namespace SciCoT.Compute;

/// <summary>
/// Mapped memory that was freed, kept for a moment for those who need as much again: the system clears each page that it gives, and a virtual
/// machine may have to be given it first, which together takes up to a tenth of an answer's time.
/// </summary>
/// <remarks>Safe for concurrent callers.</remarks>
/// <param name="patience">How long memory is kept at least; after twice that it is back at the system.</param>
/// <param name="most">Bytes that are kept at most.</param>
internal sealed class KeptPages(TimeSpan patience, long most) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Mapping> _mappings = [];
    private Timer? _timer;

    /// <summary>Memory that was mapped.</summary>
    private readonly record struct Mapping(nint Memory, nint Bytes, bool IsOld = false);

    /// <summary>That of the process. It keeps 128 MB, and less where a container or the machine has less than 2 GB.</summary>
    public static KeptPages Shared { get; } = new(TimeSpan.FromSeconds(10), Math.Min(1 << 27, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16));

    /// <summary>Bytes that are kept now.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes memory for so many bytes, and at most a quarter more than that.</summary>
    /// <param name="bytes">How many are needed.</param>
    /// <param name="length">How many there are.</param>
    /// <returns>The memory, with any contents; 0 where there is none to be had.</returns>
    public nint Take(nint bytes, out nint length)
    {
        lock (_gate)
        {
            int best = -1;
            for (int i = 0; i < _mappings.Count; i++)
            {
                if (_mappings[i].Bytes >= bytes && _mappings[i].Bytes <= bytes + (bytes / 4) && (best < 0 || _mappings[i].Bytes < _mappings[best].Bytes))
                    best = i;
            }

            if (best >= 0)
            {
                var mapping = _mappings[best];
                Remove(best);
                length = mapping.Bytes;
                return mapping.Memory;
            }
        }

        length = bytes;
        return HugePages.Map(bytes);
    }

    /// <summary>Takes back what <see cref="Take"/> gave.</summary>
    public void Keep(nint memory, nint length)
    {
        lock (_gate)
        {
            if (Bytes + length <= most)
            {
                if (_mappings.Count == 0)
                    (_timer ??= new Timer(_ => Release())).Change(patience, patience);
                _mappings.Add(new Mapping(memory, length));
                Bytes += length;
                return;
            }
        }

        HugePages.Unmap(memory, length);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        Release();
        Release();
    }

    /// <summary>Gives back what was kept when this was called the last time.</summary>
    private void Release()
    {
        lock (_gate)
        {
            for (int i = _mappings.Count - 1; i >= 0; i--)
            {
                var mapping = _mappings[i];
                if (!mapping.IsOld)
                {
                    _mappings[i] = mapping with { IsOld = true };
                    continue;
                }

                Remove(i);
                HugePages.Unmap(mapping.Memory, mapping.Bytes);
            }

            if (_mappings.Count == 0)
                _timer?.Change(Timeout.Infinite, Timeout.Infinite);
        }
    }

    private void Remove(int place)
    {
        Bytes -= _mappings[place].Bytes;
        _mappings.RemoveAt(place);
    }
}
