namespace Linkage.Kafka.Tests;

/// <summary>A partition owner that writes down what it is told, keeps offsets as table logs would, and can fail.</summary>
internal sealed class Owner : IPartitionOwner
{
    /// <summary>What was called, in order: "assigned 0,1", "revoked 1", "lost 0".</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Partitions held.</summary>
    public SortedSet<int> Held { get; } = [];

    /// <summary>Next offset by partition, as logs know it.</summary>
    public Dictionary<int, long> Next { get; init; } = [];

    /// <summary>Batches read: partition, offset, text.</summary>
    public List<(int Partition, long Offset, string Text)> Batches { get; } = [];

    /// <summary>Partitions whose end was seen, with the offset.</summary>
    public Dictionary<int, long> Ends { get; } = [];

    public Exception? FailAssigned { get; set; }

    public Exception? FailRevoked { get; set; }

    public IReadOnlyDictionary<int, long?> Assigned(IReadOnlyList<int> partitions)
    {
        Calls.Add("assigned " + string.Join(',', partitions));
        if (FailAssigned is not null)
            throw FailAssigned;
        Held.UnionWith(partitions);
        return partitions.ToDictionary(partition => partition, partition => Next.TryGetValue(partition, out var next) ? next : (long?)null);
    }

    public void Revoked(IReadOnlyList<int> partitions)
    {
        Calls.Add("revoked " + string.Join(',', partitions));
        Held.ExceptWith(partitions);
        if (FailRevoked is not null)
            throw FailRevoked;
    }

    public void Lost(IReadOnlyList<int> partitions)
    {
        Calls.Add("lost " + string.Join(',', partitions));
        Held.ExceptWith(partitions);
    }

    /// <summary>Polls once and notes what came.</summary>
    public PollKind Poll(KafkaSource source, int milliseconds = 50)
    {
        var result = source.Poll(TimeSpan.FromMilliseconds(milliseconds));
        if (result.Kind == PollKind.PartitionEnd)
            Ends[result.Partition] = result.Offset;
        using var batch = result.Batch;
        if (batch is not null)
        {
            Assert.Equal(PollKind.Batch, result.Kind);
            Batches.Add((batch.Partition, batch.Offset, System.Text.Encoding.UTF8.GetString(batch.Bytes)));
            Next[batch.Partition] = batch.Offset + 1;
        }

        return result.Kind;
    }

    /// <summary>Polls until a condition holds.</summary>
    public void PollUntil(KafkaSource source, Func<bool> condition, string what) => Guard.Until(condition, what, () => Poll(source));

    /// <summary>Asserts that a partition's numbered values were read whole and in order, once each.</summary>
    public void AssertNumbers(int partition, int from, int count)
    {
        var read = Batches.Where(batch => batch.Partition == partition).Select(batch => batch.Text);
        var sent = Enumerable.Range(from, count).Select(number => System.Text.Encoding.UTF8.GetString(Topic.Value(partition, number)));
        Assert.Equal(sent, read, StringComparer.Ordinal);
    }
}
