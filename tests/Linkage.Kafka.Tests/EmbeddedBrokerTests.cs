using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;

namespace Linkage.Kafka.Tests;

public class EmbeddedBrokerTests
{
    [Fact]
    public void It_is_the_library_that_the_clients_use()
    {
        using var topic = new Topic(partitions: 1);
        Assert.Equal(Library.Version, Librdkafka.Version());
        if (OperatingSystem.IsLinux())
        {
            var loaded = File.ReadLines("/proc/self/maps")
                .Where(line => line.Contains("librdkafka", StringComparison.Ordinal))
                .Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..])
                .Distinct(StringComparer.Ordinal);
            Assert.Single(loaded);
        }
    }

    [Fact]
    public void It_listens_on_this_machine_only()
    {
        using var topic = new Topic(partitions: 1, nodes: 3);
        var addresses = topic.Broker.Bootstrap.Split(',');
        Assert.Equal(3, addresses.Length);
        Assert.All(addresses, address => Assert.StartsWith("127.0.0.1:", address, StringComparison.Ordinal));
    }

    [Fact]
    public void It_listens_on_a_chosen_port_and_clients_use_no_other()
    {
        var port = FreePort();
        using var broker = new EmbeddedBroker("t", 2, port);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), broker.Bootstrap);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.Bootstrap }).Build();
        var metadata = admin.GetMetadata(TimeSpan.FromSeconds(60));
        Assert.Equal(port, Assert.Single(metadata.Brokers).Port);

        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = broker.Bootstrap }).Build();
        var value = new byte[300_000];
        new Random(7).NextBytes(value);
        for (var i = 0; i < 10; i++)
            producer.Produce(new TopicPartition("t", 0), new Message<byte[], byte[]> { Value = value });
        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(60)));

        var owner = new Owner();
        using var source = new KafkaSource(new KafkaOptions { Brokers = broker.Bootstrap, Topic = "t", Group = "g" }, owner);
        var read = 0;
        Guard.Until(() => read == 10, "all batches", () =>
        {
            using var batch = source.Poll(TimeSpan.FromMilliseconds(50)).Batch;
            if (batch is null)
                return;
            Assert.True(batch.Bytes.SequenceEqual(value));
            read++;
        });
    }

    [Fact]
    public void A_port_that_is_taken_is_said()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var thrown = Assert.Throws<KafkaConfigurationException>(() => new EmbeddedBroker("t", 1, port));
        Assert.Contains(port.ToString(CultureInfo.InvariantCulture), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chosen_port_is_free_again_after_it()
    {
        var port = FreePort();
        using (new EmbeddedBroker("t", 1, port))
        {
        }

        using var broker = new EmbeddedBroker("t", 1, port);
        Assert.EndsWith(port.ToString(CultureInfo.InvariantCulture), broker.Bootstrap, StringComparison.Ordinal);
    }

    [Fact]
    public void It_ends_while_clients_are_connected()
    {
        var broker = new EmbeddedBroker("t", 1);
        var owner = new Owner();
        using var source = new KafkaSource(new KafkaOptions { Brokers = broker.Bootstrap, Topic = "t", Group = "g", ConnectTimeout = TimeSpan.FromSeconds(1) }, owner);
        owner.PollUntil(source, () => owner.Ends.Count == 1, "end");
        broker.Dispose();
        broker.Dispose();
        Assert.Throws<ObjectDisposedException>(() => broker.StopNode());
        Assert.Throws<KafkaUnavailableException>(() => owner.PollUntil(source, () => false, "failure"));
    }

    [Theory]
    [InlineData("", 1, 0, 1)]
    [InlineData("t", 0, 0, 1)]
    [InlineData("t", 1, -1, 1)]
    [InlineData("t", 1, 65536, 1)]
    [InlineData("t", 1, 0, 0)]
    [InlineData("t", 1, 9092, 2)]
    public void Impossible_arguments_are_refused(string topic, int partitions, int port, int nodes) =>
        Assert.ThrowsAny<ArgumentException>(() => new EmbeddedBroker(topic, partitions, port, nodes));

    [Fact]
    public void A_topic_is_created_once()
    {
        using var broker = new EmbeddedBroker("t", 1);
        broker.CreateTopic("u", 3);
        Assert.Throws<KafkaConfigurationException>(() => broker.CreateTopic("u", 3));
    }

    // Below the ports that the kernel hands out by itself, or another program could get it before the broker does.
    private static int FreePort()
    {
        for (var port = 20_000 + (Environment.ProcessId % 5000); ; port++)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException) when (port < 30_000)
            {
                // Taken: the next one.
            }
        }
    }
}
