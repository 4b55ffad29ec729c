namespace SciCoT.Tokenization;

/// <summary>Places the nodes of a <see cref="DoubleArrayTrie"/>, first fit among the free places of the last few blocks.</summary>
internal sealed class DoubleArrayTrieBuilder
{
    private const int BlockSize = 256;

    /// <summary>Older blocks are closed, which bounds the search for a place: nearly full ones are not worth it.</summary>
    private const int OpenBlocks = 16;

    private const int Free = -1;
    private const int NoParent = -2;
    private const int None = -1;

    private DoubleArrayTrie.Node[] _nodes = [];
    private int[] _nextFree = [];
    private int[] _previousFree = [];
    private int _count;
    private int _firstFree = None;
    private int _lastFree = None;

    private DoubleArrayTrieBuilder()
    {
        AddBlock();
        Take(DoubleArrayTrie.Root, NoParent);
    }

    /// <param name="keys">Distinct keys that are not empty, in ordinal order.</param>
    /// <param name="values">One value, 0 or more, for each key.</param>
    public static DoubleArrayTrie Build(ReadOnlySpan<byte[]> keys, ReadOnlySpan<int> values)
    {
        var builder = new DoubleArrayTrieBuilder();
        builder.Place(keys, values);
        Array.Resize(ref builder._nodes, builder._count);
        return new DoubleArrayTrie(builder._nodes);
    }

    /// <summary>An explicit stack, so that a long key cannot exhaust the thread's.</summary>
    private void Place(ReadOnlySpan<byte[]> keys, ReadOnlySpan<int> values)
    {
        var pending = new Stack<(int Node, int From, int To, int Depth)>();
        pending.Push((DoubleArrayTrie.Root, 0, keys.Length, 0));
        Span<byte> labels = stackalloc byte[BlockSize];
        Span<int> starts = stackalloc int[BlockSize + 1];

        while (pending.TryPop(out var range))
        {
            var (node, from, to, depth) = range;
            if (from < to && keys[from].Length == depth)
                _nodes[node].Value = values[from++];

            int children = 0;
            for (int i = from; i < to; i++)
            {
                byte label = keys[i][depth];
                if (children == 0 || labels[children - 1] != label)
                {
                    labels[children] = label;
                    starts[children++] = i;
                }
            }

            if (children == 0)
                continue;

            starts[children] = to;
            int place = FindBase(labels[..children]);
            _nodes[node].Base = place;
            for (int i = 0; i < children; i++)
            {
                Take(place ^ labels[i], node);
                pending.Push((place ^ labels[i], starts[i], starts[i + 1], depth + 1));
            }
        }
    }

    private int FindBase(ReadOnlySpan<byte> labels)
    {
        for (int free = _firstFree; free != None; free = _nextFree[free])
        {
            int candidate = free ^ labels[0];
            if (Fits(candidate, labels))
                return candidate;
        }

        int block = _count;
        AddBlock();
        return block;
    }

    private bool Fits(int candidate, ReadOnlySpan<byte> labels)
    {
        foreach (byte label in labels)
        {
            if (_nodes[candidate ^ label].Parent != Free)
                return false;
        }

        return true;
    }

    private void AddBlock()
    {
        int start = _count;
        _count += BlockSize;
        if (_count > _nodes.Length)
        {
            int capacity = Math.Max(_count, _nodes.Length * 2);
            Array.Resize(ref _nodes, capacity);
            Array.Resize(ref _nextFree, capacity);
            Array.Resize(ref _previousFree, capacity);
        }

        for (int i = start; i < _count; i++)
        {
            _nodes[i] = new DoubleArrayTrie.Node { Parent = Free, Value = DoubleArrayTrie.NoValue };
            Append(i);
        }

        while (_firstFree != None && _firstFree < _count - (OpenBlocks * BlockSize))
            Unlink(_firstFree);
    }

    private void Take(int index, int parent)
    {
        Unlink(index);
        _nodes[index].Parent = parent;
    }

    private void Append(int index)
    {
        _previousFree[index] = _lastFree;
        _nextFree[index] = None;
        if (_lastFree == None)
            _firstFree = index;
        else
            _nextFree[_lastFree] = index;
        _lastFree = index;
    }

    private void Unlink(int index)
    {
        int previous = _previousFree[index];
        int next = _nextFree[index];
        if (previous == None)
            _firstFree = next;
        else
            _nextFree[previous] = next;
        if (next == None)
            _lastFree = previous;
        else
            _previousFree[next] = previous;
    }
}
