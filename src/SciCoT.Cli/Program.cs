using SciCoT.Cli;

using var signals = new StopSignals();
int exitCode = await Tool.RunAsync(args, new ToolConsole(Console.In, Console.Out, Console.Error), signals.Token);
return exitCode == ExitCode.Cancelled ? signals.ExitCode ?? exitCode : exitCode;
