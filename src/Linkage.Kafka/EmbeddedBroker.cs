using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace Linkage.Kafka;

/// <summary>
/// librdkafka's mock cluster as a broker: a real TCP listener on 127.0.0.1 with topics, consumer groups and idempotent producers, for
/// demos and tests. Everything is in memory and gone with it. It keeps <see cref="PartitionBytes"/> and <see cref="PartitionSets"/> a
/// partition and then drops the oldest silently; <see cref="BatchProducer"/> and <see cref="KafkaSource"/> notice.
/// What it lacks of a real broker: deduplication of an idempotent producer's retries, fencing and replacement of static members, choice of
/// the assignor (all members of a group must use one), transactions as a reader sees them.
/// </summary>
public sealed partial class EmbeddedBroker : IDisposable
{
    /// <summary>Bytes (as produced, compressed) a partition keeps.</summary>
    public const int PartitionBytes = 5 * 1024 * 1024;

    /// <summary>Message sets a partition keeps.</summary>
    public const int PartitionSets = 100_000;

    private const string Host = "127.0.0.1";

    // A group's first member waits so long for others to come: as long as a worker takes to open its tables, which it does meanwhile. A real broker's 3 s make every test and
    // demo wait.
    private const int FirstRebalanceDelayMilliseconds = 75;

    private readonly string _topic;
    private readonly PortForwarder? _forwarder;
    private nint _handle;
    private nint _cluster;

    /// <summary>Starts a broker.</summary>
    /// <param name="topic">Topic to create.</param>
    /// <param name="partitions">Its partitions.</param>
    /// <param name="port">Port on 127.0.0.1 to listen on, 0 for any free one. A chosen port costs one more copy of every byte.</param>
    /// <param name="nodes">Brokers in the cluster, 1 or more; a chosen port takes exactly one.</param>
    /// <exception cref="KafkaConfigurationException">The topic's name or number of partitions, or the port, cannot be had.</exception>
    public EmbeddedBroker(string topic, int partitions, int port = 0, int nodes = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(topic);
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        if (port != 0 && nodes != 1)
            throw new ArgumentException("A chosen port takes exactly one node.", nameof(nodes));

        _topic = topic;
        try
        {
            _handle = NewHandle();
            _cluster = Librdkafka.MockClusterNew(_handle, nodes);
            if (_cluster == 0)
                throw new InvalidOperationException("librdkafka could not start its mock cluster: no socket on 127.0.0.1 could be opened.");

            Librdkafka.MockGroupInitialRebalanceDelay(_cluster, FirstRebalanceDelayMilliseconds);
            Bootstrap = Marshal.PtrToStringUTF8(Librdkafka.MockClusterBootstraps(_cluster))!;
            if (port != 0)
            {
                _forwarder = Forward(port, Bootstrap);
                Librdkafka.MockBrokerSetHostPort(_cluster, 1, Host, port);
                Bootstrap = string.Create(CultureInfo.InvariantCulture, $"{Host}:{port}");
            }

            CreateTopic(topic, partitions);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>host:port for clients; several, separated by commas, with several nodes.</summary>
    public string Bootstrap { get; } = "";

    /// <summary>Creates another topic.</summary>
    /// <exception cref="KafkaConfigurationException">The topic exists, or its name or number of partitions is not allowed.</exception>
    public void CreateTopic(string topic, int partitions)
    {
        var error = Librdkafka.MockTopicCreate(Cluster, topic, partitions, replicas: 1);
        if (error != ErrorCode.NoError)
            throw new KafkaConfigurationException($"The embedded broker cannot create topic {topic} with {partitions} partitions: {error.GetReason()}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _forwarder?.Dispose();
        var cluster = Interlocked.Exchange(ref _cluster, 0);
        if (cluster != 0)
            Librdkafka.MockClusterDestroy(cluster);
        var handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0)
            Librdkafka.Destroy(handle);
    }

    private nint Cluster => _cluster != 0 ? _cluster : throw new ObjectDisposedException(nameof(EmbeddedBroker));

    private static nint NewHandle()
    {
        Span<byte> error = stackalloc byte[512];
        var conf = Librdkafka.ConfNew();

        // Critical lines only: without a client's brokers to connect to, librdkafka remarks on stderr that it has none.
        if (Librdkafka.ConfSet(conf, "log_level", "2", error, (nuint)error.Length) != 0 ||
            Librdkafka.New(Librdkafka.Producer, conf, error, (nuint)error.Length) is not (not 0 and var handle))
        {
            Librdkafka.ConfDestroy(conf);
            var end = error.IndexOf((byte)0);
            throw new InvalidOperationException($"librdkafka could not start: {Encoding.UTF8.GetString(error[..Math.Max(end, 0)])}");
        }

        return handle;
    }

    private static PortForwarder Forward(int port, string bootstrap)
    {
        var target = int.Parse(bootstrap.AsSpan(bootstrap.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);
        try
        {
            return new PortForwarder(port, target);
        }
        catch (SocketException e)
        {
            throw new KafkaConfigurationException($"Port {port} on {Host} cannot be had ({e.SocketErrorCode}); choose another, or 0 for any free one.", e);
        }
    }
}
