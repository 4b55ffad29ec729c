using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;
using SciCoT.Cli.Commands;
using SciCoT.Hub;
using SciCoT.IO;
using SciCoT.Models;
using SciCoT.Questions;
using SciCoT.Teaching;

namespace SciCoT.Cli;

/// <summary>The <c>scicot</c> command line.</summary>
internal static class Tool
{
    /// <summary>Set to any value, the stack trace of an unexpected failure is printed.</summary>
    public const string TraceVariable = "SCICOT_TRACE";

    /// <summary>Runs one command line; nothing is thrown.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, ToolConsole console, CancellationToken cancellationToken = default)
    {
        // The command line is read, and everything written, in one form everywhere, also where the runtime was given cultures.
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        var root = Root(console);
        if (Completion.Find(root, args) is { } completions)
        {
            console.Out.Write(string.Concat(completions.Select(completion => completion + Environment.NewLine)));
            return ExitCode.Done;
        }

        var parsed = root.Parse(args);
        if (Swallowed(parsed, args) is { } unknown)
        {
            console.Error.WriteLine($"{unknown} is no option of scicot {Settings.PathOf(parsed.CommandResult).Trim()}.{NearestOption(unknown, parsed.CommandResult.Command)} See scicot {Settings.PathOf(parsed.CommandResult)}--help.");
            return ExitCode.Usage;
        }

        if (parsed.Errors.Count > 0)
        {
            // That a command is required says nothing more where one was misspelt.
            foreach (var error in parsed.Errors.Where(error => parsed.UnmatchedTokens.Count == 0 || !error.Message.StartsWith("Required command", StringComparison.Ordinal)))
                console.Error.WriteLine(Secrets.Hide(UsageErrors.Explain(error)));
            foreach (var hint in parsed.UnmatchedTokens.Select(token => Hint(token, parsed.CommandResult.Command)).Where(hint => hint.Length > 0))
                console.Error.WriteLine(hint);
            console.Error.WriteLine($"See scicot {Settings.PathOf(parsed.CommandResult)}--help.");
            return ExitCode.Usage;
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = console.Out,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // signals arrive through the token, which the caller cancels
            };
            return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            console.Error.WriteLine("Stopped. What was done is kept; the same command continues.");
            return ExitCode.Cancelled;
        }
        catch (IOException e) when (PipeOutput.IsClosed(e))
        {
            console.Failure = e;
            return ExitCode.OutputClosed;
        }
        catch (UsageException e)
        {
            console.Failure = e;
            console.Error.WriteLine(e.Message);
            return ExitCode.Usage;
        }
        catch (Exception e) when (IsExpected(e))
        {
            console.Failure = e;
            console.Error.WriteLine(SciCoTException.Explain(e));
            return ExitCode.Failed;
        }
        catch (Exception e)
        {
            console.Failure = e;
            console.Error.WriteLine($"scicot failed unexpectedly ({e.GetType().Name}): {SciCoTException.Explain(e)}");
            console.Error.WriteLine(Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 }
                ? e.ToString()
                : $"This is a fault of the tool. What was done is kept. Set {TraceVariable}=1 to see the stack trace for a report.");
            return ExitCode.Failed;
        }
    }

    /// <summary>A misspelt option that an argument, or an option of several values, took for its own. What stands behind <c>--</c> is meant so.</summary>
    private static string? Swallowed(ParseResult parsed, IReadOnlyList<string> args)
    {
        var meant = args.SkipWhile(arg => arg != "--").Skip(1).ToHashSet();
        return parsed.CommandResult.Children
            .Where(child => child is ArgumentResult or OptionResult { Option.AllowMultipleArgumentsPerToken: true })
            .SelectMany(child => child.Tokens)
            .Select(token => token.Value)
            .FirstOrDefault(value => value.StartsWith("--", StringComparison.Ordinal) && !meant.Contains(value));
    }

    /// <summary>What a token may mean that is no command and no option.</summary>
    private static string Hint(string token, Command command) => token.StartsWith('-')
        ? NearestOption(token, command).Trim()
        : NearestName.Question(token, command.Subcommands.Select(sub => sub.Name)).Trim();

    private static string NearestOption(string token, Command command) =>
        NearestName.Question(token, command.Options.SelectMany(option => option.Aliases.Append(option.Name)));

    internal static RootCommand Root(ToolConsole console)
    {
        var root = new RootCommand("Chain-of-thought distillation for science questions: a teacher's reasoning in two small T5 students.")
        {
            new DownloadCommand(console),
            new AnnotateCommand(console),
            new RationalesCommand(console),
            new DistillCommand(console),
            new AnswerCommand(console),
            new ServeCommand(console),
            new EvaluateCommand(console),
            new ExportCommand(console),
            new PushCommand(console),
            new ReproduceCommand(console),
            new InspectCommand(console),
            new CompletionCommand(console),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples();
        if (!OperatingSystem.IsWindows())
        {
            // Elsewhere these are names of folders.
            help.Aliases.Remove("/h");
            help.Aliases.Remove("/?");
        }

        return root;
    }

    /// <summary>Failures whose message says all; others are faults of the tool.</summary>
    private static bool IsExpected(Exception e) =>
        SciCoTException.IsExpected(e) || e is FormatException or ArgumentException or InvalidOperationException;
}
