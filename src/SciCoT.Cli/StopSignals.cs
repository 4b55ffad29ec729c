using System.Runtime.InteropServices;

namespace SciCoT.Cli;

/// <summary>Turns Ctrl-C (SIGINT), SIGTERM and the end of the terminal (SIGHUP) into cancellation, and into the exit code that shells expect: 130, 143 or 129.</summary>
/// <remarks>The first signal cancels; a second one ends the process at once, as does work that has not ended after a minute.</remarks>
internal sealed class StopSignals : IDisposable
{
    /// <summary>Time that work has after a signal to leave its files in order.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _interrupt, _terminate, _hangUp;
    private int _exitCode;

    public StopSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, SciCoT.Cli.ExitCode.Cancelled));
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, SciCoT.Cli.ExitCode.Terminated));
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => OnSignal(context, SciCoT.Cli.ExitCode.HungUp));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The exit code of the signal that came; <see langword="null"/> while none has.</summary>
    public int? ExitCode => Volatile.Read(ref _exitCode) is not 0 and var code ? code : null;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _hangUp.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref _exitCode, exitCode, 0) != 0)
            Environment.Exit(exitCode);

        _ = Task.Delay(Grace).ContinueWith(_ => Environment.Exit(exitCode), TaskScheduler.Default);
        _stop.Cancel();
    }
}
