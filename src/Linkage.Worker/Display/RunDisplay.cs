using System.Diagnostics;
using System.Globalization;
using Linkage.Worker.Ingestion;
using Spectre.Console;

namespace Linkage.Worker.Display;

/// <summary>Shows a run while it runs: a progress bar on a terminal; otherwise a plain line whenever a phase begins and every few seconds.</summary>
internal sealed class RunDisplay : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _shown;

    private RunDisplay(Func<CancellationToken, Task> show) => _shown = Task.Run(() => show(_end.Token));

    /// <summary>The display that fits the console.</summary>
    public static RunDisplay For(RunPlan plan, RunStatus status)
    {
        var console = Terminal.Output();
        return console.Profile.Capabilities.Interactive && console.Profile.Capabilities.Ansi && plan.UntilCaughtUp
            ? new RunDisplay(end => BarAsync(console, status, end))
            : new RunDisplay(end => LinesAsync(status, end));
    }

    /// <summary>Ends the display; what follows on the terminal stands below it.</summary>
    public void End()
    {
        _end.Cancel();
        _shown.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => _end.Dispose();

    private static async Task BarAsync(IAnsiConsole console, RunStatus status, CancellationToken end)
    {
        await console.Progress()
            .AutoClear(enabled: true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask("starting", maxValue: 1);
                while (!end.IsCancellationRequested)
                {
                    task.MaxValue = Math.Max(1, status.OffsetsTotal);
                    task.Value = status.OffsetsDone;
                    task.Description = string.Create(CultureInfo.InvariantCulture, $"{status.Phase}  {status.Records:N0} records");
                    await Task.Delay(Tick, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                task.Value = status.OffsetsDone;
            }).ConfigureAwait(false);
    }

    private static async Task LinesAsync(RunStatus status, CancellationToken end)
    {
        var phase = string.Empty;
        var shown = Stopwatch.GetTimestamp();
        while (!end.IsCancellationRequested)
        {
            var now = status.Phase;
            if (now != phase || Stopwatch.GetElapsedTime(shown) >= LineInterval)
            {
                phase = now;
                shown = Stopwatch.GetTimestamp();
                await Console.Out.WriteLineAsync(Line(status, phase)).ConfigureAwait(false);
            }

            await Task.Delay(Tick, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string Line(RunStatus status, string phase)
    {
        var share = status.OffsetsTotal == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", {status.OffsetsDone} of {status.OffsetsTotal} batches");
        return string.Create(CultureInfo.InvariantCulture, $"{phase}: {status.Records} records{share}, {status.CommittedRows} rows committed");
    }
}
