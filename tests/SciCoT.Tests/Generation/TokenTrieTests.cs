using SciCoT.Generation;
using SciCoT.Generation.Processors;

namespace SciCoT.Tests.Generation;

public class TokenTrieTests
{
    private const int Eos = 1;

    private readonly TokenTrie _trie = new([[5, 6], [5, 6, 7, Eos], [8, Eos], [8]], Eos);

    [Fact]
    public void Count_RepeatedSequences_AreCountedOnce() => Assert.Equal((3, 4), (_trie.Count, _trie.Longest));

    [Theory]
    [InlineData(new[] { 0 }, new[] { 5, 8 })]
    [InlineData(new[] { 0, 5 }, new[] { 6 })]
    [InlineData(new[] { 0, 5, 6 }, new[] { Eos, 7 })]
    [InlineData(new[] { 0, 5, 6, 7 }, new[] { Eos })]
    [InlineData(new[] { 0, 8, Eos }, new[] { Eos })] // over
    [InlineData(new[] { 0, 8, Eos, Eos, 3 }, new[] { Eos })]
    [InlineData(new[] { 0, 9 }, new[] { Eos })] // outside of the set
    public void Next_History_GivesTheContinuations(int[] history, int[] expected) =>
        Assert.Equal(expected, _trie.Next(history, start: 1).Order());

    [Fact]
    public void Next_Prefix_IsNotPartOfTheSequence() => Assert.Equal([6], _trie.Next([0, 4, 4, 5], start: 3));
}
