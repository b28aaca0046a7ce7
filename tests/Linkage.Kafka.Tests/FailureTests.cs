using Confluent.Kafka;

namespace Linkage.Kafka.Tests;

public class FailureTests
{
    [Fact]
    public void A_start_that_is_gone_is_data_lost()
    {
        using var topic = new Topic(partitions: 2);
        topic.SendNumbers(1, 0, 20);
        topic.Broker.DropBefore(1, 5);
        var owner = new Owner();
        using var source = new KafkaSource(topic.Options(), owner);
        var thrown = Assert.Throws<DataLostException>(() => owner.PollUntil(source, () => false, "failure"));
        Assert.Contains("gp-records [1]", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("first offset kept is 5", thrown.Message, StringComparison.Ordinal);
        Assert.Empty(owner.Batches);
    }

    [Fact]
    public void A_start_that_is_gone_can_be_accepted()
    {
        using var topic = new Topic(partitions: 1);
        topic.SendNumbers(0, 0, 20);
        topic.Broker.DropBefore(0, 5);
        var owner = new Owner();
        using var source = new KafkaSource(topic.Options() with { AcceptMissingStart = true }, owner);
        owner.PollUntil(source, () => owner.Ends.Count == 1, "end");
        owner.AssertNumbers(0, 5, 15);
    }

    [Theory]
    [InlineData(4, "1 offsets were dropped")]
    [InlineData(21, "the topic ends at 20")]
    public void A_resume_offset_outside_of_what_is_kept_is_data_lost_even_if_a_missing_start_is_accepted(long resume, string expected)
    {
        using var topic = new Topic(partitions: 1);
        topic.SendNumbers(0, 0, 20);
        topic.Broker.DropBefore(0, 5);
        var owner = new Owner { Next = new Dictionary<int, long> { [0] = resume } };
        using var source = new KafkaSource(topic.Options() with { AcceptMissingStart = true }, owner);
        var thrown = Assert.Throws<DataLostException>(() => owner.PollUntil(source, () => false, "failure"));
        Assert.Contains(expected, thrown.Message, StringComparison.Ordinal);
        Assert.Empty(owner.Batches);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    public void A_resume_offset_at_either_end_of_what_is_kept_is_fine(int resume)
    {
        using var topic = new Topic(partitions: 1);
        topic.SendNumbers(0, 0, 20);
        topic.Broker.DropBefore(0, 5);
        var owner = new Owner { Next = new Dictionary<int, long> { [0] = resume } };
        using var source = new KafkaSource(topic.Options(), owner);
        owner.PollUntil(source, () => owner.Ends.Count == 1, "end");
        owner.AssertNumbers(0, resume, 20 - resume);
    }

    [Fact]
    public void Retention_that_overtakes_the_reader_is_data_lost()
    {
        using var topic = new Topic(partitions: 1);
        topic.SendNumbers(0, 0, 20);
        var owner = new Owner();
        using var source = new KafkaSource(topic.Options(), owner);
        owner.PollUntil(source, () => owner.Ends.Count == 1, "end");
        source.Pause([0]);
        topic.SendNumbers(0, 20, 20);
        topic.Broker.DropBefore(0, 30);
        source.Resume([0]);
        var thrown = Assert.Throws<DataLostException>(() => owner.PollUntil(source, () => false, "failure"));
        Assert.Contains("next offset to read is 20, but the first one kept is 30: 10 offsets", thrown.Message, StringComparison.Ordinal);
        owner.AssertNumbers(0, 0, 20);
    }

    [Fact]
    public void An_offset_refused_that_is_kept_is_read_again()
    {
        using var topic = new Topic(partitions: 1);
        topic.SendNumbers(0, 0, 20);
        var owner = new Owner();
        using var source = new KafkaSource(topic.Options(), owner);
        owner.PollUntil(source, () => owner.Ends.Count == 1, "end");
        topic.Broker.FailNext(BrokerRequest.Fetch, ErrorCode.OffsetOutOfRange, ErrorCode.OffsetOutOfRange);
        topic.SendNumbers(0, 20, 20);
        owner.PollUntil(source, () => owner.Ends.GetValueOrDefault(0) == 40, "end");
        owner.AssertNumbers(0, 0, 40);
    }

    [Fact]
    public void Errors_of_every_request_are_survived()
    {
        using var topic = new Topic(partitions: 2);
        topic.SendNumbers(0, 0, 100);
        topic.SendNumbers(1, 0, 100);
        var broker = topic.Broker;
        broker.FailNext(BrokerRequest.FindCoordinator, ErrorCode.GroupCoordinatorNotAvailable, ErrorCode.NotCoordinatorForGroup);
        broker.FailNext(BrokerRequest.JoinGroup, ErrorCode.GroupLoadInProgress);
        broker.FailNext(BrokerRequest.SyncGroup, ErrorCode.RebalanceInProgress);
        broker.FailNext(BrokerRequest.ListOffsets, ErrorCode.NotLeaderForPartition, ErrorCode.RequestTimedOut);
        broker.FailNext(BrokerRequest.Fetch, ErrorCode.NotLeaderForPartition, ErrorCode.NoError, ErrorCode.Unknown, ErrorCode.RequestTimedOut);
        broker.FailNext(BrokerRequest.Heartbeat, ErrorCode.NotCoordinatorForGroup);
        broker.FailNext(BrokerRequest.OffsetCommit, ErrorCode.GroupCoordinatorNotAvailable);
        var owner = new Owner();
        using var source = new KafkaSource(topic.Options(), owner);
        owner.PollUntil(source, () => owner.Ends.Count == 2, "ends");
        source.CommitForLagTools(new Dictionary<int, long> { [0] = 100 });
        source.Close();
        owner.AssertNumbers(0, 0, 100);
        owner.AssertNumbers(1, 0, 100);
    }

    [Fact]
    public void A_broker_that_goes_and_comes_back_costs_nothing()
    {
        using var topic = new Topic(partitions: 2);
        topic.SendNumbers(0, 0, 1000);
        topic.SendNumbers(1, 0, 10);
        var owner = new Owner();
        using var source = new KafkaSource(topic.Options() with { ConnectTimeout = TimeSpan.FromSeconds(60) }, owner);
        owner.PollUntil(source, () => owner.Batches.Count > 10, "some batches");
        topic.Broker.StopNode();
        for (var i = 0; i < 40; i++)
            owner.Poll(source);
        topic.Broker.StartNode();
        topic.SendNumbers(1, 10, 990);
        owner.PollUntil(source, () => owner.Next.GetValueOrDefault(0) == 1000 && owner.Next.GetValueOrDefault(1) == 1000, "the rest");
        owner.AssertNumbers(0, 0, 1000);
        owner.AssertNumbers(1, 0, 1000);
    }

    [Fact]
    public void A_partition_that_moves_to_another_node_is_read_on()
    {
        using var topic = new Topic(partitions: 1, nodes: 2);
        topic.Broker.MovePartition(0, 1);
        topic.SendNumbers(0, 0, 50);
        var owner = new Owner();
        using var source = new KafkaSource(topic.Options(), owner);
        owner.PollUntil(source, () => owner.Ends.Count == 1, "end");
        topic.Broker.MovePartition(0, 2);
        topic.SendNumbers(0, 50, 50);
        owner.PollUntil(source, () => owner.Ends.GetValueOrDefault(0) == 100, "end");
        owner.AssertNumbers(0, 0, 100);
    }

    [Fact]
    public void A_broker_that_stays_away_ends_the_run_and_lets_it_close()
    {
        using var topic = new Topic(partitions: 1);
        topic.SendNumbers(0, 0, 10);
        var owner = new Owner();
        using var source = new KafkaSource(topic.Options() with { ConnectTimeout = TimeSpan.FromSeconds(2) }, owner);
        owner.PollUntil(source, () => owner.Ends.Count == 1, "end");
        topic.Broker.StopNode();
        var thrown = Assert.Throws<KafkaUnavailableException>(() => owner.PollUntil(source, () => false, "failure"));
        Assert.Contains(topic.Broker.Bootstrap, thrown.Message, StringComparison.Ordinal);
        source.CommitForLagTools(new Dictionary<int, long> { [0] = 10 });
        source.Close();
        Assert.Empty(owner.Held);
        owner.AssertNumbers(0, 0, 10);
    }

    [Fact]
    public void No_broker_at_start_is_said()
    {
        var options = new KafkaOptions { Brokers = "127.0.0.1:1", Topic = "t", Group = "g", ConnectTimeout = TimeSpan.FromSeconds(2) };
        var thrown = Assert.Throws<KafkaUnavailableException>(() => new KafkaSource(options, new Owner()));
        Assert.Contains(options.Brokers, thrown.Message, StringComparison.Ordinal);
        Assert.Contains("--brokers", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', thrown.Message);
    }

    [Fact]
    public void A_topic_that_does_not_exist_is_said_and_not_created()
    {
        using var topic = new Topic(partitions: 1);
        var options = topic.Options() with { Topic = "gp-recrods" };
        var thrown = Assert.Throws<KafkaUnavailableException>(() => new KafkaSource(options, new Owner()));
        Assert.Contains("Topic gp-recrods does not exist", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<KafkaUnavailableException>(() => new KafkaSource(options, new Owner()));
    }

    [Fact]
    public void A_topic_that_is_deleted_ends_the_run()
    {
        using var topic = new Topic(partitions: 1);
        topic.SendNumbers(0, 0, 10);
        var owner = new Owner();
        // By default librdkafka gives a topic half a minute and five to be seen again.
        using var source = new KafkaSource(topic.Options(("topic.metadata.propagation.max.ms", "1000"), ("topic.metadata.refresh.interval.ms", "500")), owner);
        owner.PollUntil(source, () => owner.Ends.Count == 1, "end");
        topic.Broker.DeleteTopic();
        var thrown = Assert.Throws<KafkaUnavailableException>(() => owner.PollUntil(source, () => false, "failure"));
        Assert.Contains("does not exist", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_that_is_not_allowed_is_said()
    {
        using var topic = new Topic(partitions: 1);
        topic.Broker.FailNext(BrokerRequest.JoinGroup, ErrorCode.GroupAuthorizationFailed);
        var owner = new Owner();
        using var source = new KafkaSource(topic.Options(), owner);
        var thrown = Assert.Throws<KafkaUnavailableException>(() => owner.PollUntil(source, () => false, "failure"));
        Assert.Contains("does not allow this user to use consumer group linkage", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_static_member_that_another_replaced_is_told_so()
    {
        using var topic = new Topic(partitions: 1);
        var owner = new Owner();
        using var source = new KafkaSource(topic.Options() with { InstanceId = "worker-1" }, owner);
        owner.PollUntil(source, () => owner.Ends.Count == 1, "end");
        topic.Broker.FailNext(BrokerRequest.Heartbeat, ErrorCode.FencedInstanceId);
        var thrown = Assert.Throws<KafkaUnavailableException>(() => owner.PollUntil(source, () => false, "failure"));
        Assert.Contains("Linkage:Source:InstanceId", thrown.Message, StringComparison.Ordinal);
    }
}
