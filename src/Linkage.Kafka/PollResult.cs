using Linkage.Batches;

namespace Linkage.Kafka;

/// <summary>What a poll brought.</summary>
public enum PollKind
{
    /// <summary>Nothing within the time.</summary>
    Nothing,

    /// <summary>A batch.</summary>
    Batch,

    /// <summary>The end of a partition at this moment. Comes again after a resume, a seek or new data.</summary>
    PartitionEnd,
}

/// <summary>Result of a poll.</summary>
/// <param name="Kind">What came.</param>
/// <param name="Batch">The batch; the caller disposes it.</param>
/// <param name="Partition">Partition for PartitionEnd.</param>
/// <param name="Offset">
/// Position for PartitionEnd: the next offset to be read. With transactional producers it lies beyond the last batch's offset + 1
/// (commit markers take offsets), so a bounded run must judge its end by this, not by batches alone.
/// </param>
public readonly record struct PollResult(PollKind Kind, RawBatch? Batch, int Partition, long Offset);
