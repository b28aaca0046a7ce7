using System.CommandLine;
using Linkage.Worker.Benchmarking;
using Linkage.Worker.Display;
using Linkage.Worker.Ingestion;

namespace Linkage.Worker.Commands;

/// <summary>
/// <c>linkage bench</c>: the whole pipeline by stage, for engineers. Exit codes: 0 done, 1 unexpected failure, 2 bad options or folder, 4 the broker, 5 an output that cannot be written, 130 and 143 stopped by a signal.
/// </summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var defaults = new BenchOptions();
        var participants = new Option<int>("--participants") { HelpName = "N", Description = "Participants in the registry.", DefaultValueFactory = _ => defaults.Participants };
        var records = new Option<long>("--records") { HelpName = "N", Description = "Records to take in, of as many whole practices as it takes; they stay in memory.", DefaultValueFactory = _ => defaults.Records };
        var runs = new Option<int>("--runs") { HelpName = "N", Description = "Runs of each source that count; one more goes before them.", DefaultValueFactory = _ => defaults.Runs };
        var lanes = new Option<int>("--lanes") { HelpName = "N", Description = "Threads that decode, link and fill.", DefaultValueFactory = _ => defaults.Lanes };
        var from = new Option<string>("--from") { HelpName = "SOURCE", Description = "memory, broker, or both.", DefaultValueFactory = static _ => "both" };
        var outside = new Option<double>("--outside") { HelpName = "SHARE", Description = "Share of the patients who are not participants.", DefaultValueFactory = _ => defaults.Outside };
        var dirt = new Option<double>("--dirt") { HelpName = "SHARE", Description = "Share of the patients whose identifiers are dirty.", DefaultValueFactory = _ => defaults.Dirt };
        var batchRecords = new Option<int>("--batch-records") { HelpName = "N", Description = "Records a batch.", DefaultValueFactory = _ => defaults.BatchRecords };
        var seed = new Option<long>("--seed") { HelpName = "N", Description = "Same seed, same batches.", DefaultValueFactory = _ => defaults.Seed };
        var work = new Option<string>("--work") { HelpName = "DIR", Description = "Folder for feed, keys and registry, which a later call with the same settings uses again; a temporary one by default." };
        var json = new Option<string>("--json") { HelpName = "FILE", Description = "Also write the figures as JSON (docs/benchmarks.md)." };
        var command = new Command("bench", "Measure the whole pipeline by stage, from batches in memory and from the embedded broker, on made-up data.") { participants, records, runs, lanes, from, outside, dirt, batchRecords, seed, work, json };
        command.SetAction((parsed, cancellation) =>
        {
            var sources = parsed.GetValue(from) switch
            {
                "memory" => [BenchSource.Memory],
                "broker" => [BenchSource.Broker],
                "both" => defaults.Sources,
                _ => (IReadOnlyList<BenchSource>)[],
            };
            var options = new BenchOptions
            {
                Participants = parsed.GetValue(participants),
                Records = parsed.GetValue(records),
                Runs = parsed.GetValue(runs),
                Lanes = parsed.GetValue(lanes),
                Sources = sources,
                Outside = parsed.GetValue(outside),
                Dirt = parsed.GetValue(dirt),
                BatchRecords = parsed.GetValue(batchRecords),
                Seed = parsed.GetValue(seed),
            };
            var problem = sources.Count == 0 ? $"--from {parsed.GetValue(from)}: allowed is memory, broker or both" : options.Problem();
            return RunAsync(options, problem, parsed.GetValue(work), parsed.GetValue(json), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(BenchOptions options, string? problem, string? work, string? json, CancellationToken cancellation)
    {
        if (problem is not null)
        {
            return await FailAsync(problem, ExitCode.BadInput).ConfigureAwait(false);
        }

        BenchFolder folder;
        try
        {
            folder = BenchFolder.Take(work);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await FailAsync(e.Message, ExitCode.BadInput).ConfigureAwait(false);
        }

        using (folder)
        using (var signals = new StopSignals())
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
        {
            _ = signals.Stopped.ContinueWith(_ => stop.Cancel(), stop.Token, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            try
            {
                // Opened before minutes of measuring: a file that cannot be written is said at once.
                using var file = json is null ? null : new ReplacedFile(json);
                var (code, report) = await new Benchmark(options, folder, Console.Out, Console.Error).RunAsync(stop.Token).ConfigureAwait(false);
                if (report is null)
                {
                    return code;
                }

                await Console.Out.WriteLineAsync().ConfigureAwait(false);
                BenchTables.Print(report, Terminal.Output());
                file?.Write(report.ToJson());
                file?.Publish();
                return code;
            }
            catch (OperationCanceledException) when (signals.Received is not null)
            {
                return signals.Received.Value;
            }
            catch (Exception e) when (CodeOf(e) is { } code)
            {
                return await FailAsync(e.Message, code).ConfigureAwait(false);
            }
        }
    }

    private static int? CodeOf(Exception error) => error switch
    {
        OutputFileException or IOException or UnauthorizedAccessException => ExitCode.Output,
        _ => WorkerRun.ExitCodeOf(error),
    };

    private static async Task<int> FailAsync(string message, int code)
    {
        await Console.Error.WriteLineAsync($"linkage: {message}").ConfigureAwait(false);
        return code;
    }
}
