using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Linkage.Kafka.Tests;

public class BatchProducerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_batch_arrives_whole_and_a_practice_keeps_its_order(bool balance)
    {
        const int Seed = 11, Partitions = 4;
        using var drop = new Drop();
        var random = new Random(Seed);
        // Written in another order than their names have.
        foreach (var file in new[] { "b.avro", "a.avro", "c.avro" }.Order(StringComparer.Ordinal))
            drop.Write(file, Enumerable.Range(0, 400).Select(_ => Practice(random.Next(30))), random);
        File.WriteAllText(Path.Combine(drop.Folder, "readme.txt"), "no batches");

        using var topic = new Topic(Partitions);
        var reports = new List<ProduceSummary>();
        var sent = BatchProducer.Send(drop.Folder, topic.Options(), balance, reports.Add, default);
        Assert.Equal(new ProduceSummary(1200, drop.Practices.Values.Sum(batches => batches.Sum(batch => (long)batch.Length))), sent);
        Assert.Equal(sent, reports[^1]);
        Assert.True(reports.Count > 3, "Progress was told " + reports.Count + " times.");

        var bytes = new long[Partitions];
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var arrived = new Dictionary<string, List<byte[]>>(StringComparer.Ordinal);
        foreach (var result in ReadAll(topic, Partitions))
        {
            var practice = Encoding.UTF8.GetString(result.Message.Key);
            Assert.Equal("avro/binary"u8.ToArray(), Assert.Single(result.Message.Headers).GetValueBytes());
            Assert.Equal("content-type", result.Message.Headers[0].Key);
            if (places.TryGetValue(practice, out var place))
                Assert.Equal(place, result.Partition.Value);
            else
                places[practice] = result.Partition.Value;
            if (!arrived.TryGetValue(practice, out var batches))
                arrived[practice] = batches = [];
            batches.Add(result.Message.Value);
            bytes[result.Partition.Value] += result.Message.Value.Length;
            if (!balance)
                Assert.Equal(JavaPartition(result.Message.Key, Partitions), result.Partition.Value);
        }

        Assert.Equal(drop.Practices.Keys.Order(StringComparer.Ordinal), arrived.Keys.Order(StringComparer.Ordinal));
        foreach (var (practice, batches) in drop.Practices)
            Assert.Equal(batches, arrived[practice]);

        // 30 practices of about the same size: largest first onto the emptiest is even to within one of them.
        if (balance)
            Assert.True(bytes.Max() - bytes.Min() <= drop.Practices.Values.Max(batches => batches.Sum(batch => batch.Length)), string.Join(' ', bytes));
    }

    [Fact]
    public void Java_partitions_are_those_of_its_published_examples()
    {
        // UtilsTest.testMurmur2 of Apache Kafka.
        Assert.Equal(-973932308, (int)Murmur2("21"u8));
        Assert.Equal(-790332482, (int)Murmur2("foobar"u8));
        Assert.Equal(-985981536, (int)Murmur2("a-little-bit-long-string"u8));
        Assert.Equal(-1486304829, (int)Murmur2("a-little-bit-longer-string"u8));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_retention_dropped_is_said_with_the_number_of_partitions_that_hold_it(bool balance)
    {
        const int Seed = 12;
        using var drop = new Drop();
        var random = new Random(Seed);
        // 12 MB that hardly compress: 64 kinds of characters are 6 bits of 8.
        drop.Write("a.avro", Enumerable.Range(0, 240).Select(i => Practice(i % 24)), random, characters: 50_000);
        var plan = LoadPlan.Scan(drop.Folder, default);
        Assert.Equal(240, plan.Batches);
        Assert.InRange(plan.StoredBytes, plan.Bytes * 3 / 4, plan.Bytes);
        Assert.InRange(plan.PartitionsNeeded ?? 0, 2, 4);

        using (var small = new Topic(partitions: 1))
        {
            var thrown = Assert.Throws<DataLostException>(() => BatchProducer.Send(drop.Folder, small.Options(), balance, null, default));
            Assert.Contains("of the 240 batches just sent are gone again", thrown.Message, StringComparison.Ordinal);
            Assert.Contains("(partition 0)", thrown.Message, StringComparison.Ordinal);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"at least {plan.PartitionsNeeded} partitions would hold it"), thrown.Message, StringComparison.Ordinal);
        }

        using var large = new Topic(plan.PartitionsNeeded!.Value);
        Assert.Equal(240, BatchProducer.Send(drop.Folder, large.Options(), balance: true, null, default).Batches);
    }

    [Fact]
    public void A_practice_that_no_partition_holds_is_said()
    {
        const int Seed = 13;
        using var drop = new Drop();
        drop.Write("a.avro", Enumerable.Repeat(Practice(1), 160), new Random(Seed), characters: 50_000);
        Assert.Null(LoadPlan.Scan(drop.Folder, default).PartitionsNeeded);
        using var topic = new Topic(partitions: 3);
        var thrown = Assert.Throws<DataLostException>(() => BatchProducer.Send(drop.Folder, topic.Options(), balance: true, null, default));
        Assert.Contains("no number of partitions helps", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(21, 2)]
    [InlineData(22, 8)]
    [InlineData(23, 30)]
    public void As_many_partitions_as_the_plan_says_hold_it(int seed, int kinds)
    {
        using var drop = new Drop();
        var random = new Random(seed);
        drop.Write("a.avro", Enumerable.Range(0, 600).Select(_ => Practice((int)Math.Sqrt(random.Next(2500)))), random, characters: 40_000, kinds);
        var needed = LoadPlan.Scan(drop.Folder, default).PartitionsNeeded;
        Assert.NotNull(needed);
        using var topic = new Topic(needed.Value);
        Assert.Equal(600, BatchProducer.Send(drop.Folder, topic.Options(), balance: true, null, default).Batches);
        Assert.Equal(600, ReadAll(topic, needed.Value).Count);
    }

    [Fact]
    public void Errors_of_the_broker_are_survived_in_order()
    {
        const int Seed = 14;
        using var drop = new Drop();
        drop.Write("a.avro", Enumerable.Repeat(Practice(1), 300), new Random(Seed));
        using var topic = new Topic(partitions: 1);
        topic.Broker.FailNext(BrokerRequest.Produce, ErrorCode.NotLeaderForPartition, ErrorCode.RequestTimedOut, ErrorCode.LeaderNotAvailable);
        BatchProducer.Send(drop.Folder, topic.Options(("batch.num.messages", "20")), balance: false, null, default);
        Assert.Equal(drop.Practices[Practice(1)], ReadAll(topic, 1).Select(result => result.Message.Value));
    }

    [Fact]
    public void A_batch_that_the_broker_refuses_is_said_with_the_remedy_and_not_its_content()
    {
        const int Seed = 15;
        using var drop = new Drop();
        drop.Write("a.avro", [Practice(1)], new Random(Seed));
        using var topic = new Topic(partitions: 1);
        topic.Broker.FailNext(BrokerRequest.Produce, ErrorCode.MsgSizeTooLarge);
        var thrown = Assert.Throws<KafkaUnavailableException>(() => BatchProducer.Send(drop.Folder, topic.Options(), balance: true, null, default));
        Assert.StartsWith("gp-records [0]: a batch could not be delivered: ", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("max.message.bytes", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Practice(1), thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_broker_that_goes_away_ends_the_sending()
    {
        const int Seed = 16;
        using var drop = new Drop();
        drop.Write("a.avro", Enumerable.Repeat(Practice(1), 1000), new Random(Seed));
        using var topic = new Topic(partitions: 1);
        var options = topic.Options() with { ConnectTimeout = TimeSpan.FromSeconds(2) };
        var thrown = Assert.Throws<KafkaUnavailableException>(() => BatchProducer.Send(drop.Folder, options, balance: false, OnProgress, default));
        Assert.Contains(topic.Broker.Bootstrap, thrown.Message, StringComparison.Ordinal);

        void OnProgress(ProduceSummary sent)
        {
            if (sent.Batches == 256)
                topic.Broker.StopNode();
        }
    }

    [Fact]
    public void A_topic_that_does_not_exist_is_said_and_not_created()
    {
        const int Seed = 17;
        using var drop = new Drop();
        drop.Write("a.avro", [Practice(1)], new Random(Seed));
        using var topic = new Topic(partitions: 1);
        var options = topic.Options() with { Topic = "gp-recrods" };
        for (var i = 0; i < 2; i++)
        {
            var thrown = Assert.Throws<KafkaUnavailableException>(() => BatchProducer.Send(drop.Folder, options, balance: false, null, default));
            Assert.Contains("Topic gp-recrods does not exist", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_no_file_drop_is_refused_by_name()
    {
        const int Seed = 18;
        using var topic = new Topic(partitions: 1);
        using var drop = new Drop();
        Assert.Throws<DirectoryNotFoundException>(() => Send(Path.Combine(drop.Folder, "nothing")));
        Assert.Throws<FileNotFoundException>(() => Send(drop.Folder));

        drop.Write("a.avro", [Practice(1)], new Random(Seed));
        File.WriteAllText(Path.Combine(drop.Folder, "b.avro"), "no container");
        Assert.Contains("b.avro", Assert.Throws<InvalidDataException>(() => Send(drop.Folder)).Message, StringComparison.Ordinal);

        File.Delete(Path.Combine(drop.Folder, "b.avro"));
        using (var file = File.Create(Path.Combine(drop.Folder, "c.avro")))
        using (var container = new Linkage.Batches.AvroContainerWriter(file, new byte[16]))
            container.Append([0x04, (byte)'i', (byte)'d', 0x7F, (byte)'p']);
        Assert.Contains("c.avro", Assert.Throws<InvalidDataException>(() => Send(drop.Folder)).Message, StringComparison.Ordinal);

        void Send(string folder) => BatchProducer.Send(folder, topic.Options(), balance: false, null, default);
    }

    [Fact]
    public void Sending_stops_when_told()
    {
        const int Seed = 19;
        using var drop = new Drop();
        drop.Write("a.avro", Enumerable.Repeat(Practice(1), 1000), new Random(Seed));
        using var topic = new Topic(partitions: 1);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => BatchProducer.Send(drop.Folder, topic.Options(), balance: false, _ => stop.Cancel(), stop.Token));
        Assert.True(ReadAll(topic, 1).Count < 1000);
    }

    private static string Practice(int number) => string.Create(CultureInfo.InvariantCulture, $"A8{number:D4}");

    private static List<ConsumeResult<byte[], byte[]>> ReadAll(Topic topic, int partitions)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = topic.Broker.Bootstrap, GroupId = "check", EnablePartitionEof = true }).Build();
        consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(Topic.Name, partition, Offset.Beginning)));
        var results = new List<ConsumeResult<byte[], byte[]>>();
        var ends = 0;
        Guard.Until(() => ends == partitions, "all ends", () =>
        {
            var result = consumer.Consume(100);
            if (result is { IsPartitionEOF: true })
                ends++;
            else if (result is not null)
                results.Add(result);
        });
        return results;
    }

    private static int JavaPartition(byte[] key, int partitions) => (int)((Murmur2(key) & 0x7FFFFFFF) % (uint)partitions);

    private static uint Murmur2(ReadOnlySpan<byte> data)
    {
        const uint M = 0x5BD1E995;
        var h = 0x9747B28Cu ^ (uint)data.Length;
        for (; data.Length >= 4; data = data[4..])
        {
            var k = BinaryPrimitives.ReadUInt32LittleEndian(data) * M;
            h = (h * M) ^ ((k ^ (k >> 24)) * M);
        }

        for (var i = data.Length - 1; i >= 0; i--)
            h ^= (uint)data[i] << (8 * i);
        if (data.Length > 0)
            h *= M;
        h = (h ^ (h >> 13)) * M;
        return h ^ (h >> 15);
    }
}
