using System.Text;
using Linkage.Batches;

namespace Linkage.Kafka.Tests;

public class KafkaSourceTests
{
    [Fact]
    public void A_message_made_at_an_impossible_time_is_read_all_the_same()
    {
        using var topic = new Topic(partitions: 1);
        var value = "{}"u8.ToArray();
        topic.SendMadeAt(0, value, long.MaxValue - 1);
        topic.SendMadeAt(0, value, 400_000_000_000_000);
        topic.SendMadeAt(0, value, 1_717_245_296_789);
        var owner = new Owner();
        using var source = new KafkaSource(topic.Options(), owner);
        var made = new List<DateTime>();
        Guard.Until(() => made.Count == 3, "three messages", () =>
        {
            using var batch = source.Poll(TimeSpan.FromMilliseconds(50)).Batch;
            if (batch is not null)
                made.Add(batch.Timestamp);
        });

        // The last millisecond there is.
        var last = new DateTime(9999, 12, 31, 23, 59, 59, 999, DateTimeKind.Utc);
        Assert.Equal([last, last, new DateTime(2024, 6, 1, 12, 34, 56, 789, DateTimeKind.Utc)], made);
    }

    [Fact]
    public void Batches_come_with_their_bytes_place_and_format()
    {
        using var topic = new Topic(partitions: 2);
        var avro = new byte[] { 0xC3, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
        topic.Send(0, avro, ("content-type", "avro/binary"));
        topic.Send(0, "[]"u8.ToArray(), ("content-type", "application/json; charset=utf-8"));
        topic.Send(0, " \n{}"u8.ToArray());
        topic.Send(0, [0, 0, 0, 0, 7, 1]);
        topic.Send(0, null);
        topic.Send(1, avro);

        var owner = new Owner();
        using var source = new KafkaSource(topic.Options(), owner);
        var found = new List<(int Partition, long Offset, BatchFormat Format, bool Tombstone, byte[] Bytes)>();
        var ends = new Dictionary<int, long>();
        Guard.Until(() => ends.Count == 2, "both ends", () =>
        {
            var result = source.Poll(TimeSpan.FromMilliseconds(50));
            using var batch = result.Batch;
            if (result.Kind == PollKind.PartitionEnd)
                ends[result.Partition] = result.Offset;
            if (batch is not null)
            {
                Assert.Equal(Topic.Name, batch.Topic);
                Assert.Equal((batch.Partition, batch.Offset), (result.Partition, result.Offset));
                Assert.True(batch.Timestamp > new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
                Assert.Equal(DateTimeKind.Utc, batch.Timestamp.Kind);
                found.Add((batch.Partition, batch.Offset, batch.Format, batch.IsTombstone, batch.Bytes.ToArray()));
            }
        });

        var first = found.Where(batch => batch.Partition == 0).ToArray();
        Assert.Equal([0L, 1, 2, 3, 4], first.Select(batch => batch.Offset));
        Assert.Equal([BatchFormat.Avro, BatchFormat.Json, BatchFormat.Json, BatchFormat.Avro, BatchFormat.Avro], first.Select(batch => batch.Format));
        Assert.Equal([false, false, false, false, true], first.Select(batch => batch.Tombstone));
        Assert.Equal(avro, first[0].Bytes);
        Assert.Equal("[]"u8.ToArray(), first[1].Bytes);
        Assert.Empty(first[4].Bytes);
        Assert.Equal(avro, Assert.Single(found, batch => batch.Partition == 1).Bytes);
        Assert.Equal(5, ends[0]);
        Assert.Equal(1, ends[1]);
    }

    [Theory]
    [InlineData("application/json", "x", BatchFormat.Json)]
    [InlineData("Application/JSON ;charset=utf-8", "x", BatchFormat.Json)]
    [InlineData("avro/binary", "{", BatchFormat.Avro)]
    [InlineData("text/plain", "{", BatchFormat.Json)]
    [InlineData(null, "\t\r\n {", BatchFormat.Json)]
    [InlineData(null, "x{", BatchFormat.Avro)]
    [InlineData(null, "", BatchFormat.Avro)]
    [InlineData(null, "  ", BatchFormat.Avro)]
    public void The_header_decides_the_format_and_without_one_the_first_bytes(string? header, string value, BatchFormat expected)
    {
        Confluent.Kafka.Headers headers = [];
        if (header is not null)
            headers.Add("content-type", Encoding.UTF8.GetBytes(header));
        Assert.Equal(expected, BatchDeserializer.Format(headers, Encoding.UTF8.GetBytes(value)));
    }

    [Fact]
    public void A_bounded_reader_sees_every_partition_to_the_ends_asked_at_the_start()
    {
        using var topic = new Topic(partitions: 5);
        for (var partition = 0; partition < 4; partition++)
            topic.SendNumbers(partition, 0, 100 * partition);

        var owner = new Owner();
        using var source = new KafkaSource(topic.Options(), owner);
        var ends = source.QueryWatermarks(TimeSpan.FromSeconds(60));
        Assert.Equal([0, 1, 2, 3, 4], ends.Keys.Order());
        Assert.Equal((0L, 300L), ends[3]);
        Assert.Equal((0L, 0L), ends[4]);

        owner.PollUntil(source, () => ends.All(end => owner.Ends.GetValueOrDefault(end.Key, -1) >= end.Value.High), "all ends");
        for (var partition = 0; partition < 4; partition++)
            owner.AssertNumbers(partition, 0, 100 * partition);
        Assert.Equal([0, 1, 2, 3, 4], source.Assignment);
        source.Close();
        Assert.Equal(["assigned 0,1,2,3,4", "revoked 0,1,2,3,4"], owner.Calls);
        Assert.Empty(source.Assignment);
    }

    [Fact]
    public void Partitions_resume_where_the_owner_says_and_not_where_the_group_stopped()
    {
        using var topic = new Topic(partitions: 2);
        topic.SendNumbers(0, 0, 50);
        topic.SendNumbers(1, 0, 50);
        var first = new Owner();
        using (var source = new KafkaSource(topic.Options(), first))
        {
            first.PollUntil(source, () => first.Ends.Count == 2, "ends");
            source.CommitForLagTools(new Dictionary<int, long> { [0] = 50, [1] = 50 });
            source.Close();
        }

        var second = new Owner { Next = new Dictionary<int, long> { [0] = 20 } };
        using (var source = new KafkaSource(topic.Options(), second))
            second.PollUntil(source, () => second.Ends.Count == 2, "ends");
        second.AssertNumbers(0, 20, 30);
        second.AssertNumbers(1, 0, 50);
    }

    [Fact]
    public void Offsets_for_lag_tools_reach_the_group()
    {
        using var topic = new Topic(partitions: 2);
        topic.SendNumbers(0, 0, 9);
        var owner = new Owner();
        using (var source = new KafkaSource(topic.Options(), owner))
        {
            owner.PollUntil(source, () => owner.Ends.Count == 2, "ends");
            // 7 is no partition of ours: reported, not thrown.
            source.CommitForLagTools(new Dictionary<int, long> { [0] = 9, [7] = 1 });
            source.Close();
        }

        using var other = new Confluent.Kafka.ConsumerBuilder<byte[], byte[]>(new Confluent.Kafka.ConsumerConfig { BootstrapServers = topic.Broker.Bootstrap, GroupId = "linkage" }).Build();
        var committed = other.Committed([new Confluent.Kafka.TopicPartition(Topic.Name, 0)], TimeSpan.FromSeconds(60));
        Assert.Equal(9, Assert.Single(committed).Offset.Value);
    }

    [Fact]
    public void A_seek_reads_again_from_there()
    {
        using var topic = new Topic(partitions: 1);
        topic.SendNumbers(0, 0, 40);
        var owner = new Owner();
        using var source = new KafkaSource(topic.Options(), owner);
        owner.PollUntil(source, () => owner.Ends.Count == 1, "end");
        owner.AssertNumbers(0, 0, 40);

        owner.Batches.Clear();
        owner.Ends.Clear();
        source.Seek(0, 15);
        owner.PollUntil(source, () => owner.Ends.Count == 1, "end after seek");
        owner.AssertNumbers(0, 15, 25);
        Assert.Throws<ArgumentException>(() => source.Seek(1, 0));
    }

    [Fact]
    public void A_paused_partition_brings_nothing_and_loses_nothing()
    {
        using var topic = new Topic(partitions: 2);
        topic.SendNumbers(0, 0, 500);
        topic.SendNumbers(1, 0, 500);
        var owner = new Owner();
        using var source = new KafkaSource(topic.Options(), owner);
        owner.PollUntil(source, () => owner.Batches.Exists(batch => batch.Partition == 0), "a batch of 0");

        // 7 is not ours: ignored, as it may have been revoked meanwhile.
        source.Pause([0, 7]);
        var before = owner.Batches.Count(batch => batch.Partition == 0);
        topic.SendNumbers(0, 500, 100);
        owner.PollUntil(source, () => owner.Ends.ContainsKey(1), "end of 1");
        for (var i = 0; i < 20; i++)
            owner.Poll(source);
        Assert.Equal(before, owner.Batches.Count(batch => batch.Partition == 0));
        Assert.DoesNotContain(0, owner.Ends.Keys);

        source.Resume([0, 7]);
        owner.PollUntil(source, () => owner.Ends.GetValueOrDefault(0) == 600, "end of 0");
        owner.AssertNumbers(0, 0, 600);
        owner.AssertNumbers(1, 0, 500);
    }

    [Fact]
    public void Disposing_a_batch_is_the_only_care_a_reader_takes()
    {
        using var topic = new Topic(partitions: 1);
        topic.SendNumbers(0, 0, 3);
        var owner = new Owner();
        using var source = new KafkaSource(topic.Options(), owner);
        RawBatch? kept = null;
        Guard.Until(() => kept is not null, "a batch", () => kept = source.Poll(TimeSpan.FromMilliseconds(50)).Batch);
        source.Close();
        Assert.Equal(Topic.Value(0, 0), kept!.Bytes.ToArray());
        kept.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kept.Bytes.Length);
    }
}
