namespace Linkage.Worker.Ingestion;

/// <summary>How far one assigned source partition has come: in each table's log, and in memory.</summary>
/// <param name="partition">Partition of the topic.</param>
/// <param name="committed">Next offset each table's log holds (null: none), in the order of <see cref="TableSet.Tables"/>.</param>
internal sealed class PartitionState(int partition, long?[] committed)
{
    private readonly long _fresh = committed.Any(static c => c is not null) ? committed.Max(static c => c ?? 0) : long.MinValue;
    private long _processed = -1;
    private long _read = -1;

    public int Partition { get; } = partition;

    /// <summary>Next offset by table as the log holds it: what the next commit expects.</summary>
    public long?[] Committed { get; } = committed;

    /// <summary>Where reading resumes: the lowest of the tables; null when some table has nothing yet.</summary>
    public long? Resume => Committed.Any(static c => c is null) ? null : Committed.Min();

    /// <summary>Next offset after what a lane has processed; −1 before anything.</summary>
    public long Processed
    {
        get => Volatile.Read(ref _processed);
        set => Volatile.Write(ref _processed, value);
    }

    /// <summary>Next offset after what was handed to a lane, or the end of the partition when Kafka said so; −1 before anything.</summary>
    public long Read
    {
        get => Volatile.Read(ref _read);
        set => Volatile.Write(ref _read, value);
    }

    /// <summary>Batches handed to the lane and not yet processed.</summary>
    public int InFlight;

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
