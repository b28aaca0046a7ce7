namespace Linkage.Kafka;

/// <summary>Kafka could not be reached, or refused us. Exit code 4.</summary>
public sealed class KafkaUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Data was lost from the topic before it was read. Exit code 4.</summary>
public sealed class DataLostException(string message) : Exception(message);

/// <summary>A Kafka setting is unknown, refused or has an impossible value. Found before anything is read. Exit code 2. Never holds a value.</summary>
public sealed class KafkaConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
