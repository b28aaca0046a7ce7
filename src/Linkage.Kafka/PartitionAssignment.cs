using System.Runtime.ExceptionServices;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Linkage.Kafka;

/// <summary>
/// The partitions this member has, and where each is read next. In: the group's rebalances. Out: calls to the <see cref="IPartitionOwner"/>
/// in the order the group makes them, and start offsets, checked against what the topic still keeps. What a call throws is kept and
/// thrown from the poll: nothing may be thrown through librdkafka.
/// </summary>
internal sealed class PartitionAssignment(KafkaOptions options, IPartitionOwner owner, Func<IReadOnlyCollection<int>, IReadOnlyDictionary<int, (long Low, long High)>> watermarks, ILogger logger)
{
    private readonly SortedDictionary<int, Position> _positions = [];
    private ExceptionDispatchInfo? _failure;
    private bool _abandoned;

    /// <summary>
    /// Whether the group is being left. An assignment that was on its way then must not be answered: librdkafka (2.15) has gone on to take it away,
    /// would take the answer for that of the revocation, end, and leave the real one waiting for ever.
    /// </summary>
    public bool Closing { get; set; }

    /// <summary>Partitions assigned now.</summary>
    public IReadOnlyCollection<int> Partitions => _positions.Keys;

    /// <summary>Whether a rebalance failed.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>Notes what a rebalance failed with. The first failure is the cause; later ones follow from it.</summary>
    public void Fail(Exception error) => _failure ??= ExceptionDispatchInfo.Capture(error);

    /// <summary>Throws what a rebalance failed with, every time it is asked.</summary>
    public void ThrowIfFailed() => _failure?.Throw();

    /// <summary>Holds nothing from now on, and calls the owner no more.</summary>
    public void Abandon()
    {
        _positions.Clear();
        _abandoned = true;
    }

    /// <summary>Where a partition is read next, or null if it is not ours.</summary>
    public Position? Find(int partition) => _positions.GetValueOrDefault(partition);

    /// <summary>Handler: partitions come. Returns where each starts.</summary>
    public IEnumerable<TopicPartitionOffset> OnAssigned(List<TopicPartition> added)
    {
        var partitions = Numbers(added);
        if (partitions.Length > 0 && Closing)
            throw new StaleAssignmentException();

        if (partitions.Length > 0 && _failure is null && !_abandoned)
        {
            logger.PartitionsAssigned(new PartitionList(partitions));
            try
            {
                return Start(partitions);
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }
        }

        // librdkafka wants an answer for each. Nothing is read of them: every poll throws from now on, or there is none.
        return added.Select(partition => new TopicPartitionOffset(partition, Offset.End));
    }

    /// <summary>Handler: partitions go.</summary>
    public void OnRevoked(List<TopicPartitionOffset> removed) => Remove(removed, lost: false);

    /// <summary>Handler: partitions are gone.</summary>
    public void OnLost(List<TopicPartitionOffset> removed) => Remove(removed, lost: true);

    private static int[] Numbers(List<TopicPartition> partitions) => [.. partitions.Select(partition => partition.Partition.Value).Order()];

    private List<TopicPartitionOffset> Start(int[] partitions)
    {
        var resume = owner.Assigned(partitions);
        var kept = watermarks(partitions);
        var starts = new List<TopicPartitionOffset>(partitions.Length);
        foreach (var partition in partitions)
        {
            if (!resume.TryGetValue(partition, out var next))
                throw new InvalidOperationException($"The owner named no start for partition {partition}.");
            starts.Add(new TopicPartitionOffset(options.Topic, partition, StartOf(partition, next, kept[partition])));
        }

        // Only now: a partition that was refused is not ours to drain.
        foreach (var start in starts)
            _positions[start.Partition.Value] = new Position { Next = start.Offset.Value };
        return starts;
    }

    private long StartOf(int partition, long? resume, (long Low, long High) kept)
    {
        if (resume is not { } next)
        {
            if (kept.Low == 0)
                return 0;
            if (!options.AcceptMissingStart)
                throw new DataLostException($"{options.Topic} [{partition}]: never read before, and the first {kept.Low} offsets are gone from the topic (its first offset kept is {kept.Low}). Restore them, or accept the loss with Linkage:Source:AcceptMissingStart=true.");
            logger.MissingStartAccepted(options.Topic, partition, kept.Low);
            return kept.Low;
        }

        return next < kept.Low || next > kept.High ? throw Gap(options.Topic, partition, next, kept) : next;
    }

    /// <summary>The error for an offset that the topic does not keep.</summary>
    public static DataLostException Gap(string topic, int partition, long next, (long Low, long High) kept) => new(next < kept.Low
        ? $"{topic} [{partition}]: the next offset to read is {next}, but the first one kept is {kept.Low}: {kept.Low - next} offsets were dropped before they were read. Retention is shorter than the time between runs; restore the messages or start new output tables."
        : $"{topic} [{partition}]: the next offset to read is {next}, but the topic ends at {kept.High}: it was truncated, or deleted and created anew. Restore it or start new output tables.");

    private void Remove(List<TopicPartitionOffset> removed, bool lost)
    {
        // Partitions whose assignment failed never were the owner's.
        var partitions = Numbers([.. removed.Select(partition => partition.TopicPartition)]).Where(_positions.ContainsKey).ToArray();
        if (partitions.Length == 0)
            return;

        try
        {
            if (lost)
            {
                logger.PartitionsLost(new PartitionList(partitions));
                owner.Lost(partitions);
            }
            else
            {
                logger.PartitionsRevoked(new PartitionList(partitions));
                owner.Revoked(partitions);
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }
        finally
        {
            foreach (var partition in partitions)
                _positions.Remove(partition);
        }
    }

    /// <summary>Keeps Confluent.Kafka from answering an assignment; it carries the exception to the end of the close.</summary>
    internal sealed class StaleAssignmentException : Exception;

    /// <summary>Where reading stands.</summary>
    internal sealed class Position
    {
        /// <summary>Next offset to be read.</summary>
        public long Next { get; set; }

        /// <summary>Whether fetching is stopped by <see cref="KafkaSource.Pause"/>.</summary>
        public bool Paused { get; set; }

        /// <summary>How often in a row the broker refused an offset it keeps.</summary>
        public int Refusals { get; set; }
    }
}
