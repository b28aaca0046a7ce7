using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Linkage.Kafka;

/// <summary>
/// The few functions of librdkafka that Confluent.Kafka does not expose: trying a setting by itself, and the mock cluster
/// (rdkafka_mock.h). Bound to the very library that Confluent.Kafka has loaded.
/// </summary>
internal static partial class Librdkafka
{
    /// <summary>Result of <see cref="ConfSet"/>: the property does not exist.</summary>
    public const int ConfUnknown = -2;

    /// <summary>Result of <see cref="ConfSet"/>: the value is not allowed, or needs a feature this build lacks.</summary>
    public const int ConfInvalid = -1;

    /// <summary>Type argument of <see cref="New"/>.</summary>
    public const int Producer = 0;

    private const string Name = "librdkafka";

    // Confluent.Kafka tries these builds in this order.
    private static readonly string[] s_builds = [Name, "centos8-librdkafka", "alpine-librdkafka"];

    static Librdkafka() => NativeLibrary.SetDllImportResolver(typeof(Librdkafka).Assembly, Resolve);

    [LibraryImport(Name, EntryPoint = "rd_kafka_version")]
    public static partial int Version();

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint ConfNew();

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_destroy")]
    public static partial void ConfDestroy(nint conf);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ConfSet(nint conf, string name, string value, Span<byte> error, nuint errorSize);

    /// <summary>Takes over <paramref name="conf"/> unless it returns 0.</summary>
    [LibraryImport(Name, EntryPoint = "rd_kafka_new")]
    public static partial nint New(int type, nint conf, Span<byte> error, nuint errorSize);

    [LibraryImport(Name, EntryPoint = "rd_kafka_destroy")]
    public static partial void Destroy(nint handle);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_cluster_new")]
    public static partial nint MockClusterNew(nint handle, int nodes);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    public static partial void MockClusterDestroy(nint cluster);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    public static partial nint MockClusterBootstraps(nint cluster);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
    public static partial void MockGroupInitialRebalanceDelay(nint cluster, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial ErrorCode MockTopicCreate(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_topic_delete", StringMarshalling = StringMarshalling.Utf8)]
    public static partial ErrorCode MockTopicDelete(nint cluster, string topic);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_broker_set_host_port", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void MockBrokerSetHostPort(nint cluster, int node, string host, int port);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_broker_set_down")]
    public static partial ErrorCode MockBrokerSetDown(nint cluster, int node);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_broker_set_up")]
    public static partial ErrorCode MockBrokerSetUp(nint cluster, int node);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    public static partial ErrorCode MockBrokerSetRoundTrip(nint cluster, int node, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    public static partial void MockPushRequestErrors(nint cluster, short apiKey, nuint count, ReadOnlySpan<ErrorCode> errors);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_clear_request_errors")]
    public static partial void MockClearRequestErrors(nint cluster, short apiKey);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_partition_delete_records", StringMarshalling = StringMarshalling.Utf8)]
    public static partial ErrorCode MockPartitionDeleteRecords(nint cluster, string topic, int partition, long beforeOffset);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_partition_set_leader", StringMarshalling = StringMarshalling.Utf8)]
    public static partial ErrorCode MockPartitionSetLeader(nint cluster, string topic, int partition, int node);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (!string.Equals(name, Name, StringComparison.Ordinal))
            return 0;

        // Confluent.Kafka first: loading the same file again then gives the same library, never a second copy.
        _ = Library.Version;
        foreach (var build in s_builds)
        {
            if (NativeLibrary.TryLoad(build, assembly, searchPath, out var handle))
                return handle;
        }

        return 0;
    }
}
