namespace SciCoT.Tokenization;

/// <summary>
/// A byte trie in one flat array: the child of node <c>n</c> under byte <c>b</c> lies at <c>nodes[n].Base ^ b</c> and belongs
/// to <c>n</c> exactly if its <c>Parent</c> says so. One step costs one memory access.
/// </summary>
internal sealed class DoubleArrayTrie(DoubleArrayTrie.Node[] nodes)
{
    public const int Root = 0;
    public const int NoValue = -1;

    private readonly Node[] _nodes = nodes;

    internal struct Node
    {
        public int Base;
        public int Parent;
        public int Value;
    }

    /// <summary>The array length is a multiple of 256 and every base lies inside, so <c>Base ^ b</c> always does.</summary>
    public ReadOnlySpan<Node> Nodes => _nodes;

    /// <summary>The length in bytes of the longest key that <paramref name="text"/> starts with, or 0.</summary>
    public int LongestPrefix(ReadOnlySpan<byte> text)
    {
        int longest = 0;
        int node = Root;
        for (int i = 0; i < text.Length; i++)
        {
            int next = _nodes[node].Base ^ text[i];
            if (_nodes[next].Parent != node)
                break;
            node = next;
            if (_nodes[node].Value != NoValue)
                longest = i + 1;
        }

        return longest;
    }

    /// <summary>The value of <paramref name="key"/>, or <see cref="NoValue"/>.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        int node = Root;
        foreach (byte label in key)
        {
            int next = _nodes[node].Base ^ label;
            if (_nodes[next].Parent != node)
                return NoValue;
            node = next;
        }

        return _nodes[node].Value;
    }

    /// <summary>Whether some key starts with <paramref name="label"/>.</summary>
    public bool HasKeyStartingWith(byte label) => _nodes[_nodes[Root].Base ^ label].Parent == Root;
}
