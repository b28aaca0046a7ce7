using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Linkage.Parquet;
using Microsoft.Extensions.Logging;

namespace Linkage.Worker.Ingestion;

/// <summary>
/// Flush after flush, one commit at a time: decides when, stops the lanes for the encoding, commits beside them. Used by the run's thread only; the commit itself
/// runs on another.
/// </summary>
internal sealed partial class FlushCycle(TableSet tables, RunPlan plan, string runId, BatchQueue queue, Task registryIsSound) : IDisposable
{
    private readonly ConcurrentBag<GatherScratch> _scratches = [];
    private Task<Flush>? _committing;
    private ExceptionDispatchInfo? _failure;
    private Dictionary<int, long>? _committed;
    private long _since = Stopwatch.GetTimestamp();

    /// <summary>What has been committed.</summary>
    public RunTotals Totals { get; } = new(tables.Tables.Length);

    /// <summary>Whether rows, memory or time call for a flush.</summary>
    public bool IsDue(IReadOnlyList<Lane> lanes, IEnumerable<PartitionState> partitions)
    {
        long rows = 0;
        long bytes = 0;
        foreach (var lane in lanes)
        {
            rows += lane.Rows;
            bytes += lane.Bytes;
        }

        // A batch of few rows may hold megabytes of distinct texts, or reach into a thousand partitions.
        if (rows >= plan.FlushRows || bytes >= plan.FlushBytes)
        {
            return true;
        }

        return Stopwatch.GetElapsedTime(_since) >= plan.FlushInterval && HasUncommitted(lanes, partitions);
    }

    /// <summary>Whether anything was read that the logs do not hold yet.</summary>
    public bool HasUncommitted(IReadOnlyList<Lane> lanes, IEnumerable<PartitionState> partitions)
    {
        if (_committing is not null)
        {
            return true;
        }

        foreach (var lane in lanes)
        {
            if (lane.Rows > 0)
            {
                return true;
            }
        }

        foreach (var state in partitions)
        {
            foreach (var committed in state.Committed)
            {
                if (state.Position > (committed ?? 0))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// Encodes what the lanes hold and starts to commit it. Waits for the commit before, and throws what that one failed with: every time, until <see cref="Abandon"/>, for the
    /// failed commit's rows are gone while the partitions' positions are past them.
    /// </summary>
    public void Start(IReadOnlyList<Lane> lanes, IEnumerable<PartitionState> partitions)
    {
        _failure?.Throw();
        var waiting = Stopwatch.GetTimestamp();
        Wait();
        Totals.CommitWait += Stopwatch.GetElapsedTime(waiting);
        _since = Stopwatch.GetTimestamp();
        queue.Pause();
        try
        {
            if (queue.Failure is not null)
            {
                return;
            }

            var flush = Flush.Encode(tables, runId, lanes, partitions, _scratches, plan.Pipeline.StageClock);
            foreach (var lane in lanes)
            {
                lane.Clear();
            }

            _committing = Task.Factory.StartNew(
                () =>
                {
                    flush.Commit(registryIsSound);
                    return flush;
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
        finally
        {
            queue.Resume();
        }
    }

    /// <summary>Waits for the commit under way; throws what it failed with.</summary>
    public void Wait()
    {
        if (_committing is not { } task)
        {
            return;
        }

        _committing = null;
        Flush flush;
        try
        {
            flush = task.GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            throw;
        }

        Totals.Add(flush);
        _committed ??= [];
        foreach (var (state, next) in flush.Positions)
        {
            if (next >= 0)
            {
                _committed[state.Partition] = next;
            }
        }
    }

    /// <summary>Offsets committed since last asked, if any.</summary>
    public bool TryTakeCommitted(out IReadOnlyDictionary<int, long> offsets)
    {
        if (_committing is { IsCompleted: true })
        {
            Wait();
        }

        offsets = _committed ?? [];
        var any = _committed is { Count: > 0 };
        _committed = null;
        return any;
    }

    /// <summary>Drops queued batches (not yet processed) of some partitions.</summary>
    public void DropQueued(Func<PartitionState, bool> which)
    {
        queue.Pause();
        queue.Drop(which);
        queue.Resume();
    }

    /// <summary>Drops everything read and not committed, queued and buffered. A commit under way is let finish or fail first: its files are its own.</summary>
    public void Abandon(IReadOnlyList<Lane> lanes)
    {
        try
        {
            Wait();
        }
        catch (Delta.OwnershipLostException)
        {
            // The reason to abandon: the commit has already removed its files, and the logs say what stands.
        }

        queue.Pause();
        queue.Drop(static _ => true);
        foreach (var lane in lanes)
        {
            lane.Clear();
        }

        tables.Links?.Load();
        queue.Resume();
        _failure = null;
    }

    /// <summary>After a failure: lets a commit under way come to its end, so that the report counts it. What it fails with in turn is logged: the first failure is the one to report.</summary>
    public void Finish(ILogger logger)
    {
        try
        {
            Wait();
        }
        catch (Exception e) when (e is Delta.OwnershipLostException || WorkerRun.ExitCodeOf(e) is not null)
        {
            LogCommitFailed(logger, e.Message);
        }
    }

    [LoggerMessage(4, LogLevel.Error, "The last commit failed as well: {Reason}")]
    private static partial void LogCommitFailed(ILogger logger, string reason);

    /// <summary>Lets a commit under way come to its end, whatever failure is on its way out: the run's lease must outlive it, or another run takes its files for orphans.</summary>
    public void Dispose()
    {
        if (_committing is { } task)
        {
            Task.WaitAny(task);
        }

        foreach (var scratch in _scratches)
        {
            scratch.Dispose();
        }
    }
}
