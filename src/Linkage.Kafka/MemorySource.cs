using Linkage.Batches;

namespace Linkage.Kafka;

/// <summary>
/// A topic in memory as a source: every partition to the one owner, one batch of each in turn. What it brings costs a copy into pooled memory, and nothing of a client, a broker or a network.
/// </summary>
/// <param name="topic">The batches.</param>
/// <param name="owner">Told of the partitions at the first poll and at the close.</param>
public sealed class MemorySource(MemoryTopic topic, IPartitionOwner owner) : IBatchSource
{
    // After the last batch the lanes still work: this is how often the run looks whether they have ended.
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(1);

    private readonly int[] _next = new int[topic.Partitions];
    private readonly bool[] _paused = new bool[topic.Partitions];
    private readonly bool[] _ended = new bool[topic.Partitions];
    private bool _assigned;
    private bool _closed;
    private int _turn;

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, (long Low, long High)> QueryWatermarks(TimeSpan timeout) => Enumerable.Range(0, topic.Partitions).ToDictionary(static p => p, p => (0L, (long)topic[p].Count));

    /// <inheritdoc/>
    public PollResult Poll(TimeSpan timeout)
    {
        if (!_assigned)
        {
            _assigned = true;
            foreach (var (partition, offset) in owner.Assigned([.. Enumerable.Range(0, topic.Partitions)]))
                _next[partition] = (int)(offset ?? 0);
        }

        for (var tries = 0; tries < topic.Partitions; tries++)
        {
            var partition = _turn;
            _turn = (_turn + 1) % topic.Partitions;
            if (_paused[partition] || _ended[partition])
                continue;
            var offset = _next[partition];
            if (offset >= topic[partition].Count)
            {
                _ended[partition] = true;
                return new PollResult(PollKind.PartitionEnd, null, partition, offset);
            }

            _next[partition]++;
            return new PollResult(PollKind.Batch, RawBatch.Copy(topic[partition][offset], isTombstone: false, BatchFormat.Avro, topic.Name, partition, offset, DateTime.UnixEpoch), partition, offset);
        }

        Thread.Sleep(timeout < s_rest ? timeout : s_rest);
        return default;
    }

    /// <inheritdoc/>
    public void Pause(IReadOnlyCollection<int> partitions) => Set(partitions, paused: true);

    /// <inheritdoc/>
    public void Resume(IReadOnlyCollection<int> partitions) => Set(partitions, paused: false);

    /// <inheritdoc/>
    public void Seek(int partition, long offset)
    {
        _next[partition] = checked((int)offset);
        _ended[partition] = false;
    }

    /// <inheritdoc/>
    public void CommitForLagTools(IReadOnlyDictionary<int, long> nextOffsets)
    {
        // Nobody else can look.
    }

    /// <inheritdoc/>
    public void Close()
    {
        if (_closed || !_assigned)
            return;
        _closed = true;
        owner.Revoked([.. Enumerable.Range(0, topic.Partitions)]);
    }

    /// <inheritdoc/>
    public void Dispose() => _closed = true;

    private void Set(IReadOnlyCollection<int> partitions, bool paused)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        foreach (var partition in partitions)
            _paused[partition] = paused;
    }
}
