using SciCoT.Cli;

using var signals = new StopSignals();
int exitCode = await Tool.RunAsync(args, new ToolConsole(
    Console.In,
    Console.IsOutputRedirected ? Console.Out : new TerminalOutput(Console.Out),
    Console.IsErrorRedirected ? Console.Error : new TerminalOutput(Console.Error)), signals.Token);
return exitCode == ExitCode.Cancelled ? signals.ExitCode ?? exitCode : exitCode;
