using SciCoT.Compute;

namespace SciCoT.Tests.Compute;

public class KeptPagesTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    [Fact]
    public void Take_AsMuchAsWasKept_IsTheSameMemory()
    {
        SkipElsewhere();
        using var pages = new KeptPages(s_long, 1 << 22);
        nint memory = pages.Take(1 << 20, out nint length);
        Assert.Equal(1 << 20, length);
        pages.Keep(memory, length);
        Assert.Equal(length, pages.Bytes);

        Assert.Equal(memory, pages.Take(900_000, out nint again));
        Assert.Equal((length, 0L), (again, pages.Bytes));
        pages.Keep(memory, length);
    }

    [Theory]
    [InlineData(800_000)] // less than four fifths
    [InlineData((1 << 20) + 1)]
    public unsafe void Take_MuchLessOrMore_IsOtherMemory(int bytes)
    {
        SkipElsewhere();
        using var pages = new KeptPages(s_long, 1 << 22);
        nint kept = pages.Take(1 << 20, out nint length);
        pages.Keep(kept, length);

        nint memory = pages.Take(bytes, out nint other);
        Assert.NotEqual(kept, memory);
        Assert.Equal((bytes, length), (other, pages.Bytes));
        new Span<byte>((void*)memory, bytes).Fill(1);
        pages.Keep(memory, other);
    }

    [Fact]
    public void Take_OfTwo_IsTheOneThatFitsBest()
    {
        SkipElsewhere();
        using var pages = new KeptPages(s_long, 1 << 22);
        nint large = pages.Take(1_200_000, out nint largeLength), small = pages.Take(1_000_000, out nint smallLength);
        pages.Keep(small, smallLength);
        pages.Keep(large, largeLength);
        Assert.Equal(small, pages.Take(990_000, out nint length));
        pages.Keep(small, length);
    }

    [Fact]
    public void Keep_MoreThanTheMost_GoesBackAtOnce()
    {
        SkipElsewhere();
        using var pages = new KeptPages(s_long, 1 << 22);
        nint first = pages.Take(1 << 22, out nint length), second = pages.Take(1 << 20, out nint more);
        pages.Keep(first, length);
        pages.Keep(second, more);
        Assert.Equal(1 << 22, pages.Bytes);
    }

    [Fact]
    public async Task Keep_NobodyNeedsIt_GoesBackAfterAWhile()
    {
        SkipElsewhere();
        using var pages = new KeptPages(TimeSpan.FromMilliseconds(20), 1 << 22);
        for (int time = 0; time < 2; time++) // the clock starts again
        {
            pages.Keep(pages.Take(1 << 20, out nint length), length);
            for (int looks = 0; pages.Bytes > 0 && looks < 1000; looks++)
                await Task.Delay(20, TestContext.Current.CancellationToken);
            Assert.Equal(0, pages.Bytes);
        }
    }

    [Fact]
    public unsafe void TakeAndKeep_SideBySide_NobodyHasAnothersMemory()
    {
        SkipElsewhere();
        using var pages = new KeptPages(TimeSpan.FromMilliseconds(5), 1 << 22);
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            int bytes = 150_000 + (i % 7 * 10_000);
            nint memory = pages.Take(bytes, out nint length);
            var own = new Span<byte>((void*)memory, bytes);
            own.Fill((byte)i);
            Thread.Yield();
            Assert.Equal(-1, own.IndexOfAnyExcept((byte)i));
            pages.Keep(memory, length);
        });
    }

    private static void SkipElsewhere() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux's pages are mapped.");
}
