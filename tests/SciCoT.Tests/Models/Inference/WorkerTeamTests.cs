using SciCoT.Models.Inference;

namespace SciCoT.Tests.Models.Inference;

public class WorkerTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_ManyPhases_EveryPieceOnceAndPhasesInOrder(int size)
    {
        const int Phases = 200, Count = 37;
        var taken = new int[Phases, Count];
        int early = 0;
        WorkerTeam.Run(size, (team, _) =>
        {
            for (int phase = 0; phase < Phases; phase++)
            {
                while (team.Take(Count, 3, out int from, out int to))
                {
                    for (int i = from; i < to; i++)
                    {
                        Interlocked.Increment(ref taken[phase, i]);
                        if (phase > 0 && Volatile.Read(ref taken[phase - 1, Count - 1 - i]) != 1)
                            Interlocked.Increment(ref early);
                    }
                }

                team.EndPhase();
            }
        });
        Assert.All(taken.Cast<int>(), times => Assert.Equal(1, times));
        Assert.Equal(0, early);
    }

    [Fact]
    public void Run_AfterARest_WorksAgain()
    {
        for (int i = 0; i < 3; i++)
        {
            int members = 0;
            WorkerTeam.Run(3, (_, _) => Interlocked.Increment(ref members));
            Assert.Equal(3, members);
            Thread.Sleep(20); // long enough for them to have gone to sleep, though nothing depends on it
        }
    }

    [Fact]
    public async Task Run_SeveralCallers_DoNotDisturbEachOther()
    {
        var sums = await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(() =>
        {
            long sum = 0;
            for (int job = 0; job < 50; job++)
            {
                WorkerTeam.Run(2, (team, _) =>
                {
                    while (team.Take(100, 7, out int from, out int to))
                        Interlocked.Add(ref sum, Enumerable.Range(from, to - from).Sum());
                    team.EndPhase();
                    while (team.Take(1, 1, out int _, out int _))
                        Interlocked.Add(ref sum, caller);
                });
            }

            return (Caller: caller, Sum: sum);
        })));
        Assert.All(sums, result => Assert.Equal(50 * (4950 + result.Caller), result.Sum));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Run_AMemberFails_ItsErrorReachesTheCallerAndTheTeamGoesOn(int failing)
    {
        for (int i = 0; i < 3; i++)
        {
            var error = Assert.Throws<InvalidFileException>(() => WorkerTeam.Run(2, (team, member) =>
            {
                if (member == failing)
                    throw new InvalidFileException("broken");
                team.EndPhase();
            }));
            Assert.Equal("broken", error.Message);
        }
    }
}
