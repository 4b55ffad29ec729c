using System.Collections.Concurrent;
using SciCoT.Compute;

namespace SciCoT.Tests.Compute;

public class ThreadTeamTests
{
    // Threads of a team do not end: one team of each size for all tests.
    private static readonly ConcurrentDictionary<int, ThreadTeam> Teams = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Sizes => [1, 2, 3, 7, 16, 64];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void For_ManyPhases_EveryPieceOnceAndPhasesInOrder(int size)
    {
        const int Phases = 200, Count = 37;
        var done = new int[Phases, Count];
        int early = 0, clashes = 0;
        var working = new int[size];
        using var crew = new ThreadTeam(size).Rent(size);
        Assert.Equal(size, crew.Size);
        for (int i = 0; i < Phases; i++)
        {
            int phase = i;
            crew.For(Count, 3, (member, from, to) =>
            {
                if (Interlocked.Increment(ref working[member]) != 1)
                    Interlocked.Increment(ref clashes);
                for (int piece = from; piece < to; piece++)
                {
                    Interlocked.Increment(ref done[phase, piece]);
                    if (phase > 0 && Volatile.Read(ref done[phase - 1, Count - 1 - piece]) != 1)
                        Interlocked.Increment(ref early);
                }

                Interlocked.Decrement(ref working[member]);
            });
        }

        Assert.All(done.Cast<int>(), times => Assert.Equal(1, times));
        Assert.Equal(0, early);
        Assert.Equal(0, clashes);
    }

    [Fact]
    public void For_SeveralMembers_AllTakeParts()
    {
        using var crew = Team(3).Rent(3);
        using var all = new CountdownEvent(3);
        var members = new ConcurrentBag<int>();

        crew.For(3, 1, (member, _, _) =>
        {
            members.Add(member);
            all.Signal();
            all.Wait(); // each part holds its member until the others have one
        });

        Assert.Equal([0, 1, 2], members.Order());
    }

    [Fact]
    public void For_AMemberDoesNotCome_TheCallerDoesItsParts()
    {
        var absent = new TeamThread(1); // was never sent to the crew
        using var crew = new Crew(new ThreadTeam(2), [absent]);
        int done = 0;

        crew.For(10, 1, (member, _, _) => done += member + 1);

        Assert.Equal(10, done);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(12)]
    public void For_AnyCount_PartsOfTheGrain(int count)
    {
        foreach (int size in new[] { 1, 3 })
        {
            using var crew = Team(size).Rent(size);
            var parts = new ConcurrentBag<(int From, int To)>();
            crew.For(count, 5, (_, from, to) => parts.Add((from, to)));
            Assert.Equal(Enumerable.Range(0, (count + 4) / 5).Select(i => (i * 5, Math.Min(count, (i + 1) * 5))), parts.Order());
        }
    }

    [Theory]
    [InlineData(6, 16_384, 1)]
    [InlineData(6, 11_000, 1)]
    [InlineData(1152, 4096, 16)]
    [InlineData(8, 4096, 1)]
    [InlineData(101, 100_000, 1)]
    public void Grain_MorePartsThanMembers_GivesEachAsMany(int count, long cost, int multiple)
    {
        using var crew = Team(2).Rent(2);
        int grain = crew.Grain(count, cost, multiple), parts = (count + grain - 1) / grain;

        Assert.Equal(0, parts % crew.Shares);
        Assert.Equal(0, grain % multiple);
        int last = count - ((parts - 1) * grain);
        Assert.InRange(grain - last, 0, Math.Max(multiple, parts)); // what the last part lacks
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void For_APartThrows_TheCallerGetsItAndTheTeamGoesOn(bool inTheCaller)
    {
        var team = Team(2);
        for (int i = 0; i < 20; i++)
        {
            using var crew = team.Rent(2);
            using var both = new Barrier(2);
            int running = 0;
            var error = Assert.Throws<InvalidFileException>(() => crew.For(2, 1, (member, _, _) =>
            {
                Interlocked.Increment(ref running);
                both.SignalAndWait();
                if (member == 0 == inTheCaller)
                    throw new InvalidFileException("broken");
                Thread.Yield();
                Interlocked.Decrement(ref running);
            }));
            Assert.Equal("broken", error.Message);
            Assert.Equal(1, running); // only the one that threw: nobody works on after the call

            int done = 0;
            crew.For(40, 1, (_, _, _) => Interlocked.Increment(ref done));
            Assert.Equal(40, done);
        }
    }

    public static TheoryData<int, string> Failures =>
        [.. from size in new[] { 1, 2, 3, 7, 16, 64 } from who in new[] { "caller", "member", "several", "all" } where size > 1 || who is not "member" select new TheoryDataRow<int, string>(size, who)];

    /// <summary>Whoever fails, and however many of them: the caller gets one of the exceptions, nobody works on, and the team does its next job.</summary>
    [Theory]
    [MemberData(nameof(Failures))]
    public void For_PartsThrow_TheCallerGetsOneAndTheTeamGoesOn(int size, string who)
    {
        var team = Team(size);
        for (int i = 0; i < 5; i++)
        {
            using var crew = team.Rent(size);
            using var member = new ManualResetEventSlim();
            int parts = 4 * size, running = 0, thrown = 0;
            var error = Assert.Throws<InvalidFileException>(() => crew.For(parts, 1, (by, part, _) =>
            {
                Interlocked.Increment(ref running);
                try
                {
                    if (by > 0)
                        member.Set();
                    else if (who == "member")
                        member.Wait(Token); // holds the caller until another has a part
                    if (who switch { "caller" => by == 0, "member" => by > 0, "several" => part % 3 == 0, _ => true })
                    {
                        Interlocked.Increment(ref thrown);
                        throw new InvalidFileException($"broken {part}");
                    }
                }
                finally
                {
                    Interlocked.Decrement(ref running);
                }
            }));

            Assert.StartsWith("broken", error.Message);
            Assert.InRange(thrown, 1, parts);
            Assert.Equal(0, running);
            int done = 0;
            crew.For(parts, 1, (_, _, _) => Interlocked.Increment(ref done));
            Assert.Equal(parts, done);
        }

        using var next = team.Rent(size);
        Assert.Equal(size, next.Size);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void ForEach_APartOfAPartThrows_BothJobsEndAndAllPlacesAreFree(int size)
    {
        var team = Team(size);
        for (int i = 0; i < 5; i++)
        {
            var error = Assert.Throws<InvalidFileException>(() => team.ForEach(Math.Max(1, size / 2), size, part => team.ForEach(size, size, inner =>
            {
                if (inner == part)
                    throw new InvalidFileException("inside");
            })));
            Assert.Equal("inside", error.Message);
        }

        using var crew = team.Rent(size);
        Assert.Equal(size, crew.Size);
    }

    /// <summary>A container may allow fewer threads than a job wants, and more of them later.</summary>
    [Fact]
    public void Rent_TheSystemGivesNoThread_TheJobHasTheMembersThatThereAre()
    {
        int allowed = 0;
        var team = new ThreadTeam(4, number => number > allowed ? throw new OutOfMemoryException("no thread") : new TeamThread(number));
        foreach (int threads in new[] { 0, 0, 2, 3 })
        {
            allowed = threads;
            using var crew = team.Rent(4);
            Assert.Equal(threads + 1, crew.Size);
            Assert.Equal(threads, team.Started);
            int done = 0;
            crew.For(40, 1, (_, _, _) => Interlocked.Increment(ref done));
            Assert.Equal(40, done);
        }
    }

    [Fact]
    public void For_InsideAPart_ComputesAlone()
    {
        var team = Team(2);
        using var crew = team.Rent(2);
        int inner = 0;

        crew.For(4, 1, (_, _, _) =>
        {
            using var nested = team.Rent(2);
            Assert.Equal(1, nested.Size);
            nested.For(10, 1, (_, _, _) => Interlocked.Increment(ref inner));
        });

        Assert.Equal(40, inner);
    }

    [Fact]
    public void Rent_LittleWork_TakesFewMembers()
    {
        var team = new ThreadTeam(16);
        foreach (var (work, members) in new (long, int)[] { (0, 1), (ThreadTeam.WorthAMember, 1), (3 * ThreadTeam.WorthAMember, 3), (1L << 40, 16) })
        {
            using var crew = team.Rent(64, work);
            Assert.Equal(members, crew.Size);
        }
    }

    [Fact]
    public void Rent_AllPlacesTaken_TheNextCallerComputesAlone()
    {
        var team = new ThreadTeam(4);
        using (var first = team.Rent(3))
        using (var second = team.Rent(3))
        using (var third = team.Rent(3))
            Assert.Equal([3, 1, 1], new[] { first, second, third }.Select(crew => crew.Size));
        using var again = team.Rent(8);
        Assert.Equal(4, again.Size);
        Assert.Equal(3, team.Started);
    }

    [Fact]
    public async Task Rent_ManyCallers_ThreadsDoNotMultiply()
    {
        var team = new ThreadTeam(4);
        var sums = await Task.WhenAll(Enumerable.Range(0, 32).Select(caller => Task.Run(() =>
        {
            long sum = 0;
            for (int job = 0; job < 50; job++)
            {
                using var crew = team.Rent(1 + ((caller + job) % 8));
                crew.For(100, 7, (_, from, to) => Interlocked.Add(ref sum, Enumerable.Range(from, to - from).Sum()));
                crew.For(1, 1, (_, _, _) => Interlocked.Add(ref sum, caller));
            }

            return (Caller: caller, Sum: sum);
        })));
        Assert.All(sums, result => Assert.Equal(50 * (4950 + result.Caller), result.Sum));
        Assert.InRange(team.Started, 1, 3);
    }

    [Fact]
    public void Rent_AfterARest_WorksAgain()
    {
        var team = Team(3);
        for (int i = 0; i < 3; i++)
        {
            using var crew = team.Rent(3);
            using var all = new CountdownEvent(3);
            crew.For(3, 1, (_, _, _) =>
            {
                all.Signal();
                all.Wait();
            });
            Thread.Sleep(20); // long enough for the threads to go to sleep, though nothing depends on it
        }
    }

    [Fact]
    public void ForRanges_RestAtTheEnd_AllOnce()
    {
        var seen = new ConcurrentBag<(long, long)>();
        Team(3).ForRanges(3, 23, 10, (from, to) => seen.Add((from, to)));
        Assert.Equal([(0, 10), (10, 20), (20, 23)], seen.Order());
    }

    [Fact]
    public void Shared_MoreThreadsAskedForThanProcessors_TakesNoMoreThanThere()
    {
        foreach (int threads in new[] { 1, 2, 3, 7, 16, 64 })
        {
            using var crew = ThreadTeam.Shared.Rent(threads);
            Assert.InRange(crew.Size, 1, Math.Min(threads, Environment.ProcessorCount));
        }

        Assert.InRange(ThreadTeam.Shared.Started, 0, Environment.ProcessorCount - 1);
    }

    private static ThreadTeam Team(int size) => Teams.GetOrAdd(size, static size => new ThreadTeam(size));
}
