using SciCoT.Cli;

using var signals = new StopSignals();
int exitCode = await ToolRank.RunAsync(args, signals.Token);
return exitCode == ExitCode.Cancelled ? signals.ExitCode ?? exitCode : exitCode;
