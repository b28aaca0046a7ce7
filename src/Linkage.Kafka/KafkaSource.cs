using Linkage.Batches;

namespace Linkage.Kafka;

/// <summary>The side that owns what was read: knows where partitions resume and saves before they go.</summary>
public interface IPartitionOwner
{
    /// <summary>Partitions came: returns the offset each resumes at (from the table logs), null for one never read.</summary>
    IReadOnlyDictionary<int, long?> Assigned(IReadOnlyList<int> partitions);

    /// <summary>Partitions go after this returns: drain and commit what was read of them.</summary>
    void Revoked(IReadOnlyList<int> partitions);

    /// <summary>Partitions are gone already: drop what was read of them, commit nothing.</summary>
    void Lost(IReadOnlyList<int> partitions);
}

/// <summary>What a poll brought.</summary>
public enum PollKind
{
    /// <summary>Nothing within the time.</summary>
    Nothing,

    /// <summary>A batch.</summary>
    Batch,

    /// <summary>The end of a partition at this moment.</summary>
    PartitionEnd,
}

/// <summary>Result of a poll.</summary>
/// <param name="Kind">What came.</param>
/// <param name="Batch">The batch; the caller disposes it.</param>
/// <param name="Partition">Partition for PartitionEnd.</param>
/// <param name="Offset">Position for PartitionEnd: the next offset to be read.</param>
public readonly record struct PollResult(PollKind Kind, RawBatch? Batch, int Partition, long Offset);

/// <summary>Kafka could not be reached, or refused us. Exit code 4.</summary>
public sealed class KafkaUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Data was lost from the topic before it was read. Exit code 4.</summary>
public sealed class DataLostException(string message) : Exception(message);

/// <summary>How to reach Kafka.</summary>
public sealed record KafkaOptions
{
    /// <summary>Bootstrap servers, host:port separated by commas.</summary>
    public required string Brokers { get; init; }

    /// <summary>Topic.</summary>
    public required string Topic { get; init; }

    /// <summary>Consumer group.</summary>
    public required string Group { get; init; }

    /// <summary>Static member id (group.instance.id); null for a dynamic member.</summary>
    public string? InstanceId { get; init; }

    /// <summary>Where a partition that no table log knows begins when its first offsets are gone: false (default) is an error (<see cref="DataLostException"/>), true begins at what is left.</summary>
    public bool AcceptMissingStart { get; init; }

    /// <summary>librdkafka settings passed through (SASL, TLS, anything); those Linkage must own (enable.auto.commit, auto.offset.reset, …) are refused by name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long to try to reach a broker at start before giving up.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>
/// The consumer: polls batches into pooled memory. In: a topic's partitions as the group assigns them. Out: <see cref="RawBatch"/>es in offset order per partition.
/// All calls from one thread; handlers run inside <see cref="Poll"/> and <see cref="Close"/>.
/// </summary>
public sealed class KafkaSource : IDisposable
{
    /// <summary>Connects and subscribes.</summary>
    public KafkaSource(KafkaOptions options, IPartitionOwner owner) => throw new NotSupportedException("stub: kafka " + options + owner);

    /// <summary>Low and high watermark (first offset kept, next offset to be written) of every partition of the topic, asked of the broker now.</summary>
    public IReadOnlyDictionary<int, (long Low, long High)> QueryWatermarks(TimeSpan timeout) => throw new NotSupportedException("stub: kafka");

    /// <summary>Next batch or event.</summary>
    /// <exception cref="DataLostException">The offset to be read is no longer there.</exception>
    /// <exception cref="KafkaUnavailableException">All brokers have been unreachable for longer than the configured time, or the topic is gone.</exception>
    public PollResult Poll(TimeSpan timeout) => throw new NotSupportedException("stub: kafka");

    /// <summary>Stops fetching a partition (backpressure); keeps the assignment.</summary>
    public void Pause(IReadOnlyCollection<int> partitions) => throw new NotSupportedException("stub: kafka");

    /// <summary>Fetches again.</summary>
    public void Resume(IReadOnlyCollection<int> partitions) => throw new NotSupportedException("stub: kafka");

    /// <summary>Moves a partition (re-read after a lost commit).</summary>
    public void Seek(int partition, long offset) => throw new NotSupportedException("stub: kafka");

    /// <summary>Partitions assigned at present.</summary>
    public IReadOnlyCollection<int> Assignment => throw new NotSupportedException("stub: kafka");

    /// <summary>Writes the group's committed offsets, for lag tools only; a failure is reported, not thrown.</summary>
    public void CommitForLagTools(IReadOnlyDictionary<int, long> nextOffsets) => throw new NotSupportedException("stub: kafka");

    /// <summary>Leaves the group; <see cref="IPartitionOwner.Revoked"/> runs first.</summary>
    public void Close() => throw new NotSupportedException("stub: kafka");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
