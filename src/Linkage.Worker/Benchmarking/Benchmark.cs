using System.Diagnostics;
using System.Globalization;
using Linkage.Kafka;
using Linkage.Matching;
using Linkage.Pseudonyms;
using Linkage.Worker.Commands;
using Linkage.Worker.Configuration;
using Linkage.Worker.Display;
using Linkage.Worker.Ingestion;
using Linkage.Worker.Reports;
using Linkage.Worker.Synth;
using Microsoft.Extensions.Logging;

namespace Linkage.Worker.Benchmarking;

/// <summary>
/// The whole pipeline, measured: the very run of <c>linkage run --until-caught-up</c>, in this process, again and again on the same batches, from memory and from the embedded broker in turn. In: options and a folder. Out:
/// a <see cref="BenchReport"/>. The first run of each source warms up and does not count.
/// </summary>
internal sealed class Benchmark(BenchOptions options, BenchFolder folder, TextWriter output, TextWriter error)
{
    private const string Topic = "gp-records";
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private long _records;
    private int _runs;

    /// <summary>Runs it all.</summary>
    /// <returns>The exit code, and the report when it is 0.</returns>
    public async Task<(int ExitCode, BenchReport? Report)> RunAsync(CancellationToken stop)
    {
        if (Prepare(stop) is var code and not ExitCode.Done)
        {
            return (code, null);
        }

        var partitions = LoadedBroker.PartitionsFor(folder.Batches, stop);
        var topic = MemoryTopic.Load(Topic, folder.Batches, partitions, stop);
        Step("batches", string.Create(CultureInfo.InvariantCulture, $"{topic.Batches:N0} batches, {topic.Bytes / 1e6:N1} MB in memory, {partitions} partitions"));
        using var broker = options.Sources.Contains(BenchSource.Broker) ? await LoadedBroker.StartAsync(folder.Root, Topic, partitions, folder.Batches, stop).ConfigureAwait(false) : null;
        if (broker is { Bootstrap: null })
        {
            return (await broker.FailureAsync(stop).ConfigureAwait(false), null);
        }

        if (broker is not null)
        {
            Step("broker", string.Create(CultureInfo.InvariantCulture, $"{broker.Bootstrap}, process {broker.ProcessId}, the same batches loaded"));
        }

        using var keys = KeyRing.Load(folder.Keys);
        using var registry = Registry.Open(folder.Registry);
        using var pseudonymiser = keys.Pseudonymiser(registry.KeyVersion);
        registry.RequireKey(pseudonymiser);
        registry.Verify();
        var measured = options.Sources.ToDictionary(static s => s, static _ => new List<BenchRun>());
        for (var run = 0; run <= options.Runs; run++)
        {
            foreach (var source in options.Sources)
            {
                var (exitCode, figures) = Measure(source, topic, broker?.Bootstrap ?? "none", registry, pseudonymiser, stop);
                if (figures is null)
                {
                    return (exitCode, null);
                }

                if (run > 0)
                {
                    measured[source].Add(figures);
                }

                Step(Name(source), string.Create(CultureInfo.InvariantCulture, $"{(run == 0 ? "to warm up" : $"run {run} of {options.Runs}")}: {figures.Records / figures.Wall.TotalSeconds:N0} records a second"));
            }
        }

        return (ExitCode.Done, Report(registry, topic, measured));
    }

    private static string Name(BenchSource source) => source == BenchSource.Memory ? "memory" : "broker";

    private int Prepare(CancellationToken stop)
    {
        var study = options.Study;
        if (folder.RecordsOf(study) is { } records)
        {
            _records = records;
            Step("study", string.Create(CultureInfo.InvariantCulture, $"of an earlier benchmark with the same settings: {study.Participants:N0} participants, {records:N0} records"));
            return ExitCode.Done;
        }

        folder.Clear();
        var feed = SyntheticFeed.Write(study, folder.Feed, progress: null, stop);
        _records = feed.Records;
        Step("feed", string.Create(CultureInfo.InvariantCulture, $"{feed.Records:N0} records of {feed.Patients:N0} patients in {feed.Batches:N0} batches, {feed.ParticipantRows:N0} rows of {study.Participants:N0} participants"));
        KeyRing.CreateFile(folder.Keys, TimeProvider.System);
        using var said = new StringWriter(CultureInfo.InvariantCulture);
        var code = RegistryCommands.Build(folder.Participants, folder.Keys, folder.Registry, TimeProvider.System, said, error);
        if (code == ExitCode.Done)
        {
            folder.HasStudy(study, feed.Records);
            Step("registry", string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(folder.Registry).Length / 1e6:N1} MB"));
        }

        return code;
    }

    private (int ExitCode, BenchRun? Run) Measure(BenchSource source, MemoryTopic topic, string bootstrap, Registry registry, Pseudonymiser pseudonymiser, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var plan = Plan(bootstrap);
        using var loggers = LoggerFactory.Create(static logging => logging.AddOperatorConsole().SetMinimumLevel(LogLevel.Warning));
        MeteredSource? metered = null;
        try
        {
            var result = WorkerRun.Execute(
                plan,
                registry,
                Task.CompletedTask,
                pseudonymiser,
                owner => metered = new MeteredSource(source == BenchSource.Memory ? new MemorySource(topic, owner) : new KafkaSource(plan.Kafka, owner, loggers.CreateLogger("Linkage.Kafka"))),
                new RunStatus(),
                loggers,
                stop);
            stop.ThrowIfCancellationRequested();
            if (result.ExitCode != ExitCode.Done || result.Report is null)
            {
                error.WriteLine($"linkage: {result.Error}");
                return (result.ExitCode, null);
            }

            var run = new BenchRun(metered!.Wall, metered.Processor, metered.Allocated, result.Report);
            return run.Records == _records
                ? (ExitCode.Done, run)
                : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"A run from {Name(source)} took in {run.Records} records, and the feed has {_records}."));
        }
        finally
        {
            folder.RemoveOutput();
        }
    }

    // The defaults of `linkage run`, whatever settings surround this process.
    private RunPlan Plan(string bootstrap)
    {
        var plan = RunSettings.Resolve(
            new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
            {
                ["Source:Brokers"] = bootstrap,
                ["Source:Topic"] = Topic,
                ["Source:Group"] = string.Create(CultureInfo.InvariantCulture, $"linkage-bench-{_runs++}"),
                ["Registry:Path"] = folder.Registry,
                ["Keys:Path"] = folder.Keys,
                ["Output:Directory"] = folder.Output,
                ["Lanes:Count"] = options.Lanes.ToString(CultureInfo.InvariantCulture),
            },
            untilCaughtUp: true);
        return plan with { Pipeline = plan.Pipeline with { StageClock = ThreadClock.Now } };
    }

    private BenchReport Report(Registry registry, MemoryTopic topic, Dictionary<BenchSource, List<BenchRun>> measured) => new()
    {
        LinkageVersion = RunReporting.Version,
        LinkageCommit = RunReporting.Commit,
        KernelPaths = RunReporting.KernelPaths,
        Participants = registry.ParticipantCount,
        RegistryRows = registry.Counts.Rows,
        RegistryBytes = registry.FileLength,
        Records = _records,
        Patients = measured.Values.First()[0].Report.Patients.Total,
        Batches = topic.Batches,
        Bytes = topic.Bytes,
        Lanes = options.Lanes,
        Processors = Environment.ProcessorCount,
        Runs = options.Runs,
        PeakMemoryBytes = RunReporting.PeakMemory(),
        Sources = measured.ToDictionary(static m => Name(m.Key), static m => BenchRun.Figures(m.Value), StringComparer.Ordinal),
    };

    private void Step(string name, string what)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bench {_watch.Elapsed.TotalSeconds,7:F2} s  {name,-9} {what}"));
        output.Flush();
        _watch.Restart();
    }
}
