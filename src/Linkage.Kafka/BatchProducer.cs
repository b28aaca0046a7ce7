using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Linkage.Kafka;

/// <summary>What was sent.</summary>
public readonly record struct ProduceSummary(long Batches, long Bytes);

/// <summary>Sends the batches of a file drop (Avro containers *.avro in a folder) to a topic.</summary>
public static class BatchProducer
{
    /// <summary>
    /// Sends every batch as one message, keyed by practice so that a practice's batches keep their order. Idempotent producer, zstd, bounded memory. Returns what
    /// was sent when all of it is acknowledged.
    /// </summary>
    /// <param name="directory">Folder of *.avro files, sent in ordinal order of their names.</param>
    /// <param name="options">Where to; the group is not used.</param>
    /// <param name="balance">
    /// True: whole practices to partitions so that these are even in bytes (reads the folder twice), for the embedded broker, which keeps little a partition.
    /// False: by hash of the key, as Java clients do.
    /// </param>
    /// <param name="progress">Called now and then with what was handed over so far.</param>
    /// <param name="stop">Stops; what was sent stays.</param>
    /// <param name="logger">Takes librdkafka's log; none by default.</param>
    /// <exception cref="DataLostException">The broker no longer holds everything just sent (retention); says how many partitions would hold it.</exception>
    /// <exception cref="KafkaUnavailableException">No broker, no such topic, no access, or a batch could not be delivered.</exception>
    /// <exception cref="KafkaConfigurationException">A setting is unknown, refused or impossible.</exception>
    /// <exception cref="InvalidDataException">A file is no container of batches; what came before it was sent.</exception>
    public static ProduceSummary Send(string directory, KafkaOptions options, bool balance, Action<ProduceSummary>? progress, CancellationToken stop, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        KafkaSettings.Check(options);
        using var drop = new FileDrop(directory);
        var plan = balance ? LoadPlan.Scan(directory, stop) : null;
        using var connection = new Connection(options, logger ?? NullLogger.Instance);
        var assigned = plan?.Assign(connection.Partitions);

        var sent = default(ProduceSummary);
        var headers = new Headers { { "content-type", "avro/binary"u8.ToArray() } };
        while (drop.TryRead(out var batch))
        {
            stop.ThrowIfCancellationRequested();
            var practice = drop.Practice(batch).ToArray();
            var partition = assigned is null ? Partition.Any : new Partition(assigned[Encoding.UTF8.GetString(practice)]);
            connection.Send(partition, new Message<byte[], byte[]> { Key = practice, Value = batch.ToArray(), Headers = headers }, stop);
            sent = new ProduceSummary(sent.Batches + 1, sent.Bytes + batch.Length);
            if (sent.Batches % 256 == 0)
                progress?.Invoke(sent);
        }

        connection.Flush(stop);
        progress?.Invoke(sent);
        connection.VerifyKept(sent, () => (plan ?? LoadPlan.Scan(directory, stop)).PartitionsNeeded);
        return sent;
    }

    /// <summary>One producer for the length of a send: hands over, waits, remembers where the first batch of each partition went.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly KafkaOptions _options;
        private readonly IProducer<byte[], byte[]> _producer;
        private readonly IAdminClient _admin;
        private readonly BrokerContact _contact;
        private readonly long[] _first;
        private readonly Action<DeliveryReport<byte[], byte[]>> _onDelivered;
        private TopicPartitionOffsetError? _failure;

        public Connection(KafkaOptions options, ILogger logger)
        {
            _options = options;
            try
            {
                _producer = new ProducerBuilder<byte[], byte[]>(KafkaSettings.ForProducer(options))
                    .SetLogHandler((_, message) => logger.Library(message))
                    .SetErrorHandler((_, error) => _contact!.Observe(error))
                    .Build();
            }
            catch (Exception e) when (e is KafkaException or ArgumentException or InvalidOperationException)
            {
                throw KafkaSettings.Refused(options, e);
            }

            _admin = new DependentAdminClientBuilder(_producer.Handle).Build();
            _contact = new BrokerContact(_admin, options, logger);
            _onDelivered = OnDelivered;
            try
            {
                Partitions = _contact.WaitForTopic(() => _producer.Poll(TimeSpan.Zero)).Count;
            }
            catch
            {
                Dispose();
                throw;
            }

            _first = new long[Partitions];
            Array.Fill(_first, long.MaxValue);
        }

        /// <summary>Partitions of the topic.</summary>
        public int Partitions { get; }

        public void Send(Partition partition, Message<byte[], byte[]> message, CancellationToken stop)
        {
            while (true)
            {
                try
                {
                    _producer.Produce(new TopicPartition(_options.Topic, partition), message, _onDelivered);

                    // librdkafka has its copy; identifiers need not wait here for the collector.
                    CryptographicOperations.ZeroMemory(message.Value);
                    _producer.Poll(TimeSpan.Zero);
                    ThrowIfFailed();
                    return;
                }
                catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
                {
                    Wait(stop);
                }
                catch (KafkaException e)
                {
                    throw NotDelivered(partition, e.Error);
                }
            }
        }

        public void Flush(CancellationToken stop)
        {
            while (_producer.Flush(TimeSpan.FromMilliseconds(100)) > 0)
                Wait(stop);
            ThrowIfFailed();
        }

        /// <summary>Throws if the topic's retention has dropped any of what was just sent.</summary>
        public void VerifyKept(ProduceSummary sent, Func<int?> partitionsNeeded)
        {
            var used = Enumerable.Range(0, Partitions).Where(partition => _first[partition] != long.MaxValue).ToArray();
            var kept = Watermarks.Query(_admin, _options.Topic, used, _options.ConnectTimeout);
            var gone = used.Where(partition => kept[partition].Low > _first[partition]).ToArray();
            if (gone.Length == 0)
                return;

            var lost = gone.Sum(partition => Math.Min(kept[partition].Low, kept[partition].High) - _first[partition]);
            var needed = partitionsNeeded() switch
            {
                null => "no number of partitions helps, for one practice's batches go to one partition",
                // Kept by estimate, lost in fact: the practices spread unevenly by hash, or the estimate was low.
                var number when number <= Partitions => string.Create(CultureInfo.InvariantCulture, $"{Partitions + Math.Max(1, Partitions / 2)} partitions should hold it"),
                var number => string.Create(CultureInfo.InvariantCulture, $"at least {number} partitions would hold it"),
            };
            throw new DataLostException(string.Create(
                CultureInfo.InvariantCulture,
                $"{_options.Topic}: {lost} of the {sent.Batches} batches just sent are gone again, dropped by the topic's retention (partition {string.Join(", ", gone)}). The embedded broker keeps {EmbeddedBroker.PartitionBytes >> 20} MiB a partition: {needed}. On another broker, lengthen retention.bytes and retention.ms."));
        }

        public void Dispose()
        {
            _admin.Dispose();
            _producer.Dispose();
        }

        private void Wait(CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            _producer.Poll(TimeSpan.FromMilliseconds(100));
            ThrowIfFailed();
            _contact.Verify();
        }

        private void OnDelivered(DeliveryReport<byte[], byte[]> report)
        {
            if (report.Error.IsError)
                _failure ??= report.TopicPartitionOffsetError;
            else if (report.Offset.Value >= 0)
                _first[report.Partition.Value] = Math.Min(_first[report.Partition.Value], report.Offset.Value);
        }

        private void ThrowIfFailed()
        {
            if (_failure is not null)
                throw NotDelivered(_failure.Partition, _failure.Error);
        }

        private KafkaUnavailableException NotDelivered(Partition partition, Error error)
        {
            if (BrokerContact.IsRefusal(error))
                return _contact.Refused(error);
            var hint = error.Code switch
            {
                ErrorCode.MsgSizeTooLarge => " Raise max.message.bytes of the topic, or make smaller batches.",
                ErrorCode.Local_MsgTimedOut => " Check that the partition has a leader, and the network.",
                _ => "",
            };
            var place = partition == Partition.Any ? _options.Topic : string.Create(CultureInfo.InvariantCulture, $"{_options.Topic} [{partition.Value}]");
            return new KafkaUnavailableException($"{place}: a batch could not be delivered: {error.Reason}.{hint}");
        }
    }
}
