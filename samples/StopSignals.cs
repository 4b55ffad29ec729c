using System.Runtime.InteropServices;

namespace SciCoT.Samples;

/// <summary>Turns Ctrl-C (SIGINT) and SIGTERM into cancellation, so that a program says that it stops and leaves its files in order. A second signal ends it at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _interrupt, _terminate;

    public StopSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, 130));
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, 143));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>What shells and supervisors expect of a program that a signal stopped: 130 or 143.</summary>
    public int ExitCode { get; private set; } = 130;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context, int exitCode)
    {
        if (_stop.IsCancellationRequested)
            return;
        context.Cancel = true;
        ExitCode = exitCode;
        _stop.Cancel();
    }
}
