using Microsoft.Extensions.Logging;

namespace Linkage.Kafka;

/// <summary>Every log line of this part. Topics, partitions, offsets and broker addresses only: nothing of what a message holds, no setting's value.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Debug, "Partitions assigned: {Partitions}.")]
    public static partial void PartitionsAssigned(this ILogger logger, PartitionList partitions);

    [LoggerMessage(2, LogLevel.Debug, "Partitions revoked: {Partitions}.")]
    public static partial void PartitionsRevoked(this ILogger logger, PartitionList partitions);

    [LoggerMessage(3, LogLevel.Warning, "Partitions lost (the group gave them to others before this member let go): {Partitions}.")]
    public static partial void PartitionsLost(this ILogger logger, PartitionList partitions);

    [LoggerMessage(4, LogLevel.Warning, "{Topic} [{Partition}]: its first offset kept is {Low}; offsets 0 to {Low} were gone before they were read, and the settings accept that.")]
    public static partial void MissingStartAccepted(this ILogger logger, string topic, int partition, long low);

    [LoggerMessage(5, LogLevel.Warning, "{Topic} [{Partition}]: the broker called offset {Offset} out of range, though it keeps {Low} to {High}; reading it again.")]
    public static partial void OffsetRefusedInRange(this ILogger logger, string topic, int partition, long offset, long low, long high);

    [LoggerMessage(6, LogLevel.Warning, "Lost contact with every broker; trying again for {Seconds} s. {Reason}")]
    public static partial void ContactLost(this ILogger logger, double seconds, string reason);

    [LoggerMessage(7, LogLevel.Information, "Brokers answer again after {Seconds:F1} s.")]
    public static partial void ContactRegained(this ILogger logger, double seconds);

    [LoggerMessage(8, LogLevel.Debug, "Kafka: {Code}: {Reason}")]
    public static partial void TransientError(this ILogger logger, string code, string reason);

    [LoggerMessage(9, LogLevel.Debug, "Offsets for lag tools were not written: {Code}: {Reason}")]
    public static partial void LagOffsetsNotWritten(this ILogger logger, string code, string reason);

    [LoggerMessage(10, LogLevel.Warning, "No poll for longer than max.poll.interval.ms: the group takes this member for stuck and gives its partitions to others.")]
    public static partial void PolledTooLate(this ILogger logger);

    [LoggerMessage(11, LogLevel.Warning, "Leaving the group failed: {Code}: {Reason}")]
    public static partial void CloseFailed(this ILogger logger, string code, string reason);

    [LoggerMessage(12, LogLevel.Warning, "{Topic} [{Partition}]: a message at offset {Offset}, fetched before a rebalance or a seek, was dropped.")]
    public static partial void StaleBatchDropped(this ILogger logger, string topic, int partition, long offset);

    [LoggerMessage(13, LogLevel.Warning, "librdkafka did not end within {Seconds} s; it is left to the end of the process.")]
    public static partial void DestroyHangs(this ILogger logger, double seconds);

    [LoggerMessage(20, LogLevel.Error, "librdkafka {Facility}: {Line}")]
    public static partial void LibraryError(this ILogger logger, string facility, string line);

    [LoggerMessage(21, LogLevel.Warning, "librdkafka {Facility}: {Line}")]
    public static partial void LibraryWarning(this ILogger logger, string facility, string line);

    [LoggerMessage(22, LogLevel.Debug, "librdkafka {Facility}: {Line}")]
    public static partial void LibraryDebug(this ILogger logger, string facility, string line);

    /// <summary>Passes a line of librdkafka's log on.</summary>
    public static void Library(this ILogger logger, Confluent.Kafka.LogMessage message)
    {
        // CONFWARN: consumer settings are passed to producers too, and librdkafka remarks on each. FAIL: a lost connection,
        // which librdkafka mends by itself; that all are lost is told by ContactLost.
        var routine = message.Facility is "CONFWARN" or "FAIL" or "REQTMOUT";
        if (routine || message.Level > Confluent.Kafka.SyslogLevel.Warning)
            logger.LibraryDebug(message.Facility, message.Message);
        else if (message.Level == Confluent.Kafka.SyslogLevel.Warning)
            logger.LibraryWarning(message.Facility, message.Message);
        else
            logger.LibraryError(message.Facility, message.Message);
    }
}

/// <summary>Partitions as a log line shows them; text is made only if the line is written.</summary>
internal readonly record struct PartitionList(IReadOnlyList<int> Partitions)
{
    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Partitions);
}
