using System.Globalization;
using Confluent.Kafka;

namespace Linkage.Kafka;

/// <summary>
/// Options to librdkafka properties: Linkage's defaults, then the settings passed through, then what Linkage must own.
/// Every setting is tried on librdkafka by itself, so that an error names its key and never its value.
/// </summary>
internal static class KafkaSettings
{
    private const string LogIsAuthority = "the table logs say where reading resumes, and offsets in Kafka serve lag tools only";

    // Property → why a user may not set it.
    private static readonly Dictionary<string, string> s_owned = new(StringComparer.Ordinal)
    {
        ["bootstrap.servers"] = "set Linkage:Source:Brokers",
        ["metadata.broker.list"] = "set Linkage:Source:Brokers",
        ["group.id"] = "set Linkage:Source:Group",
        ["group.instance.id"] = "set Linkage:Source:InstanceId",
        ["enable.auto.commit"] = LogIsAuthority,
        ["auto.commit.enable"] = LogIsAuthority,
        ["enable.auto.offset.store"] = LogIsAuthority,
        ["auto.offset.reset"] = "a gap in the topic is an error, never a jump",
        ["enable.partition.eof"] = "bounded runs stop by it",
        ["isolation.level"] = "only committed messages may be read",
        ["group.protocol"] = "the group is rebalanced by the classic protocol, incrementally",
        ["group.remote.assignor"] = "the group is rebalanced by the classic protocol, incrementally",
        ["partition.assignment.strategy"] = "the group is rebalanced incrementally (cooperative-sticky)",
        ["allow.auto.create.topics"] = "a mistyped topic must be an error",
        ["enable.idempotence"] = "batches are sent exactly once and in order",
        ["acks"] = "batches are sent exactly once and in order",
        ["request.required.acks"] = "batches are sent exactly once and in order",
        ["transactional.id"] = "batches are sent exactly once and in order",
        ["partitioner"] = "a practice's batches stay on one partition, chosen as Java clients do",
        ["plugin.library.paths"] = "it would load code into the program",
        ["test.mock.num.brokers"] = "use `linkage broker`",
        ["log.queue"] = "librdkafka's log goes to the program's",
        ["log.thread.name"] = "librdkafka's log goes to the program's",
    };

    /// <summary>Checks every setting passed through; throws for the first bad one. Touches no network.</summary>
    /// <exception cref="KafkaConfigurationException">A setting is owned by Linkage, unknown, or has a value librdkafka refuses.</exception>
    public static void Check(KafkaOptions options)
    {
        Require(options.Brokers, nameof(KafkaOptions.Brokers));
        Require(options.Topic, nameof(KafkaOptions.Topic));
        Require(options.Group, nameof(KafkaOptions.Group));
        if (options.ConnectTimeout <= TimeSpan.Zero)
            throw new KafkaConfigurationException("Linkage:Source:ConnectTimeoutSeconds must be greater than zero.");

        foreach (var (name, value) in options.Settings)
        {
            if (s_owned.TryGetValue(name, out var reason))
                throw new KafkaConfigurationException($"Linkage:Kafka:{name} is not for setting: {reason}.");

            switch (Try(name, value))
            {
                case Librdkafka.ConfUnknown:
                    throw new KafkaConfigurationException($"Linkage:Kafka:{name} is neither a setting of Linkage nor a property of librdkafka {Library.VersionString}; check the spelling.");
                case Librdkafka.ConfInvalid:
                    throw new KafkaConfigurationException($"Linkage:Kafka:{name} has a value that librdkafka {Library.VersionString} does not allow, or needs a feature this build lacks.");
            }
        }
    }

    /// <summary>Properties of the consumer.</summary>
    public static Dictionary<string, string> ForConsumer(KafkaOptions options)
    {
        var properties = Common(options);
        var session = options.Settings.TryGetValue("session.timeout.ms", out var text) && int.TryParse(text, CultureInfo.InvariantCulture, out var chosen)
            ? chosen
            : 10_000;
        Set(properties, "session.timeout.ms", session);
        Set(properties, "heartbeat.interval.ms", Math.Clamp(session / 3, 1, 3000));

        // Memory: what waits in the local queue, plus one fetch per broker in flight.
        Set(properties, "queued.max.messages.kbytes", 8 * 1024);
        Set(properties, "fetch.max.bytes", 4 << 20);
        Set(properties, "max.partition.fetch.bytes", 1 << 20);

        // The default second of back-off on a full queue lets a fast reader run dry.
        Set(properties, "fetch.queue.backoff.ms", 20);

        // There is one fetch in flight per broker: while it waits for partitions that have nothing, those that ran empty meanwhile are not asked for.
        Set(properties, "fetch.wait.max.ms", 50);
        properties["check.crcs"] = "true";
        properties[ConfigPropertyNames.Consumer.ConsumeResultFields] = "headers,timestamp";
        PassThrough(properties, options);

        properties["group.id"] = options.Group;
        if (options.InstanceId is not null)
            properties["group.instance.id"] = options.InstanceId;

        // Only offsets stored by CommitForLagTools are sent, in the background: a sync commit would stall the pipeline in an outage.
        properties["enable.auto.commit"] = "true";
        properties["enable.auto.offset.store"] = "false";
        properties["auto.offset.reset"] = "error";
        properties["enable.partition.eof"] = "true";
        properties["isolation.level"] = "read_committed";
        properties["partition.assignment.strategy"] = "cooperative-sticky";
        return properties;
    }

    /// <summary>Properties of the producer.</summary>
    public static Dictionary<string, string> ForProducer(KafkaOptions options)
    {
        var properties = Common(options);

        // Few large message sets: they compress best and cost a reader least. Counted before compression.
        Set(properties, "batch.size", 1_000_000);
        Set(properties, "batch.num.messages", 10_000);
        Set(properties, "linger.ms", 50);
        properties["compression.codec"] = Try("compression.codec", "zstd") == 0 ? "zstd" : "lz4";

        // Memory: what was handed over and not yet acknowledged.
        Set(properties, "queue.buffering.max.kbytes", 32 * 1024);

        // The broker judges how large a message may be, compressed; the client's own limit looks at it before that.
        Set(properties, "message.max.bytes", 64 << 20);
        Set(properties, "message.timeout.ms", 60_000);
        PassThrough(properties, options);

        properties["enable.idempotence"] = "true";
        properties["partitioner"] = "murmur2_random";
        properties[ConfigPropertyNames.Producer.EnableBackgroundPoll] = "false";
        properties[ConfigPropertyNames.Producer.DeliveryReportFields] = "none";
        return properties;
    }

    /// <summary>Turns an error at the creation of a client into one that cannot carry a secret.</summary>
    public static KafkaConfigurationException Refused(KafkaOptions options, Exception error)
    {
        var message = error.Message;
        foreach (var value in options.Settings.Values)
        {
            // Short values (true, 10) are no secrets, and replacing them would garble the message.
            if (value.Length >= 6)
                message = message.Replace(value, "***", StringComparison.Ordinal);
        }

        // The inner exception holds the message unredacted, so it goes no further.
        return new KafkaConfigurationException($"librdkafka refuses the settings under Linkage:Kafka: {message}");
    }

    private static Dictionary<string, string> Common(KafkaOptions options) => new(StringComparer.Ordinal)
    {
        ["bootstrap.servers"] = options.Brokers,
        ["client.id"] = "linkage",
        ["allow.auto.create.topics"] = "false",

        // Brokers close idle connections; that is no news.
        ["log.connection.close"] = "false",
        ["socket.keepalive.enable"] = "true",
        ["reconnect.backoff.max.ms"] = "2000",
    };

    private static void PassThrough(Dictionary<string, string> properties, KafkaOptions options)
    {
        foreach (var (name, value) in options.Settings)
            properties[name] = value;
    }

    private static void Set(Dictionary<string, string> properties, string name, int value) =>
        properties[name] = value.ToString(CultureInfo.InvariantCulture);

    private static void Require(string value, string name)
    {
        if (string.IsNullOrWhiteSpace(value))
            throw new KafkaConfigurationException($"Linkage:Source:{name} is missing.");
    }

    private static int Try(string name, string value)
    {
        var conf = Librdkafka.ConfNew();
        try
        {
            Span<byte> error = stackalloc byte[512];
            return Librdkafka.ConfSet(conf, name, value, error, (nuint)error.Length);
        }
        finally
        {
            Librdkafka.ConfDestroy(conf);
        }
    }
}
