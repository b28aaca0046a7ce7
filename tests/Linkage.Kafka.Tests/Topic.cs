using System.Text;
using Confluent.Kafka;

namespace Linkage.Kafka.Tests;

/// <summary>A topic on a broker of its own, with a plain client to fill it: not the one under test.</summary>
internal sealed class Topic : IDisposable
{
    public const string Name = "gp-records";

    private readonly IProducer<byte[]?, byte[]?> _producer;

    public Topic(int partitions, int nodes = 1)
    {
        Broker = new EmbeddedBroker(Name, partitions, port: 0, nodes);
        _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = Broker.Bootstrap, LingerMs = 0 }).Build();
    }

    public EmbeddedBroker Broker { get; }

    /// <summary>Options of a member; short times, so that rebalances of the embedded broker (it waits the session less a second) are.</summary>
    public KafkaOptions Options(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal) { ["session.timeout.ms"] = "3000", ["fetch.wait.max.ms"] = "20" };
        foreach (var (name, value) in settings)
            all[name] = value;
        return new KafkaOptions { Brokers = Broker.Bootstrap, Topic = Name, Group = "linkage", Settings = all };
    }

    /// <summary>Sends one message, alone in its message set, and waits for it.</summary>
    public long Send(int partition, byte[]? value, params (string Name, string Value)[] headers)
    {
        var message = new Message<byte[]?, byte[]?> { Value = value, Headers = [] };
        foreach (var (name, text) in headers)
            message.Headers.Add(name, Encoding.UTF8.GetBytes(text));
        return Send(partition, message);
    }

    /// <summary>Sends one message that says it was made at a time of its own, in milliseconds since 1970.</summary>
    public long SendMadeAt(int partition, byte[] value, long milliseconds) =>
        Send(partition, new Message<byte[]?, byte[]?> { Value = value, Timestamp = new Timestamp(milliseconds, TimestampType.CreateTime) });

    private long Send(int partition, Message<byte[]?, byte[]?> message)
    {
        return _producer.ProduceAsync(new TopicPartition(Name, partition), message).WaitAsync(TimeSpan.FromSeconds(60)).GetAwaiter().GetResult().Offset.Value;
    }

    /// <summary>Sends numbered messages to a partition: each holds its number.</summary>
    public void SendNumbers(int partition, int from, int count)
    {
        for (var number = from; number < from + count; number++)
            _producer.Produce(new TopicPartition(Name, partition), new Message<byte[]?, byte[]?> { Value = Value(partition, number) });
        Assert.Equal(0, _producer.Flush(TimeSpan.FromSeconds(60)));
    }

    public static byte[] Value(int partition, int number) => Encoding.UTF8.GetBytes(FormattableString.Invariant($"value {number} of {partition}"));

    public void Dispose()
    {
        _producer.Dispose();
        Broker.Dispose();
    }
}
