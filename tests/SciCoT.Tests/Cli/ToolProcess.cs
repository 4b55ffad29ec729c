using System.Diagnostics;
using SciCoT.Cli;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary>The tool as a process of its own, as a shell starts it and stops it.</summary>
internal sealed class ToolProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output, _error;

    private ToolProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    // From where it was built: beside the tests it would lack what the tests' own framework brings.
    public static string Path { get; } = System.IO.Path.Combine(
        TestFiles.Repository,
        "src/SciCoT.Cli",
        System.IO.Path.GetRelativePath(System.IO.Path.Combine(TestFiles.Repository, "tests/SciCoT.Tests"), AppContext.BaseDirectory),
        typeof(Tool).Assembly.GetName().Name + ".dll");

    public bool HasExited => _process.HasExited;

    /// <param name="args">The command line.</param>
    /// <param name="environment">What is set besides.</param>
    public static ToolProcess Start(string[] args, IReadOnlyDictionary<string, string>? environment = null)
    {
        // Whoever runs the tests in the background has them, and all that they start, ignore Ctrl-C.
        string[] program = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(program[0], [.. program[1..], Path, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SCICOT_", StringComparison.Ordinal) || name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name); // another test's, or the machine's
        start.Environment["OMP_NUM_THREADS"] = "1"; // more threads do not help what is this small
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>Sends what Ctrl-C sends.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public async Task<Commands.Outcome> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return new(_process.ExitCode, await _output, await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
