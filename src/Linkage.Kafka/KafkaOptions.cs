namespace Linkage.Kafka;

/// <summary>How to reach Kafka. Section <c>Linkage:Kafka</c> of the configuration.</summary>
public sealed record KafkaOptions
{
    /// <summary>Bootstrap servers, host:port separated by commas.</summary>
    public required string Brokers { get; init; }

    /// <summary>Topic.</summary>
    public required string Topic { get; init; }

    /// <summary>Consumer group.</summary>
    public required string Group { get; init; }

    /// <summary>Static member id (group.instance.id); null for a dynamic member.</summary>
    public string? InstanceId { get; init; }

    /// <summary>Where a partition that no table log knows begins when its first offsets are gone: false (default) is an error (<see cref="DataLostException"/>), true begins at what is left.</summary>
    public bool AcceptMissingStart { get; init; }

    /// <summary>
    /// librdkafka settings passed through (SASL, TLS, anything); those Linkage must own (enable.auto.commit, auto.offset.reset, …) are refused
    /// by name, and so are those librdkafka does not know (<see cref="KafkaConfigurationException"/>). Values never appear in a message or a log.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long to try to reach a broker: at start, and after contact with every broker was lost; 15 s by default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
