using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>The embedded broker as a process of its own, with one topic.</summary>
internal sealed class Broker : IDisposable
{
    public const string Topic = "gp";
    private readonly Child _process;
    private IProducer<byte[]?, byte[]?>? _producer;
    private int _next;

    /// <summary>Starts a broker, with the batches of a folder in the topic if one is given.</summary>
    public Broker(int partitions, string? load = null)
    {
        string[] loading = load is null ? [] : ["--load", load];
        _process = LinkageProgram.Start(["broker", "--topic", string.Create(CultureInfo.InvariantCulture, $"{Topic}:{partitions}"), .. loading]);
        try
        {
            _process.Until(() => _process.Output.Contains("bootstrap ", StringComparison.Ordinal) && _process.Output.EndsWith('\n'), "the broker's address");
        }
        catch
        {
            _process.Dispose();
            throw;
        }

        Address = _process.Output.Split("bootstrap ")[1].Trim();
        Partitions = partitions;
    }

    /// <summary>host:port.</summary>
    public string Address { get; }

    /// <summary>Partitions of the topic.</summary>
    public int Partitions { get; }

    /// <summary>What it says at its end.</summary>
    public Ended Stop() => _process.End(Child.Terminate);

    /// <summary>Next offset of every partition, after what was sent.</summary>
    public SortedDictionary<int, long> Ends { get; } = [];

    /// <summary>Sends messages, round the partitions, with a plain client; returns when the broker has them.</summary>
    public void Send(params IEnumerable<byte[]?> values)
    {
        foreach (var value in values)
        {
            Send(_next++ % Partitions, value);
        }

        Flush();
    }

    /// <summary>Hands one message over.</summary>
    /// <returns>The offset it will have.</returns>
    public long Send(int partition, byte[]? value, string? contentType = null)
    {
        var headers = new Headers();
        if (contentType is not null)
        {
            headers.Add("content-type", Encoding.ASCII.GetBytes(contentType));
        }

        _producer ??= new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = Address, LingerMs = 0, MessageMaxBytes = 64 << 20, EnableIdempotence = true }).SetLogHandler(static (_, _) => { }).Build();
        _producer.Produce(new TopicPartition(Topic, partition), new Message<byte[]?, byte[]?> { Value = value, Headers = headers });
        var offset = Ends.GetValueOrDefault(partition);
        Ends[partition] = offset + 1;
        return offset;
    }

    /// <summary>Waits until the broker has all that was handed over.</summary>
    public void Flush() => Assert.Equal(0, _producer!.Flush(LinkageProgram.Patience));

    public void Dispose()
    {
        _producer?.Dispose();
        _process.Dispose();
    }
}
