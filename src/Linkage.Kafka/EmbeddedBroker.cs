namespace Linkage.Kafka;

/// <summary>librdkafka's mock cluster as a broker on 127.0.0.1: a real TCP listener with groups and transactions, for demos and tests. It keeps 5 MiB and 100,000 messages sets a partition.</summary>
public sealed class EmbeddedBroker : IDisposable
{
    /// <summary>Bytes (as produced, compressed) a partition keeps.</summary>
    public const int PartitionBytes = 5 * 1024 * 1024;

    /// <summary>Starts a broker.</summary>
    /// <param name="topic">Topic to create.</param>
    /// <param name="partitions">Its partitions.</param>
    /// <param name="port">Port on 127.0.0.1 to listen on, 0 for any free one.</param>
    public EmbeddedBroker(string topic, int partitions, int port = 0) => throw new NotSupportedException("stub: kafka" + topic + partitions + port);

    /// <summary>host:port for clients.</summary>
    public string Bootstrap => throw new NotSupportedException("stub: kafka");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

/// <summary>Sends the batches of a file drop (Avro containers *.avro in a folder) to a topic.</summary>
public static class BatchProducer
{
    /// <summary>
    /// Sends every batch, keyed by practice so that a practice's batches keep their order. Idempotent producer, zstd. Returns what was sent; when the broker no longer
    /// holds everything just sent (retention), throws <see cref="DataLostException"/> saying how many partitions would hold it.
    /// </summary>
    public static ProduceSummary Send(string directory, KafkaOptions options, bool balance, Action<ProduceSummary>? progress, CancellationToken stop) => throw new NotSupportedException("stub: kafka");
}

/// <summary>What was sent.</summary>
public readonly record struct ProduceSummary(long Batches, long Bytes);
