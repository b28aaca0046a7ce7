using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Linkage.Worker.Ingestion;

/// <summary>The run as a hosted service: a thread of its own (Kafka's client and the lanes are synchronous), ending the host when it ends.</summary>
internal sealed class HostedRun(RunPlan plan, RunStatus status, ILoggerFactory loggers, IHostApplicationLifetime lifetime) : BackgroundService
{
    private RunResult? _result;

    /// <summary>How the run ended; after the host has stopped.</summary>
    public RunResult Result => _result ?? new RunResult(status.StoppedBy ?? ExitCode.Failed, "The run was stopped before it began.", Report: null);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            _result = await Task.Factory.StartNew(
                () => WorkerRun.Execute(plan, status, loggers, stoppingToken),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            lifetime.StopApplication();
        }
    }
}
