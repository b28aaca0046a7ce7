namespace Linkage.Worker.Ingestion;

/// <summary>How far one assigned source partition has come: in each table's log, and in memory.</summary>
/// <param name="partition">Partition of the topic.</param>
/// <param name="committed">Next offset each table's log holds (null: none), in the order of <see cref="TableSet.Tables"/>.</param>
/// <param name="end">Where a bounded run stops; <see cref="long.MaxValue"/> for a continuous one.</param>
internal sealed class PartitionState(int partition, long?[] committed, long end)
{
    private readonly long _fresh = committed.Any(static c => c is not null) ? committed.Max(static c => c ?? 0) : long.MinValue;
    private long _processed = -1;
    private long _read = -1;

    public int Partition { get; } = partition;

    /// <summary>Next offset by table as the log holds it: what the next commit expects.</summary>
    public long?[] Committed { get; } = committed;

    /// <summary>Where reading resumes: the lowest of the tables; null when some table has nothing yet.</summary>
    public long? Resume => Committed.Any(static c => c is null) ? null : Committed.Min();

    /// <summary>Next offset after the last batch that was processed; −1 before anything. While lanes run, batches before it may still be in work (<see cref="InFlight"/>).</summary>
    public long Processed => Volatile.Read(ref _processed);

    /// <summary>Next offset after what was handed to a lane, or the end of the partition when Kafka said so; −1 before anything.</summary>
    public long Read => Volatile.Read(ref _read);

    /// <summary>Whether all that a bounded run has to read was read. Never of a continuous one.</summary>
    public bool ReachedEnd => Read >= end;

    /// <summary>Whether a batch came after the run began and is left to the next one.</summary>
    public bool IsPastEnd(long offset) => offset >= end;

    /// <summary>A batch was handed to a lane, or dropped before a lane had it: this is what has been read.</summary>
    public void ReadTo(long next) => Volatile.Write(ref _read, next);

    /// <summary>
    /// Kafka says that no batch lies before an offset: the partition ends there, or the next batch is behind it (control records and compacted offsets have none). Never beyond
    /// the end of a bounded run: what lies there was left out, and must not be committed as read.
    /// </summary>
    public void NothingBefore(long offset) => Volatile.Write(ref _read, Math.Max(_read, Math.Min(offset, end)));

    /// <summary>Batches waiting or in work.</summary>
    public int InFlight;

    /// <summary>A lane has processed a batch; called by any of them.</summary>
    public void HasProcessed(long next)
    {
        var seen = Processed;
        while (seen < next)
        {
            var before = Interlocked.CompareExchange(ref _processed, next, seen);
            if (before == seen)
            {
                break;
            }

            seen = before;
        }

        Interlocked.Decrement(ref InFlight);
    }

    /// <summary>Next offset that may be committed: an end-of-partition position counts once everything before it is processed (control records and compacted offsets have no message).</summary>
    public long Position => Volatile.Read(ref InFlight) == 0 ? Math.Max(Read, Processed) : Processed;

    /// <summary>Tables that take a batch: those whose log does not hold it yet.</summary>
    public TableMask MaskFor(long offset, IReadOnlyList<TableSet.Entry> tables)
    {
        if (offset >= _fresh)
        {
            return TableMask.All;
        }

        var bits = 0;
        for (var i = 0; i < Committed.Length; i++)
        {
            if (offset >= (Committed[i] ?? long.MinValue))
            {
                bits |= 1 << (int)tables[i].Spec.Table;
            }
        }

        return new TableMask(bits);
    }
}
