namespace Linkage.Kafka;

/// <summary>
/// Where a run's batches come from: Kafka (<see cref="KafkaSource"/>), or memory, for measuring the rest without it (<see cref="MemorySource"/>). All calls from one thread; the partitions'
/// owner is told of what comes and goes inside <see cref="Poll"/> and <see cref="Close"/>.
/// </summary>
public interface IBatchSource : IDisposable
{
    /// <summary>First offset kept and next offset of every partition, now.</summary>
    /// <exception cref="KafkaUnavailableException">No answer within <paramref name="timeout"/>.</exception>
    IReadOnlyDictionary<int, (long Low, long High)> QueryWatermarks(TimeSpan timeout);

    /// <summary>Next batch or event; waits for one up to <paramref name="timeout"/>.</summary>
    PollResult Poll(TimeSpan timeout);

    /// <summary>Brings no batches of some partitions until <see cref="Resume"/>.</summary>
    void Pause(IReadOnlyCollection<int> partitions);

    /// <summary>Brings them again.</summary>
    void Resume(IReadOnlyCollection<int> partitions);

    /// <summary>Moves a partition.</summary>
    void Seek(int partition, long offset);

    /// <summary>Notes what was committed, for tools that show lag only.</summary>
    void CommitForLagTools(IReadOnlyDictionary<int, long> nextOffsets);

    /// <summary>Gives the partitions back, in order.</summary>
    void Close();
}
