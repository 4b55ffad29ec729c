using SciCoT.Tokenization;

namespace SciCoT.Tests.Tokenization;

public class DoubleArrayTrieTests
{
    [Theory]
    [InlineData(1, 256, 1)]
    [InlineData(300, 4, 6)]
    [InlineData(20_000, 256, 5)]
    [InlineData(20_000, 3, 14)]
    public void Trie_KnowsItsKeysAndNoOthers(int count, int alphabet, int maxLength)
    {
        var random = new Random(count + alphabet);
        byte[][] keys = [.. Enumerable.Range(0, count).Select(_ => Key()).DistinctBy(Convert.ToHexString).OrderBy(Convert.ToHexString, StringComparer.Ordinal)];
        int[] values = [.. Enumerable.Range(0, keys.Length).Select(_ => random.Next())];
        var expected = keys.Zip(values).ToDictionary(p => Convert.ToHexString(p.First), p => p.Second);

        var trie = DoubleArrayTrieBuilder.Build(keys, values);

        Assert.All(keys.Zip(values), p => Assert.Equal(p.Second, trie.Find(p.First)));
        for (int i = 0; i < 5000; i++)
        {
            byte[] text = Key();
            Assert.Equal(expected.GetValueOrDefault(Convert.ToHexString(text), DoubleArrayTrie.NoValue), trie.Find(text));
            int longest = Enumerable.Range(1, text.Length).LastOrDefault(n => expected.ContainsKey(Convert.ToHexString(text[..n])));
            Assert.Equal(longest, trie.LongestPrefix(text));
        }

        byte[] Key() => [.. Enumerable.Range(0, random.Next(1, maxLength + 1)).Select(_ => (byte)random.Next(alphabet))];
    }

    [Fact]
    public void EmptyTrie_KnowsNothing()
    {
        var trie = DoubleArrayTrieBuilder.Build([], []);

        Assert.Equal(0, trie.LongestPrefix("abc"u8));
        Assert.Equal(DoubleArrayTrie.NoValue, trie.Find("a"u8));
    }

    [Fact]
    public void LongKeys_DoNotExhaustTheStack()
    {
        byte[] key = new byte[500_000];

        Assert.Equal(key.Length, DoubleArrayTrieBuilder.Build([key], [1]).LongestPrefix(key));
    }
}
