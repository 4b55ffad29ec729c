using SciCoT.Postgres.Work;

namespace SciCoT.Tests.Postgres;

public class CandidateQueueTests
{
    private static readonly Guid[] Units = [.. Enumerable.Range(0, 10_000).Select(_ => Guid.NewGuid())];

    [Fact]
    public void Next_WhereAllIsFree_AsksForNoMoreThanWanted()
    {
        var queue = new CandidateQueue(Units, new Random(1));
        for (int round = 0; round < 5; round++)
        {
            var window = queue.Next(16);
            Assert.Equal(16, window.Length);
            queue.Return(window, 16, [.. window], []);
        }

        Assert.Equal(10_000 - (5 * 16), queue.Count);
    }

    [Fact]
    public void Next_WhereOthersWere_IsPastThemInFewSteps()
    {
        var queue = new CandidateQueue(Units, new Random(1));
        int steps = 0;
        for (; queue.Count > 0; steps++)
        {
            var window = queue.Next(16);
            queue.Return(window, 16, [], [.. window]);
        }

        Assert.InRange(steps, 8, 14);
    }

    [Fact]
    public void Return_OfUnitsThatOthersHave_AsksForThemAgainLater()
    {
        var queue = new CandidateQueue(Units[..100], new Random(1));
        var seen = new HashSet<Guid>();
        while (!queue.IsPassed)
        {
            var window = queue.Next(16);
            seen.UnionWith(window);
            queue.Return(window, 16, [], []);
        }

        Assert.Equal(Units[..100].ToHashSet(), seen);
        Assert.Equal(100, queue.Count);
        queue.Restart();
        Assert.False(queue.IsPassed);
    }

    [Fact]
    public void Empty_IsPassed() => Assert.True(new CandidateQueue([], new Random(1)).IsPassed);
}
