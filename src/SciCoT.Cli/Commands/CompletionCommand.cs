using System.CommandLine;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot completion</c>: a shell's script that completes the tool's command lines.</summary>
internal sealed class CompletionCommand : ToolCommand
{
    // The tool itself completes, told the line behind its name and where the cursor stands in it. Where it knows nothing, the
    // shell completes file names.
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _scicot() {
              local line="${COMP_LINE:0:COMP_POINT}"
              line="${line#* }"
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$(scicot "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _scicot scicot
            """,
        ["zsh"] = """
            _scicot() {
              local line="${BUFFER[1,CURSOR]#* }"
              local -a found=("${(@f)$(scicot "[suggest:${#line}]" "$line" 2>/dev/null)}")
              [[ $PREFIX == --*=* ]] && compset -P '*='
              compadd -- ${found:#} || _files
            }
            (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
            compdef _scicot scicot
            """,
        ["fish"] = """
            function __scicot
              set -l line (string replace -r '^\S+ ' '' -- (commandline -cp))
              set -l option (string match -r '^--[^=]+=' -- (commandline -ct))
              set -l found (scicot "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
              if test (count $found) -gt 0
                printf '%s\n' "$option"$found
              else
                printf '%s\n' "$option"(__fish_complete_path (string replace -- "$option" '' (commandline -ct)))
              end
            end
            complete -c scicot -f -a '(__scicot)'
            """,
        ["powershell"] = """
            Register-ArgumentCompleter -Native -CommandName scicot -ScriptBlock {
              param($word, $command, $cursor)
              $line = ($command.ToString() -replace '^\S+\s?', '')
              $at = [Math]::Max(0, $cursor - ($command.ToString().Length - $line.Length) - $command.Extent.StartOffset)
              $line = $line.PadRight($at).Substring(0, $at)
              $option = if ("$word" -match '^--[^=]+=') { $Matches[0] } else { '' }
              $found = @(scicot "[suggest:$($line.Length)]" "$line" 2>$null)
              foreach ($one in $found) {
                [System.Management.Automation.CompletionResult]::new("$option$one", $one, 'ParameterValue', $one)
              }
              if (-not $found -and ($option -or "$word" -eq '')) { # for any other word the shell itself completes file names
                foreach ($file in [System.Management.Automation.CompletionCompleters]::CompleteFilename("$word".Substring($option.Length))) {
                  [System.Management.Automation.CompletionResult]::new("$option$($file.CompletionText)", $file.ListItemText, $file.ResultType, $file.ToolTip)
                }
              }
            }
            """,
    };

    private readonly Argument<string> _shell = new("shell") { Description = $"{string.Join(", ", Scripts.Keys.SkipLast(1))} or {Scripts.Keys.Last()}." };

    public CompletionCommand(ToolConsole console)
        : base(
            "completion",
            "Prints the script by which a shell completes scicot's commands and options.",
            console,
            "eval \"$(scicot completion bash)\"                  # in ~/.bashrc",
            "eval \"$(scicot completion zsh)\"                   # in ~/.zshrc, behind compinit",
            "scicot completion fish | source                   # in config.fish",
            "scicot completion powershell | Out-String | Invoke-Expression   # in $PROFILE")
    {
        _shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        Arguments.Add(_shell);
        AddOptions();
    }

    protected override Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        console.Out.WriteLine(Scripts[result.GetRequiredValue(_shell)]);
        return Task.CompletedTask;
    }
}
