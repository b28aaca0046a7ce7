using Confluent.Kafka;

namespace Linkage.Kafka;

/// <summary>Requests that can be made to fail, by their Kafka protocol number.</summary>
public enum BrokerRequest : short
{
    /// <summary>Sends messages.</summary>
    Produce = 0,

    /// <summary>Reads messages.</summary>
    Fetch = 1,

    /// <summary>Asks for first and last offsets.</summary>
    ListOffsets = 2,

    /// <summary>Asks for topics and brokers.</summary>
    Metadata = 3,

    /// <summary>Writes a group's offsets.</summary>
    OffsetCommit = 8,

    /// <summary>Asks for a group's coordinator.</summary>
    FindCoordinator = 10,

    /// <summary>Joins a group.</summary>
    JoinGroup = 11,

    /// <summary>Stays in a group.</summary>
    Heartbeat = 12,

    /// <summary>Gets the group's assignment.</summary>
    SyncGroup = 14,
}

/// <summary>What can go wrong with a broker, on demand: for tests.</summary>
public sealed partial class EmbeddedBroker
{
    /// <summary>The next requests of a kind, of any client, fail with these errors, one each; <see cref="ErrorCode.NoError"/> lets one pass.</summary>
    public void FailNext(BrokerRequest request, params ReadOnlySpan<ErrorCode> errors) =>
        Librdkafka.MockPushRequestErrors(Cluster, (short)request, (nuint)errors.Length, errors);

    /// <summary>Forgets the failures still to come.</summary>
    public void ClearFailures(BrokerRequest request) => Librdkafka.MockClearRequestErrors(Cluster, (short)request);

    /// <summary>Closes a node's connections and refuses new ones.</summary>
    public void StopNode(int node = 1) => Check(Librdkafka.MockBrokerSetDown(Cluster, node));

    /// <summary>Lets a stopped node answer again, with all it held.</summary>
    public void StartNode(int node = 1) => Check(Librdkafka.MockBrokerSetUp(Cluster, node));

    /// <summary>Delays a node's answers.</summary>
    public void SetRoundTrip(TimeSpan time, int node = 1) =>
        Check(Librdkafka.MockBrokerSetRoundTrip(Cluster, node, (int)time.TotalMilliseconds));

    /// <summary>Moves a partition to another node.</summary>
    public void MovePartition(int partition, int node) =>
        Check(Librdkafka.MockPartitionSetLeader(Cluster, _topic, partition, node));

    /// <summary>Drops messages before an offset, as retention does. The first offset kept is then this one.</summary>
    public void DropBefore(int partition, long offset) =>
        Check(Librdkafka.MockPartitionDeleteRecords(Cluster, _topic, partition, offset));

    /// <summary>Deletes the topic the broker was started with.</summary>
    public void DeleteTopic() => Check(Librdkafka.MockTopicDelete(Cluster, _topic));

    private static void Check(ErrorCode error)
    {
        if (error != ErrorCode.NoError)
            throw new InvalidOperationException($"The embedded broker refuses: {error.GetReason()}.");
    }
}
