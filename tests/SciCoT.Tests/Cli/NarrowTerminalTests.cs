using System.Text.RegularExpressions;

namespace SciCoT.Tests.Cli;

/// <summary>The progress line behind a real pseudo-terminal.</summary>
public sealed partial class NarrowTerminalTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>
{
    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    public async Task Progress_HoldsOneLine(int columns)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("The pseudo-terminal is made by Linux' script.");
        using var process = ToolProcess.StartInTerminal(columns, ToolProcess.Path, "evaluate", "-m", model.Path, "-d", model.QuestionPath);

        var outcome = await process.EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, outcome.ExitCode);
        var shown = Escapes().Replace(outcome.Output, "").Split('\r', '\n').Select(line => line.TrimEnd()).ToArray();
        Assert.Contains(shown, line => Regex.IsMatch(line, columns < 72 ? @"^Answering \d+ %" : @"^Answering [━─]{20} \d+ %"));
        Assert.All(shown.Where(line => line.StartsWith("Answering", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 1, columns));
        Assert.Contains(shown, line => line.StartsWith("accuracy: ", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")]
    private static partial Regex Escapes();
}
