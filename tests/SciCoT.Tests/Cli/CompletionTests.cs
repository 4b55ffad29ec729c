using System.Diagnostics;
using SciCoT.Tests.Support;

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

    /// <summary>What the scripts ask the tool.</summary>
    [Theory]
    [InlineData("annotate --reply=t", "text two-steps")]
    [InlineData("annotate --reply=", "json text two-steps")]
    [InlineData("annotate --input=", "")]
    [InlineData("annotate --reply=json --inp", "--input --input-price")]
    [InlineData("inspect ", "")] // file names, not options
    [InlineData("inspect --js", "--json")]
    [InlineData("completion ", "bash fish powershell zsh")]
    [InlineData("reproduce min", "mini")]
    [InlineData("rationales export --inp", "--input")]
    public async Task Suggestions_AreWhatMayFollow(string line, string completed)
    {
        foreach (int position in new[] { line.Length, line.Length + 40 }) // a shell that counts bytes is beyond the end
            Assert.Equal(completed, string.Join(' ', (await Commands.RunAsync([$"[suggest:{position}]", line])).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(completed, string.Join(' ', (await Commands.RunAsync([$"[suggest:{line.Length}]", line + " --json"])).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task Suggestions_BeginWithTheCommands()
    {
        var commands = (await Commands.RunAsync(["[suggest:0]"])).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("annotate", commands);
        Assert.DoesNotContain(commands, command => command.StartsWith('-') || command.StartsWith('/'));
        var options = (await Commands.RunAsync(["[suggest:9]", "annotate "])).Succeeded().Output.Split('\n');
        Assert.Contains("--input", options); // a command without arguments has nothing else
    }

    [Fact]
    public async Task FolderOfOneLetter_IsNoQuestionForHelp()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows /h asks for help.");
        var outcome = await Commands.RunAsync(["inspect", "/h"]);
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains("/h", outcome.Error);
    }

    /// <summary>The script itself in zsh, whose parts for completion note what they are given.</summary>
    [Theory]
    [InlineData("scicot annotate --reply t", "text two-steps")]
    [InlineData("scicot annotate --reply=t", "-P *= text two-steps")]
    [InlineData("scicot annotate --input=pl", "-P *= files")]
    [InlineData("scicot inspect ", "files")]
    [InlineData("  scicot ev", "evaluate")]
    public async Task Zsh_CompletesWhatTheToolKnows(string line, string completed)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/zsh"), "There is no 'zsh' program here.");
        var script = $$"""
            scicot() { dotnet "{{ToolProcess.Path}}" "$@" }
            compdef() { : }
            compset() { print -rn -- "$* " }
            compadd() { shift; (( $# )) && print -r -- "$*" }
            _files() { print -r -- files }
            eval "$(scicot completion zsh)"
            BUFFER="${1## #}" CURSOR=${#BUFFER} PREFIX="${BUFFER##* }"
            _scicot
            """;
        Assert.Equal(completed, await OutputAsync("/usr/bin/zsh", "-f", "-c", script, "zsh", line));
    }

    [Theory]
    [InlineData("scicot annotate --reply t", "text two-steps")]
    [InlineData("scicot annotate --reply=t", "--reply=text --reply=two-steps")]
    [InlineData("scicot annotate --input=two", "--input=two words.jsonl")]
    [InlineData("scicot annotate --reply ", "json text two-steps")]
    [InlineData("scicot inspect two", "two words.jsonl")]
    public async Task Fish_CompletesWhatTheToolKnowsAndFiles(string line, string completed)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/fish"), "There is no 'fish' program here.");
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("two words.jsonl"), "");
        var script = $$"""
            cd "{{folder.Path}}"
            function scicot; dotnet "{{ToolProcess.Path}}" $argv; end
            scicot completion fish | source
            complete -C "{{line}}"
            """;
        var output = await OutputAsync("/usr/bin/env", $"HOME={folder.Path}", $"DOTNET_CLI_HOME={folder.Path}", "/usr/bin/fish", "--no-config", "-c", script);
        Assert.Equal(completed, string.Join(' ', output.Split('\n').Select(one => one.Split('\t')[0])));
    }

    private static async Task<string> OutputAsync(string program, params string[] args)
    {
        using var shell = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.Trim();
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
