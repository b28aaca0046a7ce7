using System.Diagnostics;
using Linkage.Batches;
using Linkage.Delta;
using Linkage.Kafka;
using Microsoft.Extensions.Logging;

namespace Linkage.Worker.Ingestion;

/// <summary>
/// One run of the worker: batches from Kafka to lanes, lanes' rows to committed tables, until caught up or told to stop. The run's own thread polls, hands out and flushes; lanes
/// do the work; a commit runs beside them.
/// </summary>
/// <remarks>
/// Invariants: (1) an offset is committed to a table in the same log entry as the rows that came before it; (2) what the log says, not Kafka, decides where a partition
/// resumes; (3) rows in memory are only ever dropped together with the offsets they came from.
/// </remarks>
internal sealed partial class IngestionRun
{
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan OthersInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(100);
    private readonly RunPlan _plan;
    private readonly TableSet _tables;
    private readonly SourcePartitions _partitions;
    private readonly Lane[] _lanes;
    private readonly BatchQueue _queue;
    private readonly FlushCycle _flushes;
    private readonly IBatchSource _source;
    private readonly RunStatus _status;
    private readonly ILogger _logger;
    private readonly HashSet<int> _paused = [];
    private IReadOnlyDictionary<int, long> _ends = new Dictionary<int, long>();
    private long _othersCheckedAt;
    private long _firstBatchAt;
    private long _reportedAt;

    public IngestionRun(RunPlan plan, TableSet tables, BatchQueue queue, Lane[] lanes, FlushCycle flushes, IBatchSource source, SourcePartitions partitions, RunStatus status, ILogger logger)
    {
        _plan = plan;
        _tables = tables;
        _queue = queue;
        _lanes = lanes;
        _flushes = flushes;
        _source = source;
        _status = status;
        _logger = logger;
        _partitions = partitions;
        _partitions.Tables = tables;
        _partitions.OnRevoked = Revoked;
        _partitions.OnLost = Lost;
    }

    /// <summary>Time from the first batch to the last commit; zero when there was none.</summary>
    public TimeSpan IngestTime => _firstBatchAt == 0 || _flushes.Totals.LastCommitAt == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_firstBatchAt, _flushes.Totals.LastCommitAt);

    /// <summary>Runs until caught up (bounded), told to stop, or a failure. Everything read is committed unless an exception leaves.</summary>
    /// <param name="ends">End offsets by partition at start: where a bounded run stops.</param>
    /// <param name="stop">Stops the run after a committed flush.</param>
    public void Run(IReadOnlyDictionary<int, long> ends, CancellationToken stop)
    {
        _ends = ends;
        _partitions.Ends = _plan.UntilCaughtUp ? ends : null;
        _status.Phase = "joining the group";
        while (!stop.IsCancellationRequested && !(_plan.UntilCaughtUp && IsCaughtUp()))
        {
            ThrowIfLaneFailed();
            Take(_source.Poll(PollTime));
            ResumePartitions();
            Report();
            if (_flushes.IsDue(_lanes, _partitions.Assigned.Values))
            {
                FlushNow(wait: false);
            }

            AfterCommit();
        }

        // A failed lane keeps a flush from being made: without a word of it, the run would seem to have ended well.
        _status.Phase = "committing";
        FlushNow(wait: true);
        ThrowIfLaneFailed();
        _reportedAt = 0;
        Report();
        _source.Close();
        ThrowIfLaneFailed();
    }

    private void Take(PollResult result)
    {
        if (result.Kind == PollKind.PartitionEnd)
        {
            if (_partitions.Assigned.TryGetValue(result.Partition, out var ended))
            {
                ended.NothingBefore(result.Offset);
            }

            return;
        }

        if (result.Batch is not { } batch)
        {
            return;
        }

        if (!_partitions.Assigned.TryGetValue(batch.Partition, out var state))
        {
            batch.Dispose();
            return;
        }

        if (state.IsPastEnd(batch.Offset))
        {
            LeaveToNextRun(batch, state);
            return;
        }

        if (_firstBatchAt == 0)
        {
            _firstBatchAt = Stopwatch.GetTimestamp();
            _status.Phase = "ingesting";
        }

        _queue.Add(batch, state);
        state.ReadTo(batch.Offset + 1);
        if (_queue.IsFull)
        {
            HoldBack();
        }
    }

    // A bounded run leaves what came after its start to the next one. Batches come in order: nothing before this one is still to come.
    private void LeaveToNextRun(RawBatch batch, PartitionState state)
    {
        state.NothingBefore(batch.Offset);
        batch.Dispose();
        if (_paused.Add(state.Partition))
        {
            _source.Pause([state.Partition]);
        }
    }

    // A pause throws away what the client has prefetched, so a wait comes first: it is enough whenever lanes only lag. When the queue stays full, all partitions are paused,
    // and polling goes on for the group.
    private void HoldBack()
    {
        _queue.WaitForRoom(TimeSpan.FromSeconds(1));
        if (_queue.IsFull)
        {
            int[] partitions = [.. _partitions.Assigned.Keys.Where(_paused.Add)];
            if (partitions.Length > 0)
            {
                _source.Pause(partitions);
            }
        }
    }

    private void ResumePartitions()
    {
        if (_paused.Count == 0 || !_queue.HasRoom)
        {
            return;
        }

        int[] partitions = [.. _paused.Where(p => _partitions.Assigned.TryGetValue(p, out var state) && !state.ReachedEnd)];
        if (partitions.Length > 0)
        {
            _source.Resume(partitions);
            _paused.ExceptWith(partitions);
        }
    }

    /// <summary>All that was asked is in the logs: of this worker's partitions and of the other workers'.</summary>
    private bool IsCaughtUp()
    {
        foreach (var state in _partitions.Assigned.Values)
        {
            var end = _ends.GetValueOrDefault(state.Partition);
            if (state.Position < end && (state.Resume ?? 0) < end)
            {
                return false;
            }
        }

        if (_flushes.HasUncommitted(_lanes, _partitions.Assigned.Values))
        {
            FlushNow(wait: true);
            _othersCheckedAt = 0;
        }

        if (Stopwatch.GetElapsedTime(_othersCheckedAt) < OthersInterval)
        {
            return false;
        }

        _othersCheckedAt = Stopwatch.GetTimestamp();
        var progress = _tables.Progress(_ends.Keys);
        return _ends.All(p => p.Value == 0 || progress[p.Key].All(next => next >= p.Value));
    }

    private void FlushNow(bool wait, IReadOnlyList<int>? leaving = null)
    {
        try
        {
            _flushes.Start(_lanes, _partitions.Assigned.Values);
            if (wait)
            {
                _flushes.Wait();
            }
        }
        catch (OwnershipLostException e)
        {
            GiveWay(e, leaving);
        }

        AfterCommit();
    }

    private void AfterCommit()
    {
        try
        {
            if (_flushes.TryTakeCommitted(out var offsets))
            {
                _status.CommittedRows = _flushes.Totals.Rows;
                _source.CommitForLagTools(offsets.Where(o => _partitions.Assigned.ContainsKey(o.Key)).ToDictionary(static o => o.Key, static o => o.Value));
            }
        }
        catch (OwnershipLostException e)
        {
            GiveWay(e);
        }
    }

    // Another worker has committed one of our partitions: nothing in memory can be trusted to be ours. Drop it, read the logs anew, re-read.
    private void GiveWay(OwnershipLostException e, IReadOnlyList<int>? leaving = null)
    {
        if (e is LinksMovedException)
        {
            LogLinksMoved();
        }
        else
        {
            LogGaveWay(e.AppId, e.Expected, e.Actual);
        }

        Rewind(leaving);
    }

    // Everything read and not committed is dropped, and every partition that stays is read again from where its log stands. One that no log knows is read from what the
    // topic keeps only where that was agreed to; else from its very first offset, which the source reports when it is gone.
    private void Rewind(IReadOnlyList<int>? leaving = null)
    {
        _flushes.Abandon(_lanes);
        var resume = _partitions.Reload([.. _partitions.Assigned.Keys.Where(p => leaving?.Contains(p) != true)]);
        var kept = _plan.Kafka.AcceptMissingStart && resume.Values.Any(static offset => offset is null) ? _source.QueryWatermarks(_plan.Kafka.ConnectTimeout) : null;
        foreach (var (partition, offset) in resume)
        {
            _source.Seek(partition, offset ?? kept?[partition].Low ?? 0);
        }
    }

    private void Revoked(IReadOnlyList<int> partitions)
    {
        _flushes.DropQueued(s => partitions.Contains(s.Partition));
        FlushNow(wait: true, leaving: partitions);
        _paused.ExceptWith(partitions);
        LogRevoked(partitions.Count);
    }

    private void Lost(IReadOnlyList<int> partitions)
    {
        _paused.ExceptWith(partitions);
        Rewind();
        LogLost(partitions.Count);
    }

    private void ThrowIfLaneFailed()
    {
        if (_queue.Failure is { } failure)
        {
            throw new InvalidOperationException("A lane failed while processing a batch; what was committed stands.", failure);
        }
    }

    private void Report()
    {
        if (Stopwatch.GetElapsedTime(_reportedAt) < ReportInterval)
        {
            return;
        }

        _reportedAt = Stopwatch.GetTimestamp();
        long records = 0;
        foreach (var lane in _lanes)
        {
            records += lane.Records;
        }

        _status.Records = records;
        if (_plan.UntilCaughtUp)
        {
            CountOffsets();
        }
    }

    private void CountOffsets()
    {
        long total = 0;
        long done = 0;
        foreach (var (partition, end) in _ends)
        {
            total += end;
            if (_partitions.Assigned.TryGetValue(partition, out var state))
            {
                done += Math.Min(end, Math.Max(state.Processed, state.Resume ?? 0));
            }
        }

        _status.OffsetsDone = done;
        _status.OffsetsTotal = total;
    }

    [LoggerMessage(1, LogLevel.Warning, "Table log progress of {AppId} is {Actual}, expected {Expected}: another worker has committed this partition. Dropping what was read since the last commit and reading on from the log.")]
    private partial void LogGaveWay(string appId, long? expected, long? actual);

    [LoggerMessage(5, LogLevel.Warning, "Another worker has linked patients of this worker's batches to somebody else meanwhile. Dropping what was read since the last commit and reading on from the log.")]
    private partial void LogLinksMoved();

    [LoggerMessage(2, LogLevel.Information, "{Count} partitions were given up, to another worker or at the end; what was read of them is committed.")]
    private partial void LogRevoked(int count);

    [LoggerMessage(3, LogLevel.Warning, "{Count} partitions were lost to another worker; what was read and not committed is read again by whoever owns it.")]
    private partial void LogLost(int count);
}
