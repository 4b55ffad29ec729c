using SciCoT.Students.Serving;

namespace SciCoT.Tests.Students.Serving;

public class ComputeTurnsTests
{
    [Theory]
    [InlineData(0)] // more threads than cores: still one
    [InlineData(1)]
    [InlineData(3)]
    public async Task Enter_ManyThreads_NeverMoreTogetherThanAllowed(int together)
    {
        var turns = new ComputeTurns(() => together);
        int running = 0, most = 0, served = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(Work, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal(8 * 200, served);
        Assert.InRange(most, 1, Math.Max(1, together));

        void Work()
        {
            for (int i = 0; i < 200; i++)
            {
                turns.Enter();
                int now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                Interlocked.Increment(ref served);
                Interlocked.Decrement(ref running);
                turns.Leave();
            }
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int known;
        while ((known = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, known) != known)
        {
        }
    }
}
