using System.Runtime.InteropServices;
using Linkage.Worker.Ingestion;
using Microsoft.Extensions.Hosting;

namespace Linkage.Worker.Commands;

/// <summary>
/// SIGINT and SIGTERM as an orderly stop: the first one asks the run to drain and commit, and decides the exit code; a second one ends the process as the
/// system would.
/// </summary>
internal sealed class StopSignals : IHostLifetime, IDisposable
{
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunStatus? _status;
    private volatile IHostApplicationLifetime? _lifetime;
    private int _received;

    public StopSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ExitCode.Interrupted));
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ExitCode.Terminated));
    }

    /// <summary>Exit code of the signal received, if any.</summary>
    public int? Received => Volatile.Read(ref _received) is var code and not 0 ? code : null;

    /// <summary>Completes when a signal came.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>The host to stop, and where to say what stopped it.</summary>
    public void Attach(IHostApplicationLifetime lifetime, RunStatus status)
    {
        _status = status;
        _lifetime = lifetime;
        if (Received is not null)
        {
            Stop();
        }
    }

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private void Stop(PosixSignalContext context, int code)
    {
        if (Interlocked.CompareExchange(ref _received, code, 0) == 0)
        {
            context.Cancel = true;
            _stopped.TrySetResult();
            Stop();
        }
    }

    // Both may call it, whichever comes second with a host to stop.
    private void Stop()
    {
        if (_lifetime is { } lifetime)
        {
            _status!.StoppedBy = Received;
            lifetime.StopApplication();
        }
    }
}
