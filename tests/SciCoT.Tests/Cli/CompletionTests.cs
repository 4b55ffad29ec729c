using System.Diagnostics;

namespace SciCoT.Tests.Cli;

public class CompletionTests
{
    [Theory]
    [InlineData("scicot ev", "evaluate")]
    [InlineData("scicot evaluate --da", "--data --data-set")]
    [InlineData("scicot pu", "push")]
    [InlineData("scicot push --pri", "--private")]
    [InlineData("scicot annotate --reply ", "json text two-steps")]
    [InlineData("scicot inspect nothing-like-this", "")]
    public async Task Bash_CompletesWhatTheToolKnows(string line, string completed)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        var script = $$"""
            scicot() { dotnet "{{ToolProcess.Path}}" "$@"; }
            eval "$(scicot completion bash)"
            COMP_LINE="$1"; COMP_POINT=${#1}
            read -ra COMP_WORDS <<<"$1"; [[ $1 == *" " ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _scicot
            echo "${COMPREPLY[*]}"
            """;
        using var bash = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script, "bash", line]) { RedirectStandardOutput = true })!;
        Assert.Equal(completed, (await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("powershell")]
    public async Task Script_AsksTheTool(string shell) =>
        Assert.Contains("scicot \"[suggest:", (await Commands.RunAsync(["completion", shell])).Succeeded().Output);

    [Fact]
    public async Task OtherShells_AreRefused() =>
        Assert.Equal(SciCoT.Cli.ExitCode.Usage, (await Commands.RunAsync(["completion", "cmd"])).ExitCode);
}
