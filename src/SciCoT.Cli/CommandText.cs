using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;

namespace SciCoT.Cli;

/// <summary>The command that a report names. It gives the same figures without the environment and the configuration file of this run.</summary>
internal static partial class CommandText
{
    /// <param name="settings">The values of the options, wherever they come from.</param>
    /// <param name="result">The command line.</param>
    /// <param name="processes">How many processes work together.</param>
    /// <param name="leftOut">Options that change no figure.</param>
    public static string Of(Settings settings, ParseResult result, int processes, params string[] leftOut)
    {
        var command = result.CommandResult.Command;
        var text = new StringBuilder($"{(processes > 1 ? $"mpirun -n {processes} " : "")}scicot {Settings.PathOf(result.CommandResult)}".TrimEnd());
        foreach (var argument in command.Arguments)
            text.Append(' ').AppendJoin(' ', result.GetResult(argument)?.Tokens.Select(token => Quoted(token.Value)) ?? []);
        foreach (var option in command.Options.Where(option => option.Name is not ("--json" or "--config") && !leftOut.Contains(option.Name)))
        {
            if (settings.Text(option) is not { } value)
                continue;
            if (option.ValueType == typeof(bool))
                text.Append(bool.TryParse(value, out bool isSet) && !isSet ? "" : $" {option.Name}");
            else if (option.Arity.MaximumNumberOfValues > 1)
                text.Append(' ').Append(option.Name).Append(' ').AppendJoin(' ', value.Split(',').Select(Quoted));
            else
                text.Append(' ').Append(option.Name).Append(' ').Append(Quoted(value));
        }

        return Secrets.Hide(text.ToString());
    }

    /// <summary>A word as a shell takes it.</summary>
    private static string Quoted(string word) => Plain().IsMatch(word) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\A[A-Za-z0-9_./:@%+,=-]+\z")]
    private static partial Regex Plain();
}
