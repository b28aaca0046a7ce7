namespace Linkage.Worker.Ingestion;

/// <summary>What a display may show of a running run; written by the run, read by anyone.</summary>
public sealed class RunStatus
{
    private long _records;
    private long _committedRows;
    private long _offsetsDone;
    private long _offsetsTotal;
    private int _stoppedBy;
    private volatile string _phase = "starting";

    /// <summary>What the run is doing, in a word or two.</summary>
    public string Phase
    {
        get => _phase;
        set => _phase = value;
    }

    /// <summary>Exit code of the signal that asked the run to stop, if one did; set before the run is told.</summary>
    public int? StoppedBy
    {
        get => Volatile.Read(ref _stoppedBy) is var code and not 0 ? code : null;
        set => Volatile.Write(ref _stoppedBy, value ?? 0);
    }

    /// <summary>Records read and linked so far.</summary>
    public long Records
    {
        get => Volatile.Read(ref _records);
        set => Volatile.Write(ref _records, value);
    }

    /// <summary>Rows committed so far.</summary>
    public long CommittedRows
    {
        get => Volatile.Read(ref _committedRows);
        set => Volatile.Write(ref _committedRows, value);
    }

    /// <summary>Messages read of those a bounded run has to read.</summary>
    public long OffsetsDone
    {
        get => Volatile.Read(ref _offsetsDone);
        set => Volatile.Write(ref _offsetsDone, value);
    }

    /// <summary>Messages a bounded run has to read; 0 when the run is not bounded.</summary>
    public long OffsetsTotal
    {
        get => Volatile.Read(ref _offsetsTotal);
        set => Volatile.Write(ref _offsetsTotal, value);
    }
}
