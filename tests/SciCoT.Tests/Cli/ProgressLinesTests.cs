using Microsoft.Extensions.Time.Testing;
using SciCoT.Cli;

namespace SciCoT.Tests.Cli;

public class ProgressLinesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _log = new();

    [Fact]
    public void Lines_ComeEveryHalfMinuteWithWhatIsLeft()
    {
        var lines = new ProgressLines(_log, _time);
        for (int done = 0; done <= 100; done++, _time.Advance(TimeSpan.FromSeconds(1)))
            lines.Report("Annotating", done, 3600, done < 50 ? null : "2 failed");

        Assert.Equal(["Annotating: 1%, 0:59:30 to go", "Annotating: 2%, 0:59:00 to go, 2 failed", "Annotating: 3%, 0:58:30 to go, 2 failed"], Lines());
    }

    [Fact]
    public void ContinuedWork_IsJudgedByWhatItDidSince()
    {
        var lines = new ProgressLines(_log, _time);
        lines.Report("Rationale student", 0.5, 1);
        _time.Advance(TimeSpan.FromMinutes(1));
        lines.Report("Rationale student", 0.6, 1);
        Assert.Equal("Rationale student: 60%, 0:04:00 to go", Assert.Single(Lines()));
    }

    [Fact]
    public void WorkThatStands_PromisesNothing()
    {
        var lines = new ProgressLines(_log, _time);
        lines.Report("Annotating", 0, 0);
        _time.Advance(TimeSpan.FromMinutes(1));
        lines.Report("Annotating", 0, 10);
        Assert.Equal("Annotating: 0%", Assert.Single(Lines()));
    }

    private string[] Lines() => _log.ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
