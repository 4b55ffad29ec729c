using System.Diagnostics;
using SciCoT.Cli;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary>The tool as a process of its own, as a shell starts it and stops it.</summary>
internal sealed class ToolProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;
    private Task<string>? _output;

    private ToolProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    // From where it was built: beside the tests it would lack what the tests' own framework brings.
    public static string Path { get; } = System.IO.Path.Combine(
        TestFiles.Repository,
        "src/SciCoT.Cli",
        System.IO.Path.GetRelativePath(System.IO.Path.Combine(TestFiles.Repository, "tests/SciCoT.Tests"), AppContext.BaseDirectory),
        typeof(Tool).Assembly.GetName().Name + ".dll");

    /// <summary>A sample, from where it was built.</summary>
    public static string SamplePath(string sample) =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!.Replace("src/SciCoT.Cli", "samples/" + sample, StringComparison.Ordinal), sample + ".dll");

    /// <summary>Tests that run in the background ignore Ctrl-C and the end of the terminal, and so does all that they start.</summary>
    private static string[] Dotnet { get; } = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT,HUP", "dotnet"] : ["dotnet"];

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The process's standard input: a pipe that stays open until it is closed here.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <param name="args">The command line.</param>
    /// <param name="environment">What is set besides.</param>
    public static ToolProcess Start(string[] args, IReadOnlyDictionary<string, string>? environment = null)
    {
        var tool = StartProgram([Path, .. args], environment);
        tool._output = tool._process.StandardOutput.ReadToEndAsync();
        return tool;
    }

    /// <summary>Starts a program whose input and output the test talks to, line by line.</summary>
    /// <param name="command">What follows <c>dotnet</c>.</param>
    public static ToolProcess StartConversation(params string[] command) => StartProgram(command, null);

    /// <summary>The same with variables of the environment.</summary>
    public static ToolProcess StartConversation(string[] command, IReadOnlyDictionary<string, string> environment) => StartProgram(command, environment);

    /// <summary>The same in a folder of its own.</summary>
    public static ToolProcess StartIn(string folder, params string[] command) => StartProgram(command, null, folder);

    /// <summary>Starts a program behind a pseudo-terminal, as a person's shell would; the terminal echoes what is typed.</summary>
    /// <param name="command">What follows <c>dotnet</c>.</param>
    public static ToolProcess StartInTerminal(params string[] command) => StartInTerminal(80, command);

    /// <param name="columns">How wide the terminal is.</param>
    /// <inheritdoc cref="StartInTerminal(string[])"/>
    public static ToolProcess StartInTerminal(int columns, params string[] command)
    {
        var quoted = string.Join(' ', Dotnet.Concat(command).Select(word => $"'{word}'"));
        return new(Process.Start(Configure(new ProcessStartInfo("script", ["--quiet", "--return", "--command", $"stty cols {columns}; exec {quoted}", "/dev/null"]), null))!);
    }

    private static ToolProcess StartProgram(string[] command, IReadOnlyDictionary<string, string>? environment, string folder = "") =>
        new(Process.Start(Configure(new ProcessStartInfo(Dotnet[0], [.. Dotnet[1..], .. command]) { WorkingDirectory = folder }, environment))!);

    private static ProcessStartInfo Configure(ProcessStartInfo start, IReadOnlyDictionary<string, string>? environment)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SCICOT_", StringComparison.Ordinal) || name.StartsWith("OTEL_", StringComparison.Ordinal) || name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name); // another test's, or the machine's
        start.Environment["OMP_NUM_THREADS"] = "1"; // more threads do not help what is this small
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return start;
    }

    /// <summary>The next line of the output.</summary>
    public ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) => _process.StandardOutput.ReadLineAsync(cancellationToken);

    /// <summary>Sends what Ctrl-C sends.</summary>
    public void Interrupt() => Signal("INT");

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end, however it comes.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    public async Task<Commands.Outcome> EndAsync(CancellationToken cancellationToken)
    {
        _output ??= _process.StandardOutput.ReadToEndAsync(cancellationToken);
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
