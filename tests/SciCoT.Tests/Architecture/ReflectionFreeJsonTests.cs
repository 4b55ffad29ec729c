using System.Diagnostics;
using SciCoT.Testing;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Architecture;

/// <summary>
/// File-based apps and trimmed programs have no reflection-based JSON. The analyzers that <c>src/Directory.Build.props</c> switches on
/// make its use an error; this runs what the library reads and writes in a process without it.
/// </summary>
public class ReflectionFreeJsonTests
{
    [Fact]
    public async Task TrainingResumptionDistillationAndAnswers_WorkWithoutReflection()
    {
        using var folder = new TempFolder();
        var tokenizer = MiniScience.WriteTokenizer(folder.Path);
        var host = Path.Combine(AppContext.BaseDirectory, "SciCoT.Tests.EngineHost.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [host, "without-reflection", tokenizer, folder.File("work")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
    }

    [Fact]
    public void Sources_AskTheAnalyzersForTrimmingAndAot()
    {
        var properties = File.ReadAllText(Path.Combine(TestFiles.Repository, "src", "Directory.Build.props"));
        Assert.Contains("<EnableTrimAnalyzer>true</EnableTrimAnalyzer>", properties);
        Assert.Contains("<EnableAotAnalyzer>true</EnableAotAnalyzer>", properties);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Path.Combine(TestFiles.Repository, "src"), "*.cs*", SearchOption.AllDirectories).Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}")),
            path => File.ReadAllText(path) is var text && (text.Contains("IL2026") || text.Contains("IL3050")));
    }
}
