using System.Diagnostics;
using System.Text.RegularExpressions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Architecture;

/// <summary>A test may be skipped for a reason that can be checked: where it does not hold, the whole run fails.</summary>
public partial class SkipReasonTests
{
    [Fact]
    public async Task Reasons_CanAllBeChecked()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        var reasons = Directory.EnumerateFiles(Path.Combine(TestFiles.Repository, "tests", "SciCoT.Tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(path => Reason().Matches(File.ReadAllText(path)))
            .Select(match => Hole().Replace(match.Groups[1].Value, "this"))
            .Distinct()
            .ToArray();
        Assert.InRange(reasons.Length, 20, 200);

        using var process = Process.Start(new ProcessStartInfo("/bin/bash", [Path.Combine(TestFiles.Repository, "eng", "ci", "skipped.sh"), "--knows", .. reasons]) { RedirectStandardOutput = true })!;
        var unknown = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("", unknown);
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>A call that skips, up to the last string in it.</summary>
    [GeneratedRegex("""Assert\.Skip(?:When|Unless)?\([^;\n]*?\$?"((?:[^"\\]|\\.)* [^"]*)"\);""")]
    private static partial Regex Reason();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Hole();
}
