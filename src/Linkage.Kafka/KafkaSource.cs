using Confluent.Kafka;
using Linkage.Batches;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Linkage.Kafka;

/// <summary>
/// The consumer: polls batches into pooled memory. In: a topic's partitions as the group assigns them. Out: <see cref="RawBatch"/>es in offset order per partition.
/// All calls from one thread; handlers run inside <see cref="Poll"/> and <see cref="Close"/>.
/// </summary>
public sealed class KafkaSource : IBatchSource
{
    // The same refusal again and again of an offset the broker says it keeps is no race with a new leader.
    private const int MostRefusals = 5;

    private static readonly TimeSpan s_destroyPatience = TimeSpan.FromSeconds(10);
    private static readonly long s_firstMilli = new DateTimeOffset(DateTime.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly long s_lastMilli = new DateTimeOffset(DateTime.MaxValue, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private readonly KafkaOptions _options;
    private readonly ILogger _logger;
    private readonly IConsumer<Ignore, RawBatch> _consumer;
    private readonly IAdminClient _admin;
    private readonly BrokerContact _contact;
    private readonly PartitionAssignment _assignment;
    private bool _closed;
    private bool _disposed;
    private Task? _ending;

    /// <summary>Loads librdkafka, which takes some 30 ms: for a thread that has nothing else to do while a program starts. The first source does it otherwise.</summary>
    public static void Preload() => Library.Load();

    /// <summary>Connects and subscribes. The topic's partitions come in later polls.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="owner">Told of partitions that come and go.</param>
    /// <param name="logger">Takes the log of this and of librdkafka; none by default.</param>
    /// <exception cref="KafkaConfigurationException">A setting is unknown, refused or impossible; found before any connection.</exception>
    /// <exception cref="KafkaUnavailableException">No broker answers within <see cref="KafkaOptions.ConnectTimeout"/>, the topic does not exist, or access is refused.</exception>
    public KafkaSource(KafkaOptions options, IPartitionOwner owner, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(owner);
        KafkaSettings.Check(options);
        _options = options;
        _logger = logger ?? NullLogger.Instance;
        _assignment = new PartitionAssignment(options, owner, partitions => Watermarks.Query(_admin!, options.Topic, partitions, options.ConnectTimeout), _logger);
        try
        {
            _consumer = new ConsumerBuilder<Ignore, RawBatch>(KafkaSettings.ForConsumer(options))
                .SetValueDeserializer(new BatchDeserializer(options.Topic))
                .SetLogHandler((_, message) => _logger.Library(message))
                .SetErrorHandler((_, error) => _contact!.Observe(error))
                .SetOffsetsCommittedHandler((_, offsets) => OnOffsetsCommitted(offsets))
                .SetPartitionsAssignedHandler((_, partitions) => _assignment.OnAssigned(partitions))
                .SetPartitionsRevokedHandler((_, partitions) => Leave(partitions, _assignment.OnRevoked))
                .SetPartitionsLostHandler((_, partitions) => Leave(partitions, _assignment.OnLost))
                .Build();
        }
        catch (Exception e) when (e is KafkaException or ArgumentException or InvalidOperationException)
        {
            throw KafkaSettings.Refused(options, e);
        }

        _admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        _contact = new BrokerContact(_admin, options, _logger);
        try
        {
            _contact.WaitForTopic(() => Consume(0)?.Message?.Value?.Dispose());
            _consumer.Subscribe(options.Topic);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Partitions assigned at present, ascending.</summary>
    public IReadOnlyCollection<int> Assignment => _assignment.Partitions;

    /// <summary>Low and high watermark (first offset kept, next offset to be read by a committed reader) of every partition of the topic, asked of the broker now.</summary>
    /// <exception cref="KafkaUnavailableException">No answer within <paramref name="timeout"/>.</exception>
    public IReadOnlyDictionary<int, (long Low, long High)> QueryWatermarks(TimeSpan timeout)
    {
        var partitions = _contact.WaitForTopic(static () => { });
        return Watermarks.Query(_admin, _options.Topic, partitions, timeout);
    }

    /// <summary>Next batch or event.</summary>
    /// <exception cref="DataLostException">The offset to be read is no longer there.</exception>
    /// <exception cref="KafkaUnavailableException">All brokers have been unreachable for longer than the configured time, or the topic is gone.</exception>
    public PollResult Poll(TimeSpan timeout)
    {
        _assignment.ThrowIfFailed();
        var result = Consume((int)Math.Clamp(timeout.TotalMilliseconds, 0, int.MaxValue));
        if (result is null)
        {
            _assignment.ThrowIfFailed();
            _contact.Verify();
            return default;
        }

        var partition = result.Partition.Value;
        var offset = result.Offset.Value;
        if (result.IsPartitionEOF)
        {
            _assignment.ThrowIfFailed();
            if (_assignment.Find(partition) is { } end)
                end.Next = offset;
            return new PollResult(PollKind.PartitionEnd, null, partition, offset);
        }

        var batch = result.Message.Value;
        if (_assignment.HasFailed)
        {
            batch.Dispose();
            _assignment.ThrowIfFailed();
        }

        // librdkafka drops what it had fetched before a rebalance or a seek; should a message slip through, it must not count.
        if (_assignment.Find(partition) is not { } position || offset < position.Next)
        {
            batch.Dispose();
            _logger.StaleBatchDropped(_options.Topic, partition, offset);
            return default;
        }

        position.Next = offset + 1;
        position.Refusals = 0;
        return new PollResult(PollKind.Batch, batch.PlaceAt(partition, offset, TimeOf(result.Message.Timestamp)), partition, offset);
    }

    /// <summary>Stops fetching partitions (backpressure); keeps the assignment. What librdkafka had fetched of them is dropped and fetched again later.</summary>
    public void Pause(IReadOnlyCollection<int> partitions) => _consumer.Pause(Ours(partitions, paused: true));

    /// <summary>Fetches again.</summary>
    public void Resume(IReadOnlyCollection<int> partitions) => _consumer.Resume(Ours(partitions, paused: false));

    /// <summary>Moves a partition (re-read after a lost commit).</summary>
    /// <exception cref="ArgumentException">The partition is not assigned.</exception>
    public void Seek(int partition, long offset)
    {
        if (_assignment.Find(partition) is not { } position)
            throw new ArgumentException($"Partition {partition} is not assigned.", nameof(partition));

        position.Next = offset;
        Move(partition, position);
    }

    /// <summary>
    /// Notes the group's offsets, for lag tools only; librdkafka writes them in the background, at a rebalance and at the close. A failure is logged, not thrown.
    /// </summary>
    public void CommitForLagTools(IReadOnlyDictionary<int, long> nextOffsets)
    {
        foreach (var (partition, offset) in nextOffsets)
        {
            try
            {
                _consumer.StoreOffset(new TopicPartitionOffset(_options.Topic, partition, offset));
            }
            catch (KafkaException e)
            {
                _logger.LagOffsetsNotWritten(e.Error.Code.ToString(), e.Error.Reason);
            }
        }
    }

    /// <summary>Leaves the group (a static member stays in it until its session ends); <see cref="IPartitionOwner.Revoked"/> runs first, and what it throws is thrown.</summary>
    public void Close()
    {
        if (_closed)
            return;

        CloseConsumer();
        // The clients' threads take up to 100 ms to hear that they are to end: beside what the caller does next.
        _ending = End();
        _assignment.ThrowIfFailed();
    }

    /// <summary>
    /// Ends at once: leaves the group like <see cref="Close"/> if that was not done, but without a word to the owner, whose uncommitted work is void.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
            return;

        _disposed = true;
        _assignment.Abandon();
        CloseConsumer();
        _ending ??= End();

        // librdkafka 2.15 may wait for itself for ever when a consumer is destroyed that was not closed, and after a fatal error it does not
        // close. A thread left behind then is the lesser evil: the process is about to end.
        if (!_ending.Wait(s_destroyPatience))
            _logger.DestroyHangs(s_destroyPatience.TotalSeconds);
    }

    private Task End() => Task.Factory.StartNew(
        () =>
        {
            _admin.Dispose();
            _consumer.Dispose();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private void CloseConsumer()
    {
        if (_closed)
            return;

        _closed = true;
        _assignment.Closing = true;
        try
        {
            _consumer.Close();
        }
        catch (PartitionAssignment.StaleAssignmentException)
        {
            // Said by ourselves, and done with: the close went to its end.
        }
        catch (KafkaException e)
        {
            _logger.CloseFailed(e.Error.Code.ToString(), e.Error.Reason);
        }
    }

    private ConsumeResult<Ignore, RawBatch>? Consume(int milliseconds)
    {
        try
        {
            return _consumer.Consume(milliseconds);
        }
        catch (ConsumeException e)
        {
            _assignment.ThrowIfFailed();
            OnError(e);
            return null;
        }
    }

    private void OnError(ConsumeException exception)
    {
        var error = exception.Error;
        var partition = exception.ConsumerRecord?.Partition.Value ?? -1;
        switch (error.Code)
        {
            case ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange or ErrorCode.Local_LogTruncation:
                OnOffsetRefused(partition);
                return;

            case ErrorCode.Local_BadMsg or ErrorCode.Local_BadCompression or ErrorCode.InvalidMsg:
                throw new DataLostException($"{_options.Topic} [{partition}] at offset {exception.ConsumerRecord?.Offset.Value}: the stored message set is damaged: {error.Reason}. Restore it from another replica.");

            case ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition or ErrorCode.UnknownTopicId:
                _contact.Observe(error);
                _contact.VerifyTopic();
                return;

            case ErrorCode.Local_MaxPollExceeded:
                _logger.PolledTooLate();
                return;

            case ErrorCode.Local_ValueDeserialization when exception.InnerException is { } inner:
                throw new InvalidOperationException($"{_options.Topic} [{partition}]: a message could not be taken over.", inner);
        }

        if (BrokerContact.IsRefusal(error))
            throw _contact.Refused(error);
        if (error.Code is ErrorCode.FencedInstanceId or ErrorCode.Local_Fenced || error.IsFatal)
        {
            throw new KafkaUnavailableException(_options.InstanceId is null
                ? $"Kafka will not have this member of group {_options.Group} any longer: {error.Reason}."
                : $"Kafka will not have this member of group {_options.Group} any longer: {error.Reason}. Another worker runs with the same Linkage:Source:InstanceId; give each its own.");
        }

        _contact.Observe(error);
    }

    private void OnOffsetRefused(int partition)
    {
        if (_assignment.Find(partition) is not { } position)
            return;

        // A replica that has just become the leader may not know its own end yet: ask before raising the alarm.
        var kept = Watermarks.Query(_admin, _options.Topic, [partition], _options.ConnectTimeout)[partition];
        if (position.Next < kept.Low || position.Next > kept.High)
            throw PartitionAssignment.Gap(_options.Topic, partition, position.Next, kept);
        if (++position.Refusals > MostRefusals)
            throw new DataLostException($"{_options.Topic} [{partition}]: the broker refuses offset {position.Next}, though it says it keeps {kept.Low} to {kept.High}. Check the partition's replicas.");

        _logger.OffsetRefusedInRange(_options.Topic, partition, position.Next, kept.Low, kept.High);
        Move(partition, position);
    }

    // librdkafka (2.15) keeps a partition paused that goes and comes again: it would never be read.
    private void Leave(List<TopicPartitionOffset> removed, Action<List<TopicPartitionOffset>> tell)
    {
        var paused = removed.Where(partition => _assignment.Find(partition.Partition.Value) is { Paused: true }).Select(partition => partition.TopicPartition).ToList();
        tell(removed);
        if (paused.Count == 0)
            return;

        try
        {
            _consumer.Resume(paused);
        }
        catch (KafkaException e)
        {
            _assignment.Fail(e);
        }
    }

    // A producer may put any number there, and the message must be readable all the same.
    private static DateTime TimeOf(Timestamp timestamp) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(timestamp.UnixTimestampMs, s_firstMilli, s_lastMilli)).UtcDateTime;

    private void Move(int partition, PartitionAssignment.Position position)
    {
        var target = new TopicPartitionOffset(_options.Topic, partition, position.Next);
        try
        {
            _consumer.Seek(target);
        }
        catch (KafkaException e) when (e.Error.Code == ErrorCode.Local_State)
        {
            // Not being fetched at this moment (just assigned, or stopped by an error): only an assignment starts it again.
            _consumer.IncrementalUnassign([target.TopicPartition]);
            _consumer.IncrementalAssign([target]);
            if (position.Paused)
                _consumer.Pause([target.TopicPartition]);
        }
    }

    private void OnOffsetsCommitted(CommittedOffsets offsets)
    {
        if (offsets.Error.IsError && offsets.Error.Code != ErrorCode.Local_NoOffset)
            _logger.LagOffsetsNotWritten(offsets.Error.Code.ToString(), offsets.Error.Reason);
    }

    private List<TopicPartition> Ours(IReadOnlyCollection<int> partitions, bool paused)
    {
        // Others may have been revoked since the caller decided.
        var ours = new List<TopicPartition>(partitions.Count);
        foreach (var partition in partitions)
        {
            if (_assignment.Find(partition) is not { } position)
                continue;
            position.Paused = paused;
            ours.Add(new TopicPartition(_options.Topic, partition));
        }

        return ours;
    }
}
