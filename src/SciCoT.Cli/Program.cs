namespace SciCoT.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        using var signals = new StopSignals();
        int exitCode = await ToolRank.RunAsync(args, signals.Token);
        return exitCode == ExitCode.Cancelled ? signals.ExitCode ?? exitCode : exitCode;
    }
}
