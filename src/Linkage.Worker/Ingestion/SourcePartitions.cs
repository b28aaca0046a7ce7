using Linkage.Kafka;

namespace Linkage.Worker.Ingestion;

/// <summary>The source partitions assigned to this worker, and what the group's changes ask of the run. Called by the source inside its poll.</summary>
internal sealed class SourcePartitions : IPartitionOwner
{
    private readonly SortedDictionary<int, PartitionState> _assigned = [];
    private TableSet? _tables;

    /// <summary>The tables whose logs say where partitions resume. Opened after Kafka was reached, so that a run that cannot start leaves nothing behind, and before the first poll.</summary>
    public TableSet Tables
    {
        get => _tables ?? throw new InvalidOperationException("Partitions were assigned before the tables were opened.");
        set => _tables = value;
    }

    /// <summary>Drains and commits what was read; set by the run.</summary>
    public Action<IReadOnlyList<int>>? OnRevoked { get; set; }

    /// <summary>Drops what was read and not committed; set by the run.</summary>
    public Action<IReadOnlyList<int>>? OnLost { get; set; }

    /// <summary>End offsets of a bounded run by partition (one that came later has nothing to be read); null for a continuous one.</summary>
    public IReadOnlyDictionary<int, long>? Ends { get; set; }

    /// <summary>States by partition.</summary>
    public IReadOnlyDictionary<int, PartitionState> Assigned => _assigned;

    /// <summary>Offsets this run first resumed each partition from.</summary>
    public SortedDictionary<int, long?> FirstOffsets { get; } = [];

    /// <inheritdoc/>
    IReadOnlyDictionary<int, long?> IPartitionOwner.Assigned(IReadOnlyList<int> partitions) => Reload(partitions);

    /// <summary>Reads the logs anew and forgets what was read of these partitions.</summary>
    public IReadOnlyDictionary<int, long?> Reload(IReadOnlyList<int> partitions)
    {
        var resume = new Dictionary<int, long?>();
        var lag = false;
        foreach (var (partition, committed) in Tables.Progress(partitions))
        {
            var state = new PartitionState(partition, committed, Ends is null ? long.MaxValue : Ends.GetValueOrDefault(partition));
            _assigned[partition] = state;
            resume[partition] = state.Resume;
            FirstOffsets.TryAdd(partition, state.Resume);
            lag |= committed.Distinct().Count() > 1;
        }

        Tables.Links?.Assigned(lag);
        return resume;
    }

    /// <inheritdoc/>
    public void Revoked(IReadOnlyList<int> partitions)
    {
        OnRevoked?.Invoke(partitions);
        Remove(partitions);
    }

    /// <inheritdoc/>
    public void Lost(IReadOnlyList<int> partitions)
    {
        Remove(partitions);
        OnLost?.Invoke(partitions);
    }

    private void Remove(IReadOnlyList<int> partitions)
    {
        foreach (var partition in partitions)
        {
            _assigned.Remove(partition);
        }
    }
}
