using System.Globalization;
using System.Security.Cryptography;
using Linkage.Delta;
using Linkage.Kafka;
using Linkage.Kernels;
using Linkage.Matching;
using Linkage.Matching.Links;
using Linkage.Pseudonyms;
using Linkage.Tables;
using Linkage.Worker.Reports;
using Microsoft.Extensions.Logging;

namespace Linkage.Worker.Ingestion;

/// <summary>What a run ended with.</summary>
/// <param name="ExitCode">One of <see cref="Worker.ExitCode"/>.</param>
/// <param name="Error">One line for the operator; null when nothing went wrong.</param>
/// <param name="Report">The report, once the output could be opened.</param>
public sealed record RunResult(int ExitCode, string? Error, RunReport? Report);

/// <summary>
/// A whole run from plan to report: opens keys, registry, Kafka and tables in that order (each is checked before the next is touched, so that a run that cannot
/// start leaves nothing behind), runs, and says how it ended.
/// </summary>
public static partial class WorkerRun
{
    /// <summary>Registries up to this size (bytes) are checked before the run starts: reading 64 MiB takes some 30 ms.</summary>
    private const long CheckedAtOnce = 64 << 20;

    /// <summary>Runs on the calling thread until caught up or stopped. Never throws for what a user can cause.</summary>
    /// <param name="plan">Settings.</param>
    /// <param name="status">For displays.</param>
    /// <param name="loggers">Logging.</param>
    /// <param name="stop">Stops the run after a committed flush.</param>
    public static RunResult Execute(RunPlan plan, RunStatus status, ILoggerFactory loggers, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(status);
        ArgumentNullException.ThrowIfNull(loggers);
        var logger = loggers.CreateLogger("Linkage.Run");
        LogKernels(logger, string.Join(", ", RunReporting.KernelPaths.Select(static k => $"{k.Key} {k.Value}")), KernelDispatch.Name(KernelDispatch.Widest));
        try
        {
            using var keys = KeyRing.Load(plan.KeysPath);
            using var registry = Registry.Open(plan.RegistryPath);
            using var pseudonymiser = keys.Pseudonymiser(registry.KeyVersion);
            registry.RequireKey(pseudonymiser);
            var sound = CheckRegistry(registry);
            try
            {
                return Execute(plan, registry, sound, pseudonymiser, partitions => new KafkaSource(plan.Kafka, partitions, loggers.CreateLogger("Linkage.Kafka")), status, loggers, stop);
            }
            finally
            {
                // The registry must not be unmapped under the check.
                Task.WaitAny([sound], CancellationToken.None);
            }
        }
        catch (Exception e) when (ExitCodeOf(e) is { } code)
        {
            return new RunResult(code, e.Message, Report: null);
        }
#pragma warning disable CA1031 // The boundary of the program: an unexpected failure becomes exit code 1, with its stack in the log.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogUnexpected(logger, e);
            return new RunResult(ExitCode.Failed, "Unexpected failure: " + e.Message, Report: null);
        }
    }

    /// <summary>Exit code of a failure that a user or the surroundings can cause; null for a defect of ours.</summary>
    public static int? ExitCodeOf(Exception error) => error switch
    {
        InvalidDataException => ExitCode.Failed,
        KeyRingException or RegistryException or KafkaConfigurationException or TableMismatchException => ExitCode.BadInput,
        KafkaUnavailableException or DataLostException => ExitCode.Kafka,
        OutputUnavailableException => ExitCode.Output,
        _ => null,
    };

    // A damaged id would put records on the wrong person, and opening looks at the header only. A small registry is read through at once; a large one beside the run's
    // start, so that start-up does not grow with it: nothing is committed before the check has passed.
    private static Task CheckRegistry(Registry registry)
    {
        if (registry.FileLength <= CheckedAtOnce)
        {
            registry.Verify();
            return Task.CompletedTask;
        }

        return Task.Run(registry.Verify);
    }

    /// <summary>Runs with keys and registry that are open already, from any source.</summary>
    /// <param name="plan">Settings; of those of Kafka, the topic's name counts in any case.</param>
    /// <param name="registry">The registry; the caller's.</param>
    /// <param name="registryIsSound">Its check: nothing is committed before it has passed.</param>
    /// <param name="pseudonymiser">The registry's key; the caller's.</param>
    /// <param name="connect">Connects to the source of the batches.</param>
    /// <param name="status">For displays.</param>
    /// <param name="loggers">Logging.</param>
    /// <param name="stop">Stops the run after a committed flush.</param>
    internal static RunResult Execute(RunPlan plan, Registry registry, Task registryIsSound, Pseudonymiser pseudonymiser, Func<IPartitionOwner, IBatchSource> connect, RunStatus status, ILoggerFactory loggers, CancellationToken stop)
    {
        var clock = TimeProvider.System;
        var startedAt = clock.GetUtcNow();
        var started = clock.GetTimestamp();
        status.Phase = "connecting";
        var partitions = new SourcePartitions();
        using var source = connect(partitions);
        var ends = source.QueryWatermarks(plan.Kafka.ConnectTimeout).ToDictionary(static p => p.Key, static p => p.Value.High);

        var runId = NewRunId(startedAt);
        using var lease = RunLease.Take(plan.OutputDirectory, runId);
        using var tables = TableSet.Open(plan, lease, Metadata(runId, registry), out var orphans);
        var ledger = plan.RemembersLinks ? new LinkLedger(registry) : null;
        if (ledger is not null)
        {
            tables.Links = LinkStore.Open(plan.OutputDirectory, tables, lease, ledger, pseudonymiser, out var findings);
            orphans += findings;
        }

        RunLease.RemoveDead(plan.OutputDirectory);
        if (orphans > 0)
        {
            LogOrphans(loggers.CreateLogger("Linkage.Run"), orphans);
        }

        var ids = new ParticipantColumns(registry.ParticipantIds, registry.GenomeIds, registry.QuestionnaireIds, registry.AllGenomeIds, registry.AllQuestionnaireIds, registry.AllSampleIds);
        using var queue = new BatchQueue(plan.QueueBytes);
        var lanes = new Lane[plan.Lanes];
        for (var i = 0; i < lanes.Length; i++)
        {
            var pipeline = new Pipeline(plan.Pipeline, registry, pseudonymiser.Clone(), new LaneTables(ids, plan.Partitioning), ledger);
            lanes[i] = new Lane(i, queue, pipeline, tables.Tables);
        }

        using var flushes = new FlushCycle(tables, plan, runId, queue, registryIsSound);
        var run = new IngestionRun(plan, tables, queue, lanes, flushes, source, partitions, status, loggers.CreateLogger("Linkage.Run"));
        string? error = null;
        var code = ExitCode.Done;
        try
        {
            run.Run(ends, stop);
            if (PassedLimit(plan, flushes.Totals.Counts) is { } limit)
            {
                code = ExitCode.TooManyRejects;
                error = limit;
            }
        }
        catch (Exception e) when (ExitCodeOf(e) is { } known)
        {
            code = known;
            error = e.Message;
            flushes.Finish(loggers.CreateLogger("Linkage.Run"));
        }
        finally
        {
            queue.Close();
            foreach (var lane in lanes)
            {
                lane.Dispose();
            }

            queue.Drop(static _ => true);
        }

        // What a signal stops is not all that was asked, and its code says so; what it came too late for is.
        var stopped = stop.IsCancellationRequested && code is ExitCode.Done or ExitCode.TooManyRejects;
        code = stopped && code == ExitCode.Done && status.StoppedBy is { } signal ? signal : code;
        status.Phase = "done";
        var report = new RunReport
        {
            RunId = runId,
            LinkageVersion = RunReporting.Version,
            Mode = plan.UntilCaughtUp ? "until-caught-up" : "continuous",
            StartedAt = startedAt,
            EndedAt = clock.GetUtcNow(),
            Outcome = stopped ? "stopped" : code is ExitCode.Done or ExitCode.TooManyRejects ? "completed" : "failed",
            ExitCode = code,
            Error = error,
            KeyVersion = registry.KeyVersion,
            KernelPaths = RunReporting.KernelPaths,
            Participants = registry.ParticipantCount,
            Source = new SourceReport(plan.Kafka.Topic, plan.Kafka.Group, flushes.Totals.Counts.Bytes, Offsets(partitions, flushes.Totals, plan.UntilCaughtUp ? ends : null)),
            Batches = flushes.Totals.Counts.Batches,
            BatchesRejected = flushes.Totals.Counts.RejectedTotal(RecordKind.Batch),
            Records = RunReporting.Records(flushes.Totals.Counts),
            Patients = RunReporting.Patients(flushes.Totals.Counts),
            Rejects = RunReporting.Rejects(flushes.Totals.Counts),
            Tables = RunReporting.Tables(tables, flushes.Totals),
            Figures = RunReporting.Figures(clock.GetElapsedTime(started), run.IngestTime, flushes.Totals, Sum(lanes), flushes.Totals.CommitTime),
        };
        if (code != ExitCode.Output)
        {
            try
            {
                RunReporting.Write(report, plan.OutputDirectory);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new RunResult(ExitCode.Output, $"The run's report could not be written: {e.Message} What was committed stands.", report);
            }
        }

        return new RunResult(code, error, report);
    }

    /// <summary>An id that no run had before: its start, and a random part.</summary>
    internal static string NewRunId(DateTimeOffset now)
    {
        Span<byte> random = stackalloc byte[4];
        RandomNumberGenerator.Fill(random);
        return now.ToString("yyyyMMdd't'HHmmss'z-'", CultureInfo.InvariantCulture) + Convert.ToHexStringLower(random);
    }

    private static KeyValuePair<string, string>[] Metadata(string runId, Registry registry) =>
    [
        new("linkage.schema_version", "2"),
        new("linkage.run_id", runId),
        new("linkage.key_version", registry.KeyVersion.ToString(CultureInfo.InvariantCulture)),
    ];

    private static List<PartitionReport> Offsets(SourcePartitions partitions, RunTotals totals, Dictionary<int, long>? ends) =>
    [
        .. partitions.FirstOffsets.Select(p => new PartitionReport(
            p.Key,
            p.Value ?? 0,
            totals.Offsets.TryGetValue(p.Key, out var to) ? to : p.Value,
            ends is not null && ends.TryGetValue(p.Key, out var end) ? end : null)),
    ];

    private static StageTimes Sum(Lane[] lanes)
    {
        var sum = new StageTimes();
        foreach (var lane in lanes)
        {
            sum.Decode += lane.Times.Decode;
            sum.Hash += lane.Times.Hash;
            sum.Link += lane.Times.Link;
            sum.Rows += lane.Times.Rows;
            sum.Idle += lane.Times.Idle;
        }

        return sum;
    }

    private static string? PassedLimit(RunPlan plan, PipelineCounts counts)
    {
        var rejects = counts.RejectedTotal(RecordKind.Batch) + counts.RejectedTotal(RecordKind.Clinical) + counts.RejectedTotal(RecordKind.Scripts) + counts.RejectedTotal(RecordKind.Registrations);
        if (plan.MaxRejects is { } most && rejects > most)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{rejects} rejects passed Linkage:Rejects:MaxCount = {most}; all is committed, the rejects table says why.");
        }

        var read = counts.Records + counts.RejectedTotal(RecordKind.Batch);
        return plan.MaxRejectShare is { } share && read > 0 && rejects > share * read
            ? string.Create(CultureInfo.InvariantCulture, $"{rejects} rejects of {read} records passed Linkage:Rejects:MaxShare = {share}; all is committed, the rejects table says why.")
            : null;
    }

    [LoggerMessage(10, LogLevel.Information, "Removed {Count} files that an earlier run left without committing them.")]
    private static partial void LogOrphans(ILogger logger, int count);

    [LoggerMessage(12, LogLevel.Information, "Kernels: {Paths}; widest vectors of this machine: {Widest}.")]
    private static partial void LogKernels(ILogger logger, string paths, string widest);

    [LoggerMessage(11, LogLevel.Critical, "The run failed.")]
    private static partial void LogUnexpected(ILogger logger, Exception error);
}
